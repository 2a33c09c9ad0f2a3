/** Sizes in bytes and counts that one answer or list may have. */
export interface RegistryLimits {
  /** Token answers, error texts, pings. */
  readonly smallBytes: number
  readonly pageBytes: number
  readonly listBytes: number
  /** Manifests, configurations, lists of referrers. */
  readonly manifestBytes: number
  readonly tags: number
  readonly pages: number
  /** Where a page holds at most 100 tags. */
  readonly smallPages: number
}

/** What is known better about one host. */
export interface HostOptions {
  /** As in an image name: `registry.example.com:5000`, `index.docker.io`. */
  readonly host: string
  /** Name of the software: `harbor`, `nexus`, … */
  readonly provider?: string
  /** Address of the API, where it is not `https://<host>`. */
  readonly api?: string
  /** Address of the list of push times, where it is not the provider's own; `off`: it is not asked. */
  readonly pushTimes?: string
  /** Tags to ask for at once; 0: no figure is sent. */
  readonly pageSize?: number
  /** Requests per second. */
  readonly perSecond?: number
  readonly concurrency?: number
}

/** Everything that a user may settle about registries. */
export interface RegistryConfig {
  /** May a registry be on this computer? Yes on the command line, no in a cluster. */
  readonly allowLoopback: boolean
  readonly allowPrivate: boolean
  /** Hosts (`host`, `host:port`, `*.suffix`) that may see credentials of a registry as its token server. */
  readonly trustedHosts: readonly string[]
  /** If not empty, only these hosts (with `*`) are asked at all. */
  readonly allowedHosts: readonly string[]
  /** Names and addresses that are never contacted, e.g. the API server's. */
  readonly forbiddenHosts: readonly string[]
  readonly hosts: readonly HostOptions[]
  readonly limits: RegistryLimits
  /** For answers that are kept to be revalidated, and for manifests. */
  readonly cacheBytes: number
}

const kib = 1024
const mib = 1024 * kib

/** The settings of the command line where nothing else is said. */
export const defaultRegistryConfig: RegistryConfig = {
  allowLoopback: true,
  allowPrivate: true,
  trustedHosts: [],
  allowedHosts: [],
  forbiddenHosts: [],
  hosts: [],
  limits: {
    smallBytes: 64 * kib,
    pageBytes: 32 * mib,
    listBytes: 128 * mib,
    manifestBytes: 4 * mib,
    tags: 200_000,
    pages: 1000,
    smallPages: 2000,
  },
  cacheBytes: 64 * mib,
}
