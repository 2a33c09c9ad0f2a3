import type { ObjectRef } from '#core/api/object-ref.ts'
import { redact } from '#core/secret/redact.ts'
import type { Secret } from '#core/secret/secret.ts'
import { parseDuration } from '#core/time.ts'
import type { Clock, Log } from '#flow/ports.ts'
import { systemHashes } from '#io/hash.ts'
import { openEdges, type Edges } from './edges.ts'
import { openLeadership, type Leadership } from './leader.ts'
import type { Metrics } from './metrics.ts'
import type { ControllerOptions } from './options.ts'
import { FluxOwner } from './owner.ts'
import { openPages } from './pages.ts'
import { portsOfJob } from './ports.ts'
import { redisCheck, watchChecks, workersCheck } from './probes.ts'
import { openQueues } from './queue/open.ts'
import { openResults } from './queue/results.ts'
import { openWorkers, type JobWorkers } from './queue/worker.ts'
import type { Surface } from './surface.ts'
import { tracedWork } from './trace.ts'
import { openTriggers, type Triggers } from './watch.ts'
import { jobWork } from './work.ts'

export interface ReplicaOptions {
  readonly options: ControllerOptions
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly surface: Surface
  /** Opens the dashboard; undefined: there is none. */
  readonly dashboardToken: Secret | undefined
  readonly selects: (labels: Readonly<Record<string, string>>) => boolean
  /** Asks for the end. */
  readonly signal: AbortSignal
}

/** One replica, from the first connection to the last running job. Rejects where waiting does not help. */
export async function runReplica(given: ReplicaOptions): Promise<void> {
  const { options, environment, clock, log, metrics, surface, signal } = given
  await using edges = await openEdges({ options, environment, clock, log, metrics, signal })
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
  await using queues = openQueues({ redis: edges.redis, clock, log })
  const owns = (key: ObjectRef): boolean => owner.owns(key)
  const { cluster, resources } = edges
  const { sha256 } = systemHashes
  await using triggers = await openTriggers({
    cluster,
    resources,
    queues,
    clock,
    log,
    sha256,
    owns,
    selects: given.selects,
    window: options.window,
  })
  found.triggers = triggers
  const stopRechecks = edges.redis.onChange((isUp) => {
    if (isUp) triggers.dispatcher.recheck()
  })
  await using leadership = leadershipOf(edges, triggers, given)
  await using workers = await workersOf({ edges, triggers, leadership, owns }, given)
  metrics.observe({
    resources: () => resources.all(),
    queues: async () => queues.stats(AbortSignal.timeout(2000)),
    watches: () => resources.watches(),
    leading: () => leadership.isLeading(),
    redisUp: () => edges.redis.isUp(),
    ceded: () => owner.ceded().map(({ kind }) => kind),
    registry: () => edges.registryHosts(),
  })
  await using pages = openPages({ ...given, edges, queues })
  surface.show({ checks: checksOf({ edges, workers }), webhooks: pages.webhooks, board: pages.board })
  log.info('running', { redis: edges.redis.shown, prefix: edges.installation.prefix, cluster: cluster.server })
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

function leadershipOf({ cluster, installation }: Edges, { dispatcher }: Triggers, given: ReplicaOptions): Leadership {
  const { options, clock, log } = given
  return openLeadership(cluster, {
    namespace: options.leaseNamespace ?? cluster.namespace,
    name: installation.leaseName,
    identity: options.identity,
    isElected: options.leaderElection,
    clock,
    log,
    lead: () => dispatcher.lead(),
    rest: () => dispatcher.rest(),
  })
}

interface Working {
  readonly edges: Edges
  readonly triggers: Triggers
  readonly leadership: Leadership
  readonly owns: (key: ObjectRef) => boolean
}

async function workersOf({ edges, triggers, leadership, owns }: Working, given: ReplicaOptions): Promise<JobWorkers> {
  const { options, environment, clock, log, metrics } = given
  const { dispatcher } = triggers
  const results = await openResults({ redis: edges.redis, identity: options.identity, log })
  await results.subscribe((result) => dispatcher.finished(result))
  const work = jobWork({
    resources: edges.resources,
    failures: edges.failures,
    owns,
    retry: options.retry,
    random: () => clock.random(),
    portsOf: (job) => {
      const wasLeading = leadership.isLeading()
      return portsOfJob(edges.shared, job, () => !wasLeading || leadership.isLeading())
    },
  })
  return openWorkers({
    redis: edges.redis,
    concurrency: options.concurrency,
    deadlineMs: (key) => deadlineMs(edges, key),
    identity: options.identity,
    redact,
    clock,
    log,
    work: tracedWork(async (job, signal) => {
      dispatcher.started(job.key)
      const startedAt = clock.monotonic()
      log.debug('job begins', { ...job.key, job: job.id })
      const result = await work(job, signal)
      const ms = clock.monotonic() - startedAt
      metrics.reconciled(job.key, ms / 1000, result.error === undefined)
      log.debug('job has ended', { ...job.key, job: job.id, ms: Math.round(ms), code: result.error?.code })
      return result
    }, environment),
    onResult: (result) => {
      dispatcher.finished(result)
      void results.publish(result)
    },
  })
}

/** A job may take ten minutes, or its object's timeout where that is longer. */
function deadlineMs({ resources }: Edges, key: ObjectRef): number {
  const cached = resources.cached(key)
  const spec = cached?.is === 'resource' ? cached.resource.spec : undefined
  const own = spec !== undefined && 'timeout' in spec && spec.timeout !== undefined ? parseDuration(spec.timeout) : 0
  return Math.max(own, 600_000)
}

function checksOf({ edges, workers }: { readonly edges: Edges; readonly workers: JobWorkers }) {
  return {
    ready: () => [redisCheck(edges.redis.downSinceMs()), ...watchChecks(edges.resources.watches())],
    alive: () => [workersCheck(workers.oldestHeartbeatMs())],
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  if (signal.aborted) resolve()
  await promise
}
