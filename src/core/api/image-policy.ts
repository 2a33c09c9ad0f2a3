import { duration, z } from '../schema.ts'
import type { Condition } from './condition.ts'
import { accessFrom } from './image-repository.ts'
import type { ResourceOf } from './resource.ts'

const order = () => z.enum(['asc', 'desc']).default('asc')

/** `policy`: exactly one member; Flux's three and our two. */
export const policyChoice = z.strictObject({
  semver: z
    .strictObject({ range: z.string().meta({ description: 'Masterminds range, e.g. ^1.2 or >=1.0.0 <2.0.0' }) })
    .optional(),
  alphabetical: z.strictObject({ order: order() }).optional(),
  numerical: z.strictObject({ order: order(), onInvalid: z.enum(['Fail', 'Skip']).default('Fail') }).optional(),
  calver: z.strictObject({ format: z.string().min(1).meta({ description: 'e.g. YYYY.0M.MICRO' }) }).optional(),
  newest: z.strictObject({ by: z.enum(['pushed', 'created']).default('pushed') }).optional(),
})

/** `ImagePolicy.spec`: Flux's fields by the same names, and ours (`platforms`, `allowDowngrade`, `accessFrom`). */
export const imagePolicySpec = z.strictObject({
  imageRepositoryRef: z.strictObject({ name: z.string().min(1), namespace: z.string().optional() }),
  policy: policyChoice,
  filterTags: z
    .strictObject({
      pattern: z.string().default('').meta({ description: 'RE2, unanchored' }),
      extract: z.string().default('').meta({ description: 'what is compared, e.g. $ts' }),
    })
    .optional(),
  digestReflectionPolicy: z.enum(['Never', 'IfNotPresent', 'Always']).default('Never'),
  interval: duration().optional().meta({ description: 'digest refresh; only and necessarily with Always' }),
  suspend: z.boolean().optional(),
  platforms: z.array(z.string()).optional().meta({ description: 'os/arch[/variant] that the image must have' }),
  allowDowngrade: z.enum(['Never', 'WhenTagRemoved']).default('Never'),
  accessFrom: accessFrom().optional().meta({ description: 'namespaces whose automations may use this policy' }),
})

export type PolicyChoice = z.output<typeof policyChoice>
export type ImagePolicySpec = z.output<typeof imagePolicySpec>

/** What was elected: `name` is `spec.image` verbatim; printed `name:tag[@digest]`. */
export interface LatestRef {
  readonly name: string
  readonly tag: string
  readonly digest?: string
}

export interface ImagePolicyStatus {
  readonly conditions?: readonly Condition[]
  readonly observedGeneration?: number
  readonly lastHandledReconcileAt?: string
  readonly latestRef?: LatestRef
  readonly observedPreviousRef?: LatestRef
  readonly election?: {
    readonly specHash: string
    readonly time: string
    readonly missingSince?: string
    readonly missedScans?: number
  }
  readonly explanation?: {
    readonly counts: Readonly<Record<string, number>>
    readonly rejections: readonly { readonly tag: string; readonly verdict: string; readonly reason: string }[]
  }
}

export type ImagePolicy = ResourceOf<'ImagePolicy', ImagePolicySpec, ImagePolicyStatus>
