import type { Clock, Log, RateBuckets, RegistryClient } from '#flow/ports.ts'
import { openHttp } from '../http.ts'
import type { HttpCodes } from '../http/failure.ts'
import type { Environment } from '../http/proxy.ts'
import { openAccess } from './access.ts'
import { Auth } from './auth.ts'
import { authorized } from './authorized.ts'
import { registryClient } from './client.ts'
import { openLocalDocker } from './docker/local.ts'
import { Endpoint } from './endpoint.ts'
import { HostMemory } from './host-memory.ts'
import { Limits } from './limits.ts'
import { defaultRegistryConfig, type RegistryConfig } from './options.ts'
import { meterOf, type RegistryHostState, type RegistryRequestSeen } from './seen.ts'
import { Tokens } from './tokens.ts'
import { cached, limited, retrying, revalidationTable } from './wrap.ts'

/** What a driver decides about its registries. */
export interface RegistryOptions {
  readonly clock: Clock
  readonly log: Log
  readonly config?: RegistryConfig
  /** For the proxy variables, and the API server's address, which is never contacted. */
  readonly environment?: Environment
  /** The user's own docker config, where a source names no Secret; absent: such sources are anonymous. */
  readonly local?: { readonly environment: Environment; readonly home: string; readonly file?: string }
  /** e.g. `tagboat/0.1.0` */
  readonly userAgent?: string
  /** The rates of requests, shared with others; absent: this process has its own. */
  readonly buckets?: RateBuckets
  /** Told of every request, for metrics. */
  readonly onRequest?: (seen: RegistryRequestSeen) => void
}

/** The client of all registries, and what it knows of their patience. */
export interface OpenRegistry extends RegistryClient, AsyncDisposable {
  /** Every host that tells of a quota or is not to be asked at present. */
  hosts(): readonly RegistryHostState[]
}

const codes: HttpCodes = {
  unavailable: 'REGISTRY_UNAVAILABLE',
  timeout: 'REGISTRY_TIMEOUT',
  tls: 'REGISTRY_TLS_FAILED',
  tooLarge: 'REGISTRY_TOO_LARGE',
  malformed: 'REGISTRY_BAD_RESPONSE',
  forbidden: 'REGISTRY_HOST_REFUSED',
}

/** Opens the client of all registries; nothing is contacted yet. Disposing of it ends every connection. */
export function openRegistry(options: RegistryOptions): OpenRegistry {
  const { clock, log, config = defaultRegistryConfig, environment = {}, userAgent = 'tagboat', local } = options
  const { onRequest, buckets } = options
  const http = openHttp({ codes, userAgent, environment, forbiddenHosts: forbiddenHosts(config, environment), clock })
  const memory = new HostMemory(config.hosts, clock)
  const endpoint = new Endpoint(http, memory, config)
  const tokens = new Tokens({ http, config, clock })
  const auth = new Auth({ endpoint, tokens, memory, clock, log, smallBytes: config.limits.smallBytes })
  const innermost = authorized({ auth, http, memory, config })
  const revalidating = cached(innermost, revalidationTable(config.cacheBytes))
  const limits = new Limits(clock, memory, buckets)
  const exchange = retrying(limited(revalidating, limits, clock), clock)
  const docker = local && openLocalDocker({ ...local, clock })
  return {
    ...registryClient({
      exchange,
      memory,
      config,
      clock,
      ...(onRequest !== undefined && { meter: meterOf(onRequest, clock) }),
      access: (source, signal) => openAccess(source, { config, docker, log }, signal),
    }),
    hosts: () => limits.states(),
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  }
}

function forbiddenHosts({ forbiddenHosts: listed }: RegistryConfig, environment: Environment): readonly string[] {
  const apiServer = environment['KUBERNETES_SERVICE_HOST']
  return apiServer === undefined || apiServer === '' ? listed : [...listed, apiServer.toLowerCase()]
}
