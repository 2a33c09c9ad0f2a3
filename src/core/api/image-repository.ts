import { duration, localReference, own, shortDuration, z } from '../schema.ts'
import type { Condition } from './condition.ts'
import type { ResourceOf } from './resource.ts'
import { imageSenders, webhook } from './webhook.ts'

/** Namespaces, by label, from which objects may refer here: OR over selectors, AND within. */
export const accessFrom = () =>
  z.strictObject({
    namespaceSelectors: z
      .array(
        z.strictObject({
          matchLabels: z
            .record(z.string(), z.string())
            .default({})
            .meta({ description: 'labels that the namespace must have; none: every namespace' }),
        }),
      )
      .meta({ description: 'one of these must match the namespace' }),
  })

/** `ImageRepository.spec`: Flux's fields by the same names, and ours (`scanFrom`, `webhook`). */
export const imageRepositorySpec = z.strictObject({
  image: z.string().min(1).meta({ description: 'name of the image, without scheme, tag or digest' }),
  interval: duration().meta({ description: 'time between two scans' }),
  timeout: shortDuration()
    .optional()
    .meta({ description: 'for authentication and scan together; default: the interval, at least 1s, at most 10m' }),
  secretRef: localReference()
    .optional()
    .meta({ description: 'Secret of type kubernetes.io/dockerconfigjson in the same namespace' }),
  proxySecretRef: localReference()
    .optional()
    .meta({ description: 'Secret with address, and if needed username and password, of a proxy' }),
  serviceAccountName: z
    .string()
    .max(253)
    .optional()
    .meta({ description: 'ServiceAccount whose imagePullSecrets are used after secretRef' }),
  certSecretRef: localReference()
    .optional()
    .meta({ description: 'Secret with tls.crt and tls.key, and/or ca.crt, which is added to the system roots' }),
  suspend: z.boolean().optional().meta({ description: 'true: no scans' }),
  accessFrom: accessFrom()
    .optional()
    .meta({ description: 'namespaces whose policies may refer here; default: the own one only' }),
  exclusionList: z
    .array(z.string())
    .max(25)
    .default(['^.*\\.sig$'])
    .meta({ description: 'RE2 expressions, unanchored; a tag that one matches is dropped' }),
  provider: z
    .enum(['generic', 'aws', 'azure', 'gcp'])
    .default('generic')
    .meta({ description: 'whose login is used; it must fit the host of the registry' }),
  insecure: z.boolean().optional().meta({ description: 'permit plain HTTP, for scans and digests' }),
  scanFrom: z
    .string()
    .min(1)
    .optional()
    .meta(own('name from which tags and manifests are read instead (a mirror or cache); written is still `image`')),
  webhook: webhook(imageSenders).optional().meta(own('who announces new tags')),
})

/** The parsed spec. */
export type ImageRepositorySpec = z.output<typeof imageRepositorySpec>

/** What a scan leaves in the object. */
export interface ImageRepositoryStatus {
  readonly conditions?: readonly Condition[]
  readonly observedGeneration?: number
  readonly lastHandledReconcileAt?: string
  readonly canonicalImageName?: string
  readonly observedExclusionList?: readonly string[]
  /** `/hook/<sha256>` while there is a webhook for this object. */
  readonly webhookPath?: string
  readonly lastScanResult?: {
    readonly revision: string
    readonly tagCount: number
    /** RFC 3339. */
    readonly scanTime: string
    readonly latestTags: readonly string[]
  }
}

export type ImageRepository = ResourceOf<'ImageRepository', ImageRepositorySpec, ImageRepositoryStatus>
