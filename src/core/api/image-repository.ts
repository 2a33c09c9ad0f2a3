import { duration, localReference, shortDuration, z } from '../schema.ts'
import type { Condition } from './condition.ts'
import type { ResourceOf } from './resource.ts'

/** Namespaces, by label, from which objects may refer here: OR over selectors, AND within. */
export const accessFrom = () =>
  z.strictObject({
    namespaceSelectors: z.array(z.strictObject({ matchLabels: z.record(z.string(), z.string()).default({}) })),
  })

/** `ImageRepository.spec`: Flux's fields by the same names, and ours (`scanFrom`, `webhook`). */
export const imageRepositorySpec = z.strictObject({
  image: z.string().meta({ description: 'image name without scheme, tag or digest' }),
  interval: duration().meta({ description: 'time between two scans' }),
  timeout: shortDuration()
    .optional()
    .meta({ description: 'for authentication and scan together; default: the interval' }),
  secretRef: localReference().optional().meta({ description: 'Secret of type kubernetes.io/dockerconfigjson' }),
  proxySecretRef: localReference()
    .optional()
    .meta({ description: 'Secret with address, username, password of a proxy' }),
  serviceAccountName: z.string().max(253).optional().meta({ description: 'its imagePullSecrets are used' }),
  certSecretRef: localReference().optional().meta({ description: 'Secret with tls.crt and tls.key, and/or ca.crt' }),
  suspend: z.boolean().optional().meta({ description: 'stop scanning' }),
  accessFrom: accessFrom().optional().meta({ description: 'namespaces whose policies may refer here' }),
  exclusionList: z
    .array(z.string())
    .max(25)
    .default(['^.*\\.sig$'])
    .meta({ description: 'RE2 expressions; a tag that one matches is dropped' }),
  provider: z.enum(['generic', 'aws', 'azure', 'gcp']).default('generic').meta({ description: 'how to log in' }),
  insecure: z.boolean().optional().meta({ description: 'permit plain HTTP' }),
  scanFrom: z.string().optional().meta({ description: 'read tags and manifests from this name instead (mirror)' }),
  webhook: z
    .strictObject({
      type: z.string(),
      secretRef: localReference(),
      events: z.array(z.string()).optional(),
      name: z.string().optional(),
    })
    .optional()
    .meta({ description: 'who announces new tags' }),
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
  readonly lastScanResult?: {
    readonly revision: string
    readonly tagCount: number
    /** RFC 3339. */
    readonly scanTime: string
    readonly latestTags: readonly string[]
  }
}

export type ImageRepository = ResourceOf<'ImageRepository', ImageRepositorySpec, ImageRepositoryStatus>
