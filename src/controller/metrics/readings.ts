import type { ImageRepository } from '#core/api/image-repository.ts'
import { keyOf, keyText } from '#core/api/object-ref.ts'
import { writtenKind } from '#core/api/group.ts'
import type { Resource } from '#flow/ports.ts'
import { jobStates, type QueueStats } from '#flow/ports/queue.ts'
import type { WatchState } from '#io/cluster/cluster.ts'
import type { DispatcherStates } from '../dispatch-states.ts'

/** Gauges that are read when somebody looks: what each tells, and its labels. */
export const gaugeTexts = {
  tagboat_resources: ['Objects by kind, Ready condition and suspension.', ['group', 'kind', 'ready', 'suspended']],
  tagboat_tags: ['Tags in the last accepted list of an ImageRepository.', ['namespace', 'name']],
  tagboat_scan_age_seconds: [
    'Time since the list of an ImageRepository was last known to be good.',
    ['namespace', 'name'],
  ],
  tagboat_election_age_seconds: ['Time since an ImagePolicy elected its image.', ['namespace', 'name']],
  tagboat_skipped_markers: ['Markers and files that an ImageUpdateAutomation left alone.', ['namespace', 'name']],
  tagboat_registry_quota_remaining: ['Requests that a registry says are left.', ['host']],
  tagboat_registry_blocked_until_seconds: ['Unix time before which a registry is not asked.', ['host']],
  tagboat_queue_jobs: ['Jobs by queue and state.', ['queue', 'state']],
  tagboat_queue_oldest_seconds: ['Time that the longest waiting job of a queue has waited.', ['queue']],
  tagboat_queue_paused: ['1 for a queue that is paused.', ['queue']],
  tagboat_queue_workers: ['Processes that take jobs of a queue.', ['queue']],
  tagboat_dispatcher_objects: ['Objects in the hands of the one who adds jobs, by state.', ['state']],
  tagboat_dispatcher_oldest_seconds: ['Time since the oldest job was added whose result has not come.', []],
  tagboat_watch_age_seconds: ['Time since the API server last said anything about a kind.', ['group', 'kind']],
  tagboat_leader: ['1 for the replica that leads.', []],
  tagboat_redis_up: ['1 while Redis answers.', []],
  tagboat_flux_kind_ceded: ["1 for a kind of Flux's groups that is left to a living Flux.", ['kind']],
} as const satisfies Record<string, readonly [string, readonly string[]]>

type GaugeName = keyof typeof gaugeTexts

/** One value of a gauge. */
export interface Reading {
  readonly gauge: GaugeName
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Where the gauges are read. */
export interface MetricSources {
  resources(): readonly Resource[]
  /** May fail, or take its time: the gauges of the queues are left out then. */
  queues(): Promise<readonly QueueStats[]>
  watches(): readonly WatchState[]
  leading(): boolean
  redisUp(): boolean
  /** Kinds of Flux's groups that are left to Flux, e.g. `image.toolkit.fluxcd.io/ImagePolicy`. */
  ceded(): readonly string[]
  /** Of who adds the jobs; absent where nobody does. */
  dispatcher?(): DispatcherStates
  registry(): readonly {
    readonly host: string
    readonly remaining: number | undefined
    readonly blockedUntil: number | undefined
  }[]
}

/** What only this process knows. */
export interface Known {
  /** Epoch milliseconds. */
  readonly now: number
  /** When the job of an ImageRepository (`keyText`) last ended well, epoch milliseconds. */
  readonly scannedAt: ReadonlyMap<string, number>
}

/**
 * What can be read without waiting. Objects are told of by the leader alone, so that the figures of several replicas can
 * be added up.
 */
export function readingsOf(sources: MetricSources, known: Known): readonly Reading[] {
  return [
    ...(sources.leading() ? sources.resources().flatMap((resource) => readingsOfObject(resource, known)) : []),
    ...(sources.leading() ? countObjects(sources.resources()) : []),
    ...sources
      .registry()
      .flatMap(({ host, remaining, blockedUntil }) => [
        ...(remaining === undefined ? [] : [reading('tagboat_registry_quota_remaining', { host }, remaining)]),
        ...(blockedUntil === undefined
          ? []
          : [reading('tagboat_registry_blocked_until_seconds', { host }, blockedUntil / 1000)]),
      ]),
    ...dispatcherStates(sources.dispatcher?.()),
    ...watchAges(sources.watches()),
    reading('tagboat_leader', {}, sources.leading() ? 1 : 0),
    reading('tagboat_redis_up', {}, sources.redisUp() ? 1 : 0),
    ...sources.ceded().map((kind) => reading('tagboat_flux_kind_ceded', { kind }, 1)),
  ]
}

export function readingsOfQueues(stats: readonly QueueStats[]): readonly Reading[] {
  return stats.flatMap(({ queue, paused, counts, workers, oldestMs }) => [
    ...jobStates.map((state) => reading('tagboat_queue_jobs', { queue, state }, counts[state])),
    reading('tagboat_queue_oldest_seconds', { queue }, (oldestMs ?? 0) / 1000),
    reading('tagboat_queue_paused', { queue }, paused ? 1 : 0),
    ...(workers === undefined ? [] : [reading('tagboat_queue_workers', { queue }, workers)]),
  ])
}

function reading(gauge: GaugeName, labels: Reading['labels'], value: number): Reading {
  return { gauge, labels, value }
}

function readingsOfObject(resource: Resource, known: Known): readonly Reading[] {
  const { namespace, name } = resource.metadata
  const labels = { namespace, name }
  const age = (gauge: GaugeName, at: number | undefined): readonly Reading[] =>
    at === undefined || Number.isNaN(at) ? [] : [reading(gauge, labels, Math.max(0, known.now - at) / 1000)]
  if (resource.kind === 'ImageRepository') {
    const tags = resource.status?.lastScanResult?.tagCount
    const counted = tags === undefined ? [] : [reading('tagboat_tags', labels, tags)]
    return [...counted, ...age('tagboat_scan_age_seconds', lastScan(resource, known))]
  }
  if (resource.kind === 'ImagePolicy') {
    return age('tagboat_election_age_seconds', epoch(resource.status?.election?.time))
  }
  if (resource.kind === 'GitRepository') return []
  return [reading('tagboat_skipped_markers', labels, resource.status?.skipped?.length ?? 0)]
}

/** A list that is confirmed unchanged does not change the status, so that the status alone would look ever older. */
function lastScan(repository: ImageRepository, { scannedAt }: Known): number | undefined {
  const inStatus = epoch(repository.status?.lastScanResult?.scanTime)
  const seen = scannedAt.get(keyText(keyOf(repository)))
  return inStatus === undefined || seen === undefined ? (inStatus ?? seen) : Math.max(inStatus, seen)
}

function epoch(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time)
}

function countObjects(resources: readonly Resource[]): readonly Reading[] {
  const groups = Map.groupBy(resources, ({ group, kind, spec, status }) => {
    const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'Unknown'
    const suspended = 'suspend' in spec && spec.suspend === true
    return JSON.stringify({ group, kind: writtenKind({ group, kind }), ready, suspended: String(suspended) })
  })
  return [...groups].map(([labels, { length }]) => reading('tagboat_resources', JSON.parse(labels), length))
}

function dispatcherStates(states: DispatcherStates | undefined): readonly Reading[] {
  if (states?.isLeading !== true) return []
  const { objects: known, timers: due, windows, unsent, outstanding, oldestMs } = states
  const counts = { known, due, windows, unsent, outstanding }
  return [
    ...Object.entries(counts).map(([state, count]) => reading('tagboat_dispatcher_objects', { state }, count)),
    reading('tagboat_dispatcher_oldest_seconds', {}, oldestMs / 1000),
  ]
}

/** A kind is as old as the watch of it that has been silent longest. */
function watchAges(watches: readonly WatchState[]): readonly Reading[] {
  const kinds = Map.groupBy(watches, ({ group, kind }) => JSON.stringify({ group, kind }))
  return [...kinds].map(([labels, states]) => {
    const oldest = Math.max(...states.map(({ ageMs }) => ageMs))
    return reading('tagboat_watch_age_seconds', JSON.parse(labels), oldest / 1000)
  })
}
