import { duration, localReference, z } from '../schema.ts'
import type { Condition } from './condition.ts'
import { gitReference } from './git-repository.ts'
import type { LatestRef } from './image-policy.ts'
import type { ResourceOf } from './resource.ts'

/** Kubernetes label selector. */
export const labelSelector = () =>
  z.strictObject({
    matchLabels: z.record(z.string(), z.string()).optional(),
    matchExpressions: z
      .array(
        z.strictObject({
          key: z.string(),
          operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
          values: z.array(z.string()).optional(),
        }),
      )
      .optional(),
  })

/** A place to edit that carries no marker: which files, which objects in them, which field, by which policy. */
export const updateTarget = z.strictObject({
  path: z.string().min(1).meta({ description: 'glob from the repository root: *, **, ?' }),
  select: z
    .strictObject({ apiVersion: z.string().optional(), kind: z.string().optional(), name: z.string().optional() })
    .optional(),
  field: z.string().min(1).meta({ description: 'e.g. spec.containers[name=web].image' }),
  policy: z.string().min(1).meta({ description: '[namespace:]policy[:part]' }),
})

/** `ImageUpdateAutomation.spec`: Flux's fields by the same names, and ours (`targets`, `paths`, `policyNamespaces`). */
export const imageUpdateAutomationSpec = z.strictObject({
  sourceRef: z.strictObject({
    apiVersion: z.string().optional(),
    kind: z.enum(['GitRepository']).default('GitRepository'),
    name: z.string().min(1),
    namespace: z.string().optional(),
  }),
  git: z
    .strictObject({
      checkout: z.strictObject({ ref: gitReference() }).optional(),
      commit: z.strictObject({
        author: z.strictObject({ email: z.string(), name: z.string().default('') }),
        signingKey: z
          .strictObject({ secretRef: localReference(), type: z.enum(['gpg', 'ssh', '']).default('gpg') })
          .optional(),
        messageTemplate: z.string().default(''),
        messageTemplateValues: z.record(z.string(), z.string()).optional(),
      }),
      push: z
        .strictObject({
          branch: z.string().optional(),
          refspec: z.string().optional(),
          options: z.record(z.string(), z.string()).optional(),
        })
        .optional(),
    })
    .optional(),
  interval: duration(),
  policySelector: labelSelector().optional(),
  update: z
    .strictObject({
      strategy: z.enum(['Setters']).default('Setters'),
      path: z.string().default(''),
      paths: z.array(z.string()).default([]),
      targets: z.array(updateTarget).default([]),
    })
    .default({ strategy: 'Setters', path: '', paths: [], targets: [] }),
  policyNamespaces: z.array(z.string()).optional(),
  suspend: z.boolean().optional(),
})

export type LabelSelector = z.output<ReturnType<typeof labelSelector>>
export type UpdateTarget = z.output<typeof updateTarget>
export type ImageUpdateAutomationSpec = z.output<typeof imageUpdateAutomationSpec>

export interface ImageUpdateAutomationStatus {
  readonly conditions?: readonly Condition[]
  readonly observedGeneration?: number
  readonly lastHandledReconcileAt?: string
  readonly lastAutomationRunTime?: string
  readonly lastPushCommit?: string
  readonly lastPushTime?: string
  readonly observedPolicies?: Readonly<Record<string, LatestRef>>
  readonly observedSourceRevision?: string
  readonly skipped?: readonly {
    readonly path: string
    readonly line?: number
    readonly code: string
    readonly reason: string
  }[]
  readonly run?: { readonly specHash: string; readonly pushBranchHead?: string }
}

export type ImageUpdateAutomation = ResourceOf<
  'ImageUpdateAutomation',
  ImageUpdateAutomationSpec,
  ImageUpdateAutomationStatus
>
