import { writtenKind } from '#core/api/group.ts'
import { keyText, type ObjectRef } from '#core/api/object-ref.ts'
import type { Clock, GitWriter, PushResult, RegistryClient } from '#flow/ports.ts'
import type { ClusterRequestSeen, ResourceChange } from '#io/cluster/cluster.ts'
import { systemClock } from '#io/clock.ts'
import type { RegistryRequestSeen } from '#io/registry/seen.ts'
import type { JobResult } from './job.ts'
import { FewNames } from './metrics/few-names.ts'
import { Lags } from './metrics/lags.ts'
import { openInstruments, type Instruments } from './metrics/instruments.ts'
import { readingsOf, readingsOfQueues, type MetricSources } from './metrics/readings.ts'
import { countedPushes, timedScans } from './metrics/timed.ts'
import { within } from './metrics/within.ts'

/** Everything that is counted and timed, and the page that tells it. */
export interface Metrics {
  /** A pass over an object has ended here. */
  reconciled(key: ObjectRef, seconds: number, ok: boolean): void
  /** A job has ended in any replica; the leader tells of scans. */
  ended(result: JobResult): void
  clusterRequest(seen: ClusterRequestSeen): void
  registryRequest(seen: RegistryRequestSeen): void
  /** For `ClusterResources.onChange`. */
  changed(change: ResourceChange): void
  /** The writer, each of whose pushes is counted. */
  countedPushes(writer: GitWriter): GitWriter
  /** The client, each of whose lists of tags is timed. */
  timedScans(client: RegistryClient): RegistryClient
  /** `type` is one of the kinds of receivers. */
  webhook(type: string, code: number): void
  eventDropped(): void
  /** From now on the gauges are read here. */
  observe(sources: MetricSources): void
  /** The text format of Prometheus; never waits longer than two seconds for anything. */
  text(): Promise<string>
  /** Of `text`. */
  readonly contentType: string
}

/** Registries beyond so many are told of as one. */
const mostHosts = 200
const queuesMs = 1500
/** Objects that are gone and whose last job may still end. */
const mostGone = 10_000

export function openMetrics(clock: Pick<Clock, 'now' | 'monotonic'> = systemClock): Metrics {
  const instruments = openInstruments()
  const scannedAt = new Map<string, number>()
  let sources: MetricSources | undefined
  const text = shared(async () => {
    const queues = await within(queuesMs, sources?.queues() ?? Promise.resolve([]))
    const now = sources === undefined ? [] : readingsOf(sources, { now: clock.now(), scannedAt })
    instruments.gauges.set([...now, ...readingsOfQueues(queues ?? [])])
    return `${await instruments.registry.metrics()}${instruments.passes.text()}`
  })
  return {
    ...requestMeters(instruments),
    ...objectMeters(instruments, { clock, scannedAt, isLeading: () => sources?.leading() ?? true }),
    countedPushes: (writer) => countedPushes(writer, (result) => notePush(instruments, result)),
    timedScans: (client) => timedScans(client, clock, (ms, ok) => noteScan(instruments, ms, ok)),
    observe(given) {
      sources = given
    },
    text,
    contentType: instruments.registry.contentType,
  }
}

function requestMeters({
  counted,
  timed,
}: Instruments): Pick<Metrics, 'clusterRequest' | 'registryRequest' | 'webhook' | 'eventDropped'> {
  const hosts = new FewNames(mostHosts)
  return {
    clusterRequest({ verb, resource, code, ms }) {
      counted.cluster.inc({ verb, resource, code })
      if (verb !== 'watch') timed.cluster.observe({ verb }, ms / 1000)
    },
    registryRequest({ host, kind, code, ms }) {
      counted.registry.inc({ host: hosts.of(host), kind, code })
      timed.registry.observe({ kind }, ms / 1000)
    },
    webhook: (type, code) => counted.webhooks.inc({ type, code }),
    eventDropped: () => counted.eventsDropped.inc(),
  }
}

interface ObjectMeters {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
  readonly scannedAt: Map<string, number>
  readonly isLeading: () => boolean
}

function objectMeters(
  { counted, timed, passes }: Instruments,
  { clock, scannedAt, isLeading }: ObjectMeters,
): Pick<Metrics, 'reconciled' | 'ended' | 'changed'> {
  const lags = new Lags()
  const gone = new Set<string>()
  const scanned = (key: ObjectRef): void => {
    if (key.kind === 'ImageRepository' && !gone.has(keyText(key))) scannedAt.set(keyText(key), clock.now())
  }
  return {
    reconciled(key, seconds, ok) {
      const { namespace, name } = key
      const kind = writtenKind(key)
      if (!gone.has(keyText(key))) passes.observe({ kind, name, namespace }, seconds)
      counted.reconciles.inc({ kind, result: ok ? 'success' : 'failure' })
      if (ok) scanned(key)
    },
    ended({ key, error }) {
      if (error === undefined) scanned(key)
    },
    changed(change) {
      const found = lags.changed(change, clock.monotonic())
      // All replicas see it; one tells of it.
      if (isLeading()) for (const { of, ms } of found) timed[of].observe(ms / 1000)
      const own = keyText(change.key)
      if (change.after !== undefined) {
        gone.delete(own)
        return
      }
      gone.add(own)
      const [oldest] = gone
      if (gone.size > mostGone && oldest !== undefined) gone.delete(oldest)
      const { namespace, name } = change.key
      passes.remove({ kind: writtenKind(change.key), name, namespace })
      scannedAt.delete(own)
    },
  }
}

/** What moved on, or was not known to have arrived, is made anew. */
function notePush({ counted }: Instruments, result: PushResult['kind'] | 'failed'): void {
  counted.pushes.inc({ result })
  if (result === 'moved' || result === 'unknown') counted.pushRetries.inc()
}

function noteScan({ timed }: Instruments, ms: number, ok: boolean): void {
  timed.scan.observe({ result: ok ? 'success' : 'failure' }, ms / 1000)
}

/** Callers that come while it runs share its result. */
function shared<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<Result> | undefined
  return async () => {
    running ??= work().finally(() => {
      running = undefined
    })
    return running
  }
}
