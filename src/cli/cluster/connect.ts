import { resolve } from 'node:path'
import { hasFlag, textFlag, type Flags } from '#core/flags.ts'
import { redact } from '#core/secret/redact.ts'
import type { Clock, Log } from '#flow/ports.ts'
import { systemClock } from '#io/clock.ts'
import type { Cluster } from '#io/cluster/cluster.ts'
import { findCredentials } from '#io/cluster/kubeconfig.ts'
import { openCluster } from '#io/cluster/open.ts'
import { openLog } from '#io/log.ts'
import { packageVersion } from '#io/version.ts'
import type { CommandIo } from '../io.ts'
import { commonOptions, type CommonOptions } from '../options.ts'

/** What a command against a cluster works with. */
export interface ClusterSession extends AsyncDisposable {
  readonly cluster: Cluster
  readonly options: CommonOptions
  /** Undefined: all namespaces. Without a flag that of the context, as kubectl does. */
  readonly namespace: string | undefined
  readonly io: CommandIo
  readonly clock: Clock
  /** Aborted by a signal, or when `timeoutMs` have passed since the start. */
  readonly signal: AbortSignal
  /** Undefined: none. */
  readonly timeoutMs: number | undefined
}

/** Finds the cluster as kubectl does; the first request connects. `CLUSTER_KUBECONFIG`, `USAGE_INVALID`. */
export async function openClusterSession(
  flags: Flags,
  io: CommandIo,
  defaults: { readonly timeoutMs?: number } = {},
): Promise<ClusterSession> {
  const options = commonOptions(flags)
  const timeoutMs = options.timeoutMs ?? defaults.timeoutMs
  const kubeconfig = textFlag(flags, 'kubeconfig')
  const context = textFlag(flags, 'context')
  const credentials = await findCredentials({
    environment: io.env,
    ...(kubeconfig !== undefined && { kubeconfig: resolve(io.cwd, kubeconfig) }),
    ...(context !== undefined && { context }),
  })
  const cluster = await openCluster({
    credentials,
    userAgent: `tagboat/${packageVersion()}`,
    clock: systemClock,
    log: logOf(options, io),
  })
  return {
    cluster,
    options,
    namespace: hasFlag(flags, 'allNamespaces') ? undefined : (options.namespace ?? cluster.namespace),
    io,
    clock: systemClock,
    signal: timeoutMs === undefined ? io.signal : AbortSignal.any([io.signal, AbortSignal.timeout(timeoutMs)]),
    timeoutMs,
    [Symbol.asyncDispose]: async () => cluster[Symbol.asyncDispose](),
  }
}

function logOf({ logLevel, logFormat }: CommonOptions, io: CommandIo): Log {
  return openLog({
    level: logLevel,
    format: logFormat,
    stream: io.stderr,
    color: false,
    redact,
    now: () => systemClock.now(),
  })
}

/** The namespace, or all of them, for people. */
export function scopeText(namespace: string | undefined): string {
  return namespace === undefined ? 'any namespace' : `namespace "${namespace}"`
}
