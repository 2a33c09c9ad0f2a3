import { describe, expect, it } from 'vitest'
import { keyText } from '#core/api/object-ref.ts'
import type { Resource } from '#flow/ports.ts'
import {
  gaugeTexts,
  readingsOf,
  readingsOfQueues,
  type MetricSources,
  type Reading,
} from '#controller/metrics/readings.ts'
import { keyIn, live, settled, type Written } from '../trigger-scene.ts'

const now = Date.parse('2026-11-24T10:00:00Z')

function resource(kind: string, written: Written = {}): Resource {
  const cached = live(kind, written)
  if (cached.is === 'broken') throw new Error(JSON.stringify(cached.broken.problems))
  return cached.resource
}

function sources(some: Partial<MetricSources> = {}): MetricSources {
  return {
    resources: () => [],
    queues: async () => [],
    watches: () => [],
    leading: () => true,
    redisUp: () => true,
    ceded: () => [],
    registry: () => [],
    ...some,
  }
}

/** `name{label="value",…} value`, as they will be printed. */
function printed(readings: readonly Reading[]): readonly string[] {
  return readings.map(({ gauge, labels, value }) => `${gauge} ${Object.values(labels).join(' ')} ${value}`)
}

const scanned = { revision: 'r', tagCount: 12, scanTime: '2026-11-24T09:00:00Z', latestTags: [] }
const repository = resource('ImageRepository', { status: settled({ lastScanResult: scanned }) })

describe('objects', () => {
  it('tell how much and how old', () => {
    const found = readingsOf(
      sources({
        resources: () => [
          repository,
          resource('ImageRepository', { name: 'new' }),
          resource('ImagePolicy', { status: { election: { specHash: 'h', time: '2026-11-24T09:59:00Z' } } }),
          resource('ImageUpdateAutomation', { status: { skipped: [{ path: 'a', code: 'c', reason: 'r' }] } }),
          resource('GitRepository', { spec: { suspend: true } }),
          resource('GitRepository', { name: 'b', status: settled({}, 'False') }),
          resource('GitRepository', { name: 'c', status: settled({}, 'False') }),
        ],
      }),
      { now, scannedAt: new Map() },
    )
    expect(printed(found)).toEqual([
      'tagboat_tags apps web 12',
      'tagboat_scan_age_seconds apps web 3600',
      'tagboat_election_age_seconds apps web 60',
      'tagboat_skipped_markers apps web 1',
      'tagboat_resources tagboat.dev ImageRepository True false 1',
      'tagboat_resources tagboat.dev ImageRepository Unknown false 1',
      'tagboat_resources tagboat.dev ImagePolicy Unknown false 1',
      'tagboat_resources tagboat.dev ImageUpdateAutomation Unknown false 1',
      'tagboat_resources tagboat.dev GitRepository Unknown true 1',
      'tagboat_resources tagboat.dev GitRepository False false 2',
      'tagboat_leader  1',
      'tagboat_redis_up  1',
    ])
  })

  it.each([
    ['a job that ended well since', now - 5000, 5],
    ['a job that ended well before', now - 7_200_000, 3600],
  ])('are as old as the last good scan: %s', (_what, at, age) => {
    const scannedAt = new Map([[keyText(keyIn({ is: 'resource', resource: repository })), at]])
    const found = readingsOf(sources({ resources: () => [repository] }), { now, scannedAt })
    expect(found.find(({ gauge }) => gauge === 'tagboat_scan_age_seconds')?.value).toBe(age)
  })

  it('whose clock is ahead are of now', () => {
    const ahead = resource('ImagePolicy', { status: { election: { specHash: 'h', time: '2026-11-24T11:00:00Z' } } })
    const found = readingsOf(sources({ resources: () => [ahead] }), { now, scannedAt: new Map() })
    expect(found[0]?.value).toBe(0)
  })

  it('are the business of the replica that leads', () => {
    const found = readingsOf(sources({ resources: () => [repository], leading: () => false }), {
      now,
      scannedAt: new Map(),
    })
    expect(printed(found)).toEqual(['tagboat_leader  0', 'tagboat_redis_up  1'])
  })
})

it('registries, watches and what is left to Flux are read as they are', () => {
  const watch = { group: 'tagboat.dev', kind: 'ImagePolicy', synced: true, failure: undefined } as const
  const found = readingsOf(
    sources({
      registry: () => [
        { host: 'ghcr.io', remaining: 40, blockedUntil: undefined },
        { host: 'quay.io', remaining: undefined, blockedUntil: 1_500 },
      ],
      watches: () => [
        { ...watch, namespace: 'a', ageMs: 1000 },
        { ...watch, namespace: 'b', ageMs: 4000 },
      ],
      redisUp: () => false,
      ceded: () => ['ImagePolicy.image.toolkit.fluxcd.io'],
    }),
    { now, scannedAt: new Map() },
  )
  expect(printed(found)).toEqual([
    'tagboat_registry_quota_remaining ghcr.io 40',
    'tagboat_registry_blocked_until_seconds quay.io 1.5',
    'tagboat_watch_age_seconds tagboat.dev ImagePolicy 4',
    'tagboat_leader  1',
    'tagboat_redis_up  0',
    'tagboat_flux_kind_ceded ImagePolicy.image.toolkit.fluxcd.io 1',
  ])
})

it('queues tell of their states, and of their workers where Redis lets us see them', () => {
  const counts = { waiting: 3, active: 1, failed: 2, completed: 9 }
  const found = readingsOfQueues([
    { queue: 'scan', paused: true, counts, workers: 2, oldestMs: 1500 },
    { queue: 'update', paused: false, counts, workers: undefined, oldestMs: undefined },
  ])
  expect(printed(found)).toEqual([
    'tagboat_queue_jobs scan waiting 3',
    'tagboat_queue_jobs scan active 1',
    'tagboat_queue_jobs scan failed 2',
    'tagboat_queue_jobs scan completed 9',
    'tagboat_queue_oldest_seconds scan 1.5',
    'tagboat_queue_paused scan 1',
    'tagboat_queue_workers scan 2',
    'tagboat_queue_jobs update waiting 3',
    'tagboat_queue_jobs update active 1',
    'tagboat_queue_jobs update failed 2',
    'tagboat_queue_jobs update completed 9',
    'tagboat_queue_oldest_seconds update 0',
    'tagboat_queue_paused update 0',
  ])
})

it.each([
  [true, ['known 9', 'due 8', 'windows 1', 'unsent 2', 'outstanding 3']],
  [false, []],
])('whoever adds jobs tells what is in hand, if it leads: %j', (isLeading, lines) => {
  const states = { isLeading, objects: 9, timers: 8, windows: 1, unsent: 2, outstanding: 3, oldestMs: 2500 }
  const found = printed(readingsOf(sources({ dispatcher: () => states }), { now, scannedAt: new Map() }))
  expect(found.filter((line) => line.startsWith('tagboat_dispatcher'))).toEqual([
    ...lines.map((line) => `tagboat_dispatcher_objects ${line}`),
    ...(isLeading ? ['tagboat_dispatcher_oldest_seconds  2.5'] : []),
  ])
})

it('every gauge has the labels that its readings carry', () => {
  const found = readingsOf(sources({ resources: () => [repository] }), { now, scannedAt: new Map() })
  for (const { gauge, labels } of found) expect(Object.keys(labels)).toEqual([...gaugeTexts[gauge][1]])
})
