import { duration, own, z } from '../schema.ts'
import type { Condition } from './condition.ts'
import { accessFrom } from './image-repository.ts'
import type { ResourceOf } from './resource.ts'

const order = () =>
  z.enum(['asc', 'desc']).default('asc').meta({ description: 'asc elects the highest, desc the lowest' })

/** `policy`: exactly one member; Flux's three and our two. */
export const policyChoice = z.strictObject({
  semver: z
    .strictObject({
      range: z
        .string()
        .meta({ description: 'range of versions as Masterminds/semver reads it, e.g. ^1.2 or >=1.0.0 <2' }),
    })
    .optional()
    .meta({ description: 'highest semantic version within a range' }),
  alphabetical: z.strictObject({ order: order() }).optional().meta({ description: 'last (or first) in byte order' }),
  numerical: z
    .strictObject({
      order: order(),
      onInvalid: z
        .enum(['Fail', 'Skip'])
        .default('Fail')
        .meta(own('what a candidate that is no number does: fail the policy, or be ignored')),
    })
    .optional()
    .meta({ description: 'highest (or lowest) decimal number, compared exactly' }),
  calver: z
    .strictObject({
      format: z
        .string()
        .min(1)
        .meta(own('tokens YYYY YY 0Y MM 0M WW 0W DD 0D MAJOR MINOR MICRO, all else literal: YYYY.0M.MICRO')),
    })
    .optional()
    .meta(own('latest calendar version')),
  newest: z
    .strictObject({
      by: z
        .enum(['pushed', 'created'])
        .default('pushed')
        .meta(own('time of the push to the registry where it is known, or the build time in the image')),
    })
    .optional()
    .meta(own('newest by time')),
})

/** `ImagePolicy.spec`: Flux's fields by the same names, and ours (`platforms`, `allowDowngrade`, `accessFrom`). */
export const imagePolicySpec = z.strictObject({
  imageRepositoryRef: z
    .strictObject({
      name: z.string().min(1).meta({ description: 'name of the ImageRepository' }),
      namespace: z.string().optional().meta({ description: 'its namespace; default: the own one' }),
    })
    .meta({ description: 'ImageRepository whose tags are chosen from' }),
  policy: policyChoice.meta({ description: 'how tags are ordered; exactly one member' }),
  filterTags: z
    .strictObject({
      pattern: z.string().default('').meta({ description: 'RE2, unanchored; other tags are no candidates' }),
      extract: z
        .string()
        .default('')
        .meta({ description: 'what is compared, from the groups of the pattern, e.g. $ts; default: the whole tag' }),
    })
    .optional()
    .meta({ description: 'which tags are candidates, and which part of them is compared' }),
  digestReflectionPolicy: z
    .enum(['Never', 'IfNotPresent', 'Always'])
    .default('Never')
    .meta({ description: 'whether the digest is written behind the tag: never, once per tag, or kept up to date' }),
  interval: duration()
    .optional()
    .meta({ description: 'time between two looks at the digest; only, and necessarily, with Always' }),
  suspend: z.boolean().optional().meta({ description: 'true: no elections' }),
  platforms: z
    .array(z.string().min(1))
    .optional()
    .meta(own('os/arch[/variant], each of which the image must have, e.g. linux/amd64')),
  allowDowngrade: z
    .enum(['Never', 'WhenTagRemoved'])
    .default('Never')
    .meta(own('whether a lower tag may follow when the chosen one is gone from the registry')),
  accessFrom: accessFrom()
    .optional()
    .meta(own('namespaces whose automations may use this policy; default: the own one only')),
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
