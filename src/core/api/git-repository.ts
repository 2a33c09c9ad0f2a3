import { duration, localReference, own, shortDuration, z } from '../schema.ts'
import type { Condition } from './condition.ts'
import { accessFrom } from './image-repository.ts'
import type { ResourceOf } from './resource.ts'
import { sourceSenders, webhook } from './webhook.ts'

/** `{branch, tag, semver, name, commit}`; commit > name > tag > semver > branch. */
export const gitReference = () =>
  z.strictObject({
    branch: z.string().optional().meta({ description: 'a branch; default: master' }),
    tag: z.string().optional().meta({ description: 'a tag' }),
    semver: z.string().optional().meta({ description: 'the highest tag within a range of versions' }),
    name: z.string().optional().meta({ description: 'a full name, e.g. refs/heads/main' }),
    commit: z.string().optional().meta({ description: 'a commit' }),
  })

/** `GitRepository.spec`: Flux's fields by the same names, and ours (`accessFrom`, `webhook`). */
export const gitRepositorySpec = z.strictObject({
  url: z
    .string()
    .regex(/^(http|https|ssh):\/\/.*$/, 'expected an https, http or ssh URL')
    .meta({ description: 'address of the repository: https, http or ssh' }),
  interval: duration().meta({ description: 'time between two looks at the remote' }),
  timeout: shortDuration().default('60s').meta({ description: 'for each Git operation' }),
  ref: gitReference()
    .optional()
    .meta({ description: 'what is followed; commit counts before name, tag, semver, branch' }),
  secretRef: localReference().optional().meta({
    description:
      'Secret in the same namespace: username and password, bearerToken, identity and known_hosts, or the keys of a GitHub App; ca.crt, tls.crt, tls.key',
  }),
  provider: z
    .enum(['generic', 'aws', 'azure', 'github'])
    .default('generic')
    .meta({ description: 'whose login is used; github: a GitHub App' }),
  serviceAccountName: z.string().optional().meta({ description: 'identity for the providers aws and azure' }),
  verify: z
    .strictObject({
      mode: z
        .enum(['head', 'HEAD', 'Tag', 'TagAndHEAD'])
        .default('HEAD')
        .meta({ description: 'what must be signed: the commit, the tag, or both' }),
      secretRef: localReference().meta({ description: 'Secret with the public keys, *.asc and *.sshpub' }),
    })
    .optional()
    .meta({ description: 'signatures that commits must have' }),
  accessFrom: accessFrom()
    .optional()
    .meta(own('namespaces whose automations may refer here; default: the own one only')),
  proxySecretRef: localReference()
    .optional()
    .meta({ description: 'Secret with address, and if needed username and password, of a proxy' }),
  suspend: z.boolean().optional().meta({ description: 'true: the remote is not looked at' }),
  ignore: z.string().optional().meta({ description: 'paths left out, in the syntax of .gitignore' }),
  sparseCheckout: z.array(z.string()).optional().meta({ description: 'only these folders are seen' }),
  recurseSubmodules: z.boolean().optional().meta({ description: 'true: submodules are read too' }),
  include: z
    .array(
      z.strictObject({
        repository: localReference().meta({ description: 'the other GitRepository' }),
        fromPath: z.string().optional().meta({ description: 'folder there; default: its root' }),
        toPath: z.string().optional().meta({ description: 'folder here; default: the name of the other' }),
      }),
    )
    .optional()
    .meta({ description: 'other repositories whose files are added' }),
  webhook: webhook(sourceSenders).optional().meta(own('who announces new commits')),
})

export type GitReference = z.output<ReturnType<typeof gitReference>>
export type GitRepositorySpec = z.output<typeof gitRepositorySpec>

export interface GitRepositoryStatus {
  readonly conditions?: readonly Condition[]
  readonly observedGeneration?: number
  readonly lastHandledReconcileAt?: string
  /** The commit that was last found. Nothing can be downloaded: the files are in the mirrors of those who need them. */
  readonly artifact?: {
    /** `main@sha1:…` */
    readonly revision: string
    /** `gittree:<tree id>`: equal digests are equal files. */
    readonly digest: string
    /** `gitrepository/<namespace>/<name>/<commit>`, and `tagboat://` before it. */
    readonly path: string
    readonly url: string
    /** RFC 3339: when the revision was first seen. */
    readonly lastUpdateTime: string
  }
  /** `/hook/<sha256>` while there is a webhook for this object. */
  readonly webhookPath?: string
}

export type GitRepository = ResourceOf<'GitRepository', GitRepositorySpec, GitRepositoryStatus>
