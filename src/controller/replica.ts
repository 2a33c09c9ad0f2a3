import type { ObjectRef } from '#core/api/object-ref.ts'
import { rehearse } from '#flow/reconcile.ts'
import { systemHashes } from '#io/hash.ts'
import { openEdges, type Edges } from './edges.ts'
import { leadershipOf, workersOf } from './engine.ts'
import type { Leadership } from './leader.ts'
import { FluxOwner } from './owner.ts'
import { openPages } from './pages.ts'
import { Prefetch } from './prefetch.ts'
import { redisCheck, watchChecks, workersCheck, type Checks } from './probes.ts'
import { openQueues, type JobQueues } from './queue/open.ts'
import type { JobWorkers } from './queue/worker.ts'
import type { ReplicaOptions } from './replica-options.ts'
import { openTriggers, type Triggers } from './watch.ts'

/** One replica, from the first connection to the last running job. Rejects where waiting does not help. */
export async function runReplica(given: ReplicaOptions): Promise<void> {
  const { options, clock, log, surface, signal } = given
  await using edges = await openEdges(given)
  await synced(edges, given)
  const found: { triggers?: Triggers } = {}
  await using owner = new FluxOwner({
    cluster: edges.cluster,
    mode: options.fluxKinds,
    namespace: options.fluxNamespace,
    clock,
    log,
    onChange: () => found.triggers?.dispatcher.reconsider(),
  })
  await owner.known
  const owns = (key: ObjectRef): boolean => owner.owns(key)
  await using queues = openQueues({ redis: edges.redis, clock, log })
  using prefetch = prefetchOf(edges, given)
  await using triggers = await triggersOf({ edges, queues, prefetch, owns }, given)
  found.triggers = triggers
  const stopRechecks = edges.redis.onChange((isUp) => {
    if (isUp) triggers.dispatcher.recheck()
  })
  await using leadership = leadershipOf(edges, triggers, given)
  await using workers = await workersOf({ edges, triggers, leadership, prefetch, owns }, given)
  observe({ edges, queues, triggers, leadership, owner }, given)
  await using pages = await openPages({ ...given, edges, queues })
  surface.show({ checks: checksOf(edges, workers), webhooks: pages.webhooks, board: pages.board })
  const { redis, installation, cluster } = edges
  log.info('running', { redis: redis.shown, prefix: installation.prefix, cluster: cluster.server })
  await aborted(signal)
  log.info('stopping: no more jobs are taken', { running: workers.running() })
  surface.drain()
  stopRechecks()
  await workers.drain(options.graceMs)
}

/** Waits for the caches; says every ten seconds what is in the way. */
async function synced({ resources }: Edges, { clock, log, signal }: ReplicaOptions): Promise<void> {
  const done = new AbortController()
  const isSynced = resources.synced.finally(() => done.abort())
  const ending = AbortSignal.any([signal, done.signal])
  while (!ending.aborted) {
    await clock.sleep(10_000, ending).catch(() => undefined)
    if (ending.aborted) break
    const missing = resources.watches().filter((watch) => !watch.synced)
    const waits = missing.map(({ group, kind, failure }) => `${kind}.${group}: ${failure?.message ?? 'no answer yet'}`)
    log.warn('resources have not all been read yet', { waits })
  }
  signal.throwIfAborted()
  await isSynced
}

function prefetchOf({ shared }: Edges, { clock, log }: ReplicaOptions): Prefetch {
  return new Prefetch({
    git: shared.git,
    clock,
    log,
    rehearse: async (key, git, signal) => rehearse(key, { ...shared, git }, signal),
  })
}

interface Triggering {
  readonly edges: Edges
  readonly queues: JobQueues
  readonly prefetch: Prefetch
  readonly owns: (key: ObjectRef) => boolean
}

async function triggersOf({ edges, queues, prefetch, owns }: Triggering, given: ReplicaOptions): Promise<Triggers> {
  const { clock, log, selects, options } = given
  const { cluster, resources } = edges
  const { sha256 } = systemHashes
  return openTriggers({
    cluster,
    resources,
    queues,
    clock,
    log,
    sha256,
    owns,
    selects,
    window: options.window,
    onWait: (key) => {
      if (key.kind === 'ImageUpdateAutomation') prefetch.begin(key)
    },
  })
}

interface Observed {
  readonly edges: Edges
  readonly queues: JobQueues
  readonly triggers: Triggers
  readonly leadership: Leadership
  readonly owner: FluxOwner
}

function observe({ edges, queues, triggers, leadership, owner }: Observed, { metrics }: ReplicaOptions): void {
  const { resources, redis } = edges
  metrics.observe({
    resources: () => resources.all(),
    queues: async () => queues.stats(AbortSignal.timeout(2000)),
    dispatcher: () => triggers.dispatcher.states(),
    watches: () => resources.watches(),
    leading: () => leadership.isLeading(),
    redisUp: () => redis.isUp(),
    ceded: () => owner.ceded().map(({ group, kind }) => `${group}/${kind}`),
    registry: () => edges.registryHosts(),
  })
}

function checksOf({ redis, resources }: Edges, workers: JobWorkers): Checks {
  return {
    ready: () => [redisCheck(redis.downSinceMs()), ...watchChecks(resources.watches())],
    alive: () => [workersCheck(workers.oldestHeartbeatMs())],
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  if (signal.aborted) resolve()
  await promise
}
