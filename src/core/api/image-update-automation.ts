import { duration, localReference, own, z } from '../schema.ts'
import type { Condition } from './condition.ts'
import { gitReference } from './git-repository.ts'
import type { LatestRef } from './image-policy.ts'
import type { ResourceOf } from './resource.ts'

/** Kubernetes label selector. */
const labelSelector = () =>
  z.strictObject({
    matchLabels: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: 'labels that must be there with these values' }),
    matchExpressions: z
      .array(
        z.strictObject({
          key: z.string().min(1).meta({ description: 'name of the label' }),
          operator: z
            .enum(['In', 'NotIn', 'Exists', 'DoesNotExist'])
            .meta({ description: 'how the label relates to the values' }),
          values: z.array(z.string()).optional().meta({ description: 'only, and necessarily, with In and NotIn' }),
        }),
      )
      .optional()
      .meta({ description: 'conditions that must all hold' }),
  })

/** A place to edit that carries no marker: which files, which objects in them, which field, by which policy. */
const updateTarget = z.strictObject({
  path: z.string().min(1).meta(own('files: a glob from the root of the repository, with *, ** and ?')),
  select: z
    .strictObject({
      apiVersion: z.string().optional().meta(own('apiVersion of the object')),
      kind: z.string().optional().meta(own('its kind')),
      name: z.string().optional().meta(own('its name')),
    })
    .optional()
    .meta(own('which objects in the files; an absent part matches all; default: every document')),
  field: z.string().min(1).meta(own('one scalar: a.b[0].c, a.b[name=web].image, a["x.y"]')),
  policy: z.string().min(1).meta(own('[namespace:]policy[:part], as in a marker')),
})

const commit = () =>
  z.strictObject({
    author: z
      .strictObject({
        email: z.string().meta({ description: 'address of author and committer' }),
        name: z.string().default('').meta({ description: 'name of both; default: Tagboat' }),
      })
      .meta({ description: 'author and committer' }),
    signingKey: z
      .strictObject({
        secretRef: localReference().meta({
          description: 'Secret in the same namespace: git.asc and passphrase (gpg), identity and password (ssh)',
        }),
        type: z.enum(['gpg', 'ssh', '']).default('gpg').meta({ description: 'kind of key; empty is gpg' }),
      })
      .optional()
      .meta({ description: 'key with which commits are signed; without it they are not' }),
    messageTemplate: z
      .string()
      .default('')
      .meta({ description: 'Go template of the message; default: Update from image update automation' }),
    messageTemplateValues: z.record(z.string(), z.string()).optional().meta({ description: '.Values of the template' }),
  })

const push = () =>
  z.strictObject({
    branch: z.string().optional().meta({ description: 'branch that is pushed to; default: the one checked out' }),
    refspec: z
      .string()
      .optional()
      .meta({ description: 'a further ref in the same push: [+]HEAD:refs/…; never a deletion or a wildcard' }),
    options: z.record(z.string(), z.string()).optional().meta({ description: 'push options, as git push -o' }),
  })

const git = () =>
  z.strictObject({
    checkout: z
      .strictObject({ ref: gitReference().meta({ description: 'as spec.ref of a GitRepository' }) })
      .optional()
      .meta({ description: 'what is read and edited; default: spec.ref of the GitRepository' }),
    commit: commit().meta({ description: 'how commits are made' }),
    push: push().optional().meta({ description: 'where commits go' }),
  })

const update = () =>
  z.strictObject({
    strategy: z.enum(['Setters']).default('Setters').meta({ description: 'by markers in comments' }),
    path: z.string().default('').meta({ description: 'folder or file that is edited; default: everything' }),
    paths: z.array(z.string().min(1)).default([]).meta(own('further folders or files beside path')),
    targets: z.array(updateTarget).default([]).meta(own('places that are edited without a marker')),
  })

/** `ImageUpdateAutomation.spec`: Flux's fields by the same names, and ours (`targets`, `paths`, `policyNamespaces`). */
export const imageUpdateAutomationSpec = z.strictObject({
  sourceRef: z
    .strictObject({
      apiVersion: z.string().optional().meta({ description: 'API group and version; default: found by kind and name' }),
      kind: z.enum(['GitRepository']).default('GitRepository').meta({ description: 'kind of the source' }),
      name: z.string().min(1).meta({ description: 'name of the GitRepository' }),
      namespace: z.string().optional().meta({ description: 'its namespace; default: the own one' }),
    })
    .meta({ description: 'GitRepository that is edited' }),
  git: git().optional().meta({ description: 'checkout, commit and push; needed for a GitRepository' }),
  interval: duration().meta({ description: 'longest time between two checks' }),
  policySelector: labelSelector()
    .optional()
    .meta({ description: 'which policies of the namespace are used; default: all' }),
  update: update()
    .default({ strategy: 'Setters', path: '', paths: [], targets: [] })
    .meta({ description: 'which files are edited, and how' }),
  policyNamespaces: z
    .array(z.string().min(1))
    .optional()
    .meta(own('use the policies of these namespaces, where their accessFrom permits; default: the own one')),
  suspend: z.boolean().optional().meta({ description: 'true: no runs' }),
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
  /** How many were left alone, where that is more than `skipped` lists. */
  readonly skippedCount?: number
  readonly run?: { readonly specHash: string; readonly pushBranchHead?: string }
}

export type ImageUpdateAutomation = ResourceOf<
  'ImageUpdateAutomation',
  ImageUpdateAutomationSpec,
  ImageUpdateAutomationStatus
>
