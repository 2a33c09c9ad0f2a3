import { duration, localReference, shortDuration, z } from '../schema.ts'
import type { Condition } from './condition.ts'
import { accessFrom } from './image-repository.ts'
import type { ResourceOf } from './resource.ts'

/** `{branch, tag, semver, name, commit}`; commit > name > tag > semver > branch. */
export const gitReference = () =>
  z.strictObject({
    branch: z.string().optional(),
    tag: z.string().optional(),
    semver: z.string().optional(),
    name: z.string().optional(),
    commit: z.string().optional(),
  })

/** `GitRepository.spec`: Flux's fields by the same names, and ours (`accessFrom`, `webhook`). */
export const gitRepositorySpec = z.strictObject({
  url: z.string().regex(/^(http|https|ssh):\/\/.*$/, 'expected an https, http or ssh URL'),
  interval: duration(),
  timeout: shortDuration().default('60s'),
  ref: gitReference().optional(),
  secretRef: localReference().optional(),
  provider: z.enum(['generic', 'aws', 'azure', 'github']).default('generic'),
  serviceAccountName: z.string().optional(),
  verify: z
    .strictObject({ mode: z.enum(['head', 'HEAD', 'Tag', 'TagAndHEAD']).default('HEAD'), secretRef: localReference() })
    .optional(),
  accessFrom: accessFrom().optional(),
  proxySecretRef: localReference().optional(),
  suspend: z.boolean().optional(),
  ignore: z.string().optional(),
  sparseCheckout: z.array(z.string()).optional(),
  recurseSubmodules: z.boolean().optional(),
  include: z
    .array(
      z.strictObject({
        repository: localReference(),
        fromPath: z.string().optional(),
        toPath: z.string().optional(),
      }),
    )
    .optional(),
  webhook: z
    .strictObject({
      type: z.string(),
      secretRef: localReference(),
      events: z.array(z.string()).optional(),
      name: z.string().optional(),
    })
    .optional(),
})

export type GitReference = z.output<ReturnType<typeof gitReference>>
export type GitRepositorySpec = z.output<typeof gitRepositorySpec>

export interface GitRepositoryStatus {
  readonly conditions?: readonly Condition[]
  readonly observedGeneration?: number
  readonly lastHandledReconcileAt?: string
}

export type GitRepository = ResourceOf<'GitRepository', GitRepositorySpec, GitRepositoryStatus>
