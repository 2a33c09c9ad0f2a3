import { resolve } from 'node:path'
import { AppError } from '#core/error.ts'
import { durationFlag, hasFlag, listFlag, textFlag, type Flags } from '#core/flags.ts'
import type { BackoffLimits } from '#core/status/backoff.ts'
import { queueNames, type QueueName } from '#flow/ports/queue.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Who reconciles objects of Flux's groups: whoever is alive, always Tagboat, or never Tagboat. */
type FluxKinds = 'auto' | 'own' | 'ignore'

/** Everything that is decided at the start of `tagboat controller`. */
export interface ControllerOptions {
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
  /** Undefined: a private Redis is started. */
  readonly redisUrl: string | undefined
  /** Empty: all. */
  readonly namespaces: readonly string[]
  /** `key=value,…` as in Kubernetes; '' selects everything. */
  readonly labelSelector: string
  readonly crossNamespaceRefs: boolean
  readonly fluxKinds: FluxKinds
  readonly fluxNamespace: string
  readonly concurrency: Readonly<Record<QueueName, number>>
  /** How long an automation waits for more triggers. */
  readonly window: { readonly quietMs: number; readonly maxMs: number }
  readonly retry: BackoffLimits
  /** Of each repository; 0: unlimited. */
  readonly pushesPerMinute: number
  readonly addresses: { readonly metrics: string; readonly health: string; readonly webhook: string }
  readonly dashboard: DashboardOptions | undefined
  /** Where Flux's notification-controller listens. */
  readonly eventsAddress: string | undefined
  readonly leaderElection: boolean
  /** Default: the pod's, else that of the kubeconfig's context. */
  readonly leaseNamespace: string | undefined
  /** Name of this process among the replicas. */
  readonly identity: string
  readonly cacheDir: string
  readonly configFile: string | undefined
  readonly trustedHosts: readonly string[]
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  readonly logFormat: 'text' | 'json'
  /** How long running jobs may go on after SIGTERM. */
  readonly graceMs: number
}

interface DashboardOptions {
  readonly address: string
  readonly tokenFile: string | undefined
  readonly writable: boolean
}

/** What the process knows of its surroundings. */
interface Surroundings {
  readonly env: Environment
  readonly cwd: string
  /** Used where no pod name is given. */
  readonly hostname: string
  readonly pid: number
}

/** Completes the flags of `tagboat controller`. `USAGE_INVALID` names the flag. */
export function controllerOptions(flags: Flags, around: Surroundings): ControllerOptions {
  const { env, cwd } = around
  const path = (name: string): string | undefined => {
    const given = textFlag(flags, name)
    return given === undefined ? undefined : resolve(cwd, given)
  }
  return {
    kubeconfig: path('kubeconfig'),
    context: textFlag(flags, 'context'),
    redisUrl: textFlag(flags, 'redis') ?? nonEmpty(env['REDIS_URL']),
    namespaces: splitLists(listFlag(flags, 'watchNamespaces')),
    labelSelector: textFlag(flags, 'watchLabelSelector') ?? '',
    crossNamespaceRefs: flags['crossNamespaceRefs'] !== false,
    fluxKinds: (textFlag(flags, 'fluxKinds') ?? 'auto') as FluxKinds,
    fluxNamespace: textFlag(flags, 'fluxNamespace') ?? 'flux-system',
    concurrency: concurrencyOf(flags),
    window: {
      quietMs: duration(flags, 'debounceQuiet', '--debounce-quiet', 250),
      maxMs: duration(flags, 'debounceMax', '--debounce-max', 2000),
    },
    retry: {
      minMs: duration(flags, 'minRetryDelay', '--min-retry-delay', 750),
      maxMs: duration(flags, 'maxRetryDelay', '--max-retry-delay', 900_000),
    },
    pushesPerMinute: count(flags, 'pushesPerMinute', { flag: '--pushes-per-minute', fallback: 6, least: 0 }),
    addresses: {
      metrics: textFlag(flags, 'metricsAddr') ?? ':8080',
      health: textFlag(flags, 'healthAddr') ?? ':9440',
      webhook: textFlag(flags, 'webhookAddr') ?? ':9292',
    },
    dashboard: dashboardOf(flags, path('dashboardTokenFile')),
    eventsAddress: textFlag(flags, 'eventsAddr'),
    leaderElection: flags['leaderElection'] !== false,
    leaseNamespace: textFlag(flags, 'leaderElectionNamespace') ?? nonEmpty(env['POD_NAMESPACE']),
    identity: nonEmpty(env['POD_NAME']) ?? `${around.hostname}-${around.pid}`,
    cacheDir:
      path('cacheDir') ?? resolve(nonEmpty(env['XDG_CACHE_HOME']) ?? `${env['HOME'] ?? '/tmp'}/.cache`, 'tagboat'),
    configFile: path('config'),
    trustedHosts: listFlag(flags, 'trustedHosts') ?? [],
    logLevel: (textFlag(flags, 'logLevel') ?? 'info') as ControllerOptions['logLevel'],
    logFormat: (textFlag(flags, 'logFormat') ?? 'json') as ControllerOptions['logFormat'],
    graceMs: duration(flags, 'gracePeriod', '--grace-period', 25_000),
  }
}

function dashboardOf(flags: Flags, tokenFile: string | undefined): DashboardOptions | undefined {
  const address = textFlag(flags, 'dashboardAddr')
  const writable = hasFlag(flags, 'dashboardWrite')
  if (hasFlag(flags, 'dashboard')) return { address: address ?? ':3000', tokenFile, writable }
  const idle = {
    '--dashboard-addr': address,
    '--dashboard-token-file': tokenFile,
    '--dashboard-write': writable || undefined,
  }
  const given = Object.entries(idle).find(([, value]) => value !== undefined)
  if (given === undefined) return undefined
  throw new AppError('USAGE_INVALID', `${given[0]} does nothing without --dashboard`)
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

/** Lists may be repeated flags, and each may hold several names. */
function splitLists(given: readonly string[] | undefined): readonly string[] {
  return (given ?? []).flatMap((text) => text.split(',')).flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))
}

/** `20` for every queue, or `scan=40,update=4` for some. */
function concurrencyOf(flags: Flags): Readonly<Record<QueueName, number>> {
  const figures: Record<QueueName, number> = { scan: 20, select: 20, fetch: 20, update: 20 }
  for (const part of splitLists(listFlag(flags, 'concurrency') ?? listFlag(flags, 'concurrent'))) {
    const [name, figure] = part.includes('=') ? part.split('=') : [undefined, part]
    const queues = name === undefined ? queueNames : queueNames.filter((queue) => queue === name)
    const value = Number(figure)
    if (queues.length === 0 || !Number.isInteger(value) || value < 1 || value > 1000) {
      throw new AppError(
        'USAGE_INVALID',
        `--concurrency: expected 20, or that of a queue (${queueNames.join(', ')}) as in scan=20, got "${part}"`,
      )
    }
    for (const queue of queues) figures[queue] = value
  }
  return figures
}

function duration(flags: Flags, name: string, flag: string, fallback: number): number {
  const text = textFlag(flags, name)
  return text === undefined ? fallback : durationFlag(text, flag)
}

function count(
  flags: Flags,
  name: string,
  { flag, fallback, least }: { readonly flag: string; readonly fallback: number; readonly least: number },
): number {
  const text = textFlag(flags, name)
  if (text === undefined) return fallback
  const value = Number(text)
  if (Number.isInteger(value) && value >= least) return value
  throw new AppError('USAGE_INVALID', `${flag}: expected a whole number from ${least}, got "${text}"`)
}
