import { join } from 'node:path'
import { AppError } from '#core/error.ts'
import { ownGroup } from '#core/api/group.ts'
import type { Clock, Log } from '#flow/ports.ts'
import type { Cluster, ClusterResources } from '#io/cluster/cluster.ts'
import { findCredentials } from '#io/cluster/kubeconfig.ts'
import { openCluster } from '#io/cluster/open.ts'
import { openClusterResources } from '#io/cluster/resources.ts'
import { openCompute } from '#io/compute/pool.ts'
import { openEvidence } from '#io/evidence/open.ts'
import { openGit } from '#io/git/open.ts'
import { systemHashes } from '#io/hash.ts'
import { openProbe } from '#io/probe.ts'
import { readConfig } from '#io/registry/config-file.ts'
import { openRegistry, type OpenRegistry } from '#io/registry/open.ts'
import { defaultRegistryConfig, type RegistryConfig } from '#io/registry/options.ts'
import { openRedisBuckets } from '#io/store/redis/buckets.ts'
import { openFailureCounts } from '#io/store/redis/failures.ts'
import { openRedis, type Redis } from '#io/store/redis/open.ts'
import { startPrivateRedis } from '#io/store/redis/private.ts'
import { openRedisScanStore } from '#io/store/redis/scans.ts'
import { FileMarkerIndex } from '#io/store/marker-index.ts'
import { packageVersion } from '#io/version.ts'
import { findInstallation, type Installation } from './installation.ts'
import type { Metrics } from './metrics.ts'
import type { ControllerOptions } from './options.ts'
import { openNotifier } from './notify.ts'
import { announcingEvents, politePushes, type SharedPorts, type Tell } from './ports.ts'
import type { FailureCounts } from './work.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The outside world of a controller, opened. */
export interface Edges extends AsyncDisposable {
  readonly cluster: Cluster
  readonly resources: ClusterResources
  readonly redis: Redis
  readonly installation: Installation
  readonly failures: FailureCounts
  readonly registryHosts: OpenRegistry['hosts']
  readonly shared: SharedPorts
}

interface Opening {
  readonly options: ControllerOptions
  readonly environment: Environment
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly signal: AbortSignal
}

/**
 * Opens everything that a controller works with, in the order in which one thing needs another, and waits for the API
 * server and for Redis. Fails where waiting does not help: wrong flags, no kubeconfig, an unsuitable Redis.
 */
export async function openEdges(opening: Opening): Promise<Edges> {
  const { options, clock, log, signal, metrics } = opening
  await using stack = new AsyncDisposableStack()
  const cluster = stack.use(await clusterOf(opening))
  const redisUrl = options.redisUrl ?? stack.use(await privateRedis(opening)).url
  const installation = await findInstallation(cluster, options, { clock, log, signal })
  const { environment } = opening
  const redis = stack.use(await openRedis({ url: redisUrl, prefix: installation.prefix, environment, clock, log }))
  await suitableRedis(redis, opening)
  const resources = stack.use(
    openClusterResources(cluster, {
      groups: groupsOf(options),
      namespaces: options.namespaces,
      clock,
      log,
      instance: options.identity,
    }),
  )
  resources.onChange((change) => metrics.changed(change))
  const registry = stack.use(await registryOf(redis, opening))
  const shared = portsOf({ redis, resources, registry, stack }, opening)
  const owned = stack.move()
  return {
    cluster,
    resources,
    redis,
    installation,
    failures: openFailureCounts(redis),
    registryHosts: () => registry.hosts(),
    shared,
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  }
}

async function clusterOf({ options, environment, clock, log, metrics }: Opening): Promise<Cluster> {
  const { kubeconfig, context } = options
  const credentials = await findCredentials({
    environment,
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  })
  const onRequest: Metrics['clusterRequest'] = (seen) => metrics.clusterRequest(seen)
  return openCluster({ credentials, userAgent: `tagboat/${packageVersion()}`, clock, log, onRequest })
}

async function privateRedis({ log, environment }: Opening): ReturnType<typeof startPrivateRedis> {
  log.warn('neither REDIS_URL nor --redis is set: starting a private Redis; it serves this replica alone')
  return startPrivateRedis({ log, environment })
}

/** Waits for Redis; one that would lose jobs is refused now, and not at the first loss. */
async function suitableRedis(redis: Redis, { options, log, signal }: Opening): Promise<void> {
  await redis.ready(signal)
  for (const { ok, fatal, message, hint = '' } of await redis.check(signal)) {
    const text = `Redis ${redis.shown}: ${message}`
    if (!ok && fatal) throw new AppError('REDIS_UNSUITABLE', text, { hint })
    // How the private one is set up is nobody's choice.
    if (!ok && options.redisUrl !== undefined) log.warn(text, { hint })
  }
}

const fluxGroups = ['image.toolkit.fluxcd.io', 'source.toolkit.fluxcd.io']

function groupsOf({ fluxKinds }: ControllerOptions): readonly string[] {
  return fluxKinds === 'ignore' ? [ownGroup] : [ownGroup, ...fluxGroups]
}

async function registryOf(redis: Redis, opening: Opening): Promise<OpenRegistry> {
  const { options, environment, clock, log, metrics } = opening
  return openRegistry({
    clock,
    log,
    buckets: openRedisBuckets(redis, { clock, log }),
    environment,
    userAgent: `tagboat/${packageVersion()}`,
    config: await registryConfig(options),
    onRequest: (seen) => metrics.registryRequest(seen),
  })
}

/** Flux's notification-controller is told too, if it is named. */
function notifierOf(
  { resources, stack }: Pick<Opened, 'resources' | 'stack'>,
  { options, environment, clock, log, metrics }: Opening,
): Tell {
  const address = options.eventsAddress
  if (address === undefined) return () => undefined
  const notifier = stack.use(
    openNotifier({
      address,
      identity: options.identity,
      userAgent: `tagboat/${packageVersion()}`,
      environment,
      clock,
      log,
      onDropped: () => metrics.eventDropped(),
    }),
  )
  return (key, events) => {
    const cached = resources.cached(key)
    if (cached === undefined) return
    const about = cached.is === 'resource' ? cached.resource : cached.broken
    for (const event of events) notifier.notify(about, event)
  }
}

/** In a cluster a registry on loopback would be our own pod, so that must be asked for. */
async function registryConfig({ configFile, trustedHosts }: ControllerOptions): Promise<RegistryConfig> {
  const closed = { ...defaultRegistryConfig, allowLoopback: false }
  const config = configFile === undefined ? closed : await readConfig(configFile, closed)
  return { ...config, trustedHosts: [...config.trustedHosts, ...trustedHosts] }
}

interface Opened {
  readonly redis: Redis
  readonly resources: ClusterResources
  readonly registry: OpenRegistry
  /** Takes what is opened here. */
  readonly stack: AsyncDisposableStack
}

function portsOf({ redis, resources, registry, stack }: Opened, opening: Opening): SharedPorts {
  const { options, environment, clock, log, metrics } = opening
  const probe = openProbe(environment)
  const git = stack.use(openGit({ cacheDir: options.cacheDir, environment, clock, log, probe }))
  const pushes = politePushes(git, openRedisBuckets(redis, { clock, log }), options.pushesPerMinute)
  const path = join(options.cacheDir, 'markers.json')
  return {
    settings: { crossNamespaceRefs: options.crossNamespaceRefs, lastChoice: 'status', ownCredentials: false },
    resources,
    resourceWriter: announcingEvents(resources, log, notifierOf({ resources, stack }, opening)),
    registry: metrics.timedScans(registry),
    scans: openRedisScanStore(redis, { clock, log }),
    evidence: openEvidence({ registry, clock }),
    git,
    gitWriter: metrics.countedPushes(pushes),
    markers: stack.use(new FileMarkerIndex({ path, program: packageVersion(), log })),
    compute: stack.use(openCompute()),
    clock,
    log,
    probe,
    hashes: systemHashes,
  }
}
