import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { openMetrics } from '#controller/metrics.ts'
import type { MetricSources } from '#controller/metrics/readings.ts'
import { testClock } from '../io/registry/harness.ts'
import { keyIn, live } from './trigger-scene.ts'

const policy = live('ImagePolicy')
const key = keyIn(policy)

/** The lines of the page that begin so, without comments. */
async function lines(
  metrics: ReturnType<typeof openMetrics>,
  ...begins: readonly string[]
): Promise<readonly string[]> {
  const text = await metrics.text()
  return text.split('\n').filter((line) => begins.some((begin) => line.startsWith(begin)))
}

function observed(some: Partial<MetricSources> = {}) {
  const clock = testClock()
  const metrics = openMetrics(clock)
  metrics.observe({
    resources: () => [],
    queues: async () => [],
    watches: () => [],
    leading: () => true,
    redisUp: () => true,
    ceded: () => [],
    registry: () => [],
    ...some,
  })
  return { metrics, clock }
}

describe('the page', () => {
  it('is there before anything is observed, with the process and the version', async () => {
    const metrics = openMetrics(testClock())
    expect(metrics.contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
    const found = await lines(metrics, 'process_resident_memory_bytes ', 'tagboat_build_info{')
    expect(found).toHaveLength(2)
    expect(found.join('\n')).toMatch(/version="\d+\.\d+\.\d+"/)
  })

  it('counts requests, webhooks and lost events', async () => {
    const { metrics } = observed()
    metrics.clusterRequest({ verb: 'list', resource: 'imagepolicies', code: 200, ms: 30 })
    metrics.clusterRequest({ verb: 'watch', resource: 'imagepolicies', code: 200, ms: 300_000 })
    metrics.registryRequest({ host: 'ghcr.io', kind: 'tags', code: 429, ms: 30 })
    metrics.webhook('github', 200)
    metrics.eventDropped()
    const names = [
      'cluster_requests',
      'cluster_request_seconds_count',
      'registry_requests',
      'webhooks',
      'events_dropped',
    ]
    expect(await lines(metrics, ...names.map((name) => `tagboat_${name}`))).toEqual([
      'tagboat_registry_requests_total{host="ghcr.io",kind="tags",code="429"} 1',
      'tagboat_cluster_requests_total{verb="list",resource="imagepolicies",code="200"} 1',
      'tagboat_cluster_requests_total{verb="watch",resource="imagepolicies",code="200"} 1',
      'tagboat_events_dropped_total 1',
      'tagboat_webhooks_total{type="github",code="200"} 1',
      'tagboat_cluster_request_seconds_count{verb="list"} 1',
    ])
  })

  it('times passes as Flux does, and forgets objects that are gone', async () => {
    const { metrics } = observed()
    metrics.reconciled(key, 0.2, true)
    metrics.reconciled(key, 0.4, false)
    expect(await lines(metrics, 'gotk_reconcile_duration_seconds_sum', 'tagboat_reconciles')).toEqual([
      'tagboat_reconciles_total{kind="ImagePolicy",result="success"} 1',
      'tagboat_reconciles_total{kind="ImagePolicy",result="failure"} 1',
      expect.stringMatching(
        /^gotk_reconcile_duration_seconds_sum\{kind="ImagePolicy",name="web",namespace="apps"\} 0\.6/,
      ),
    ])
    metrics.changed({ key, before: policy, after: undefined })
    metrics.reconciled(key, 0.1, true)
    expect(await lines(metrics, 'gotk_reconcile_duration_seconds_sum')).toEqual([])
    metrics.changed({ key, before: undefined, after: policy })
    metrics.reconciled(key, 0.1, true)
    expect(await lines(metrics, 'gotk_reconcile_duration_seconds_count')).toHaveLength(1)
  })

  it('quotes what stands in names', async () => {
    const { metrics } = observed({ ceded: () => ['a"b\\c\nd'] })
    expect(await lines(metrics, 'tagboat_flux_kind_ceded')).toEqual([
      String.raw`tagboat_flux_kind_ceded{kind="a\"b\\c\nd"} 1`,
    ])
  })

  it('holds the gauges of now and no others', async () => {
    let hosts = ['a.io', 'b.io']
    const { metrics } = observed({
      registry: () => hosts.map((host) => ({ host, remaining: 1, blockedUntil: undefined })),
    })
    expect(await lines(metrics, 'tagboat_registry_quota')).toHaveLength(2)
    hosts = ['b.io']
    expect(await lines(metrics, 'tagboat_registry_quota')).toEqual(['tagboat_registry_quota_remaining{host="b.io"} 1'])
  })

  it.each([
    ['fails', async () => Promise.reject(new Error('redis is away'))],
    ['does not answer', async () => new Promise<never>(() => undefined)],
  ])('does without the queues where Redis %s', async (_what, queues) => {
    const { metrics } = observed({ queues, redisUp: () => false })
    expect(await lines(metrics, 'tagboat_queue', 'tagboat_redis')).toEqual(['tagboat_redis_up 0'])
  })

  it('is made once for all who ask at the same time', async () => {
    let asked = 0
    const { metrics } = observed({
      queues: async () => {
        asked += 1
        return []
      },
    })
    const pages = await Promise.all([metrics.text(), metrics.text()])
    expect(pages[0]).toBe(pages[1])
    await metrics.text()
    expect(asked).toBe(2)
  })
})

const elected = (tag: string) => live('ImagePolicy', { status: { latestRef: { name: 'x', tag } } })
const listed = (revision: string) =>
  live('ImageRepository', {
    status: { lastScanResult: { revision, tagCount: 1, scanTime: '2026-11-24T09:00:00Z', latestTags: [] } },
  })

describe('lags', () => {
  it.each([
    ['are told', true, 'tagboat_policy_lag_seconds_sum 0.3'],
    ['are another replica’s business', false, 'tagboat_policy_lag_seconds_sum 0'],
  ])('%s (leading: %j)', async (_what, isLeading, line) => {
    const { metrics, clock } = observed({ leading: () => isLeading })
    metrics.changed({ key: keyIn(listed('a')), before: listed('a'), after: listed('b') })
    clock.pass(300)
    metrics.changed({ key, before: elected('1'), after: elected('2') })
    expect(await lines(metrics, 'tagboat_policy_lag_seconds_sum')).toEqual([line])
  })
})

describe('the age of a scan', () => {
  const scanTime = new Date(testClock().now() - 3_600_000).toISOString()
  const status = { lastScanResult: { revision: 'r', tagCount: 1, scanTime, latestTags: [] } }
  const repository = live('ImageRepository', { status })
  const of = keyIn(repository)

  it.each<{ what: string; act: (metrics: ReturnType<typeof openMetrics>) => void; age: number }>([
    { what: 'its status', act: () => undefined, age: 3605 },
    { what: 'a pass that ended well here', act: (metrics) => metrics.reconciled(of, 1, true), age: 5 },
    { what: 'a pass that failed', act: (metrics) => metrics.reconciled(of, 1, false), age: 3605 },
    {
      what: 'a job that ended well elsewhere',
      act: (metrics) => metrics.ended({ key: of, afterMs: 1, gone: false }),
      age: 5,
    },
    {
      what: 'a job that failed elsewhere',
      act: (metrics) => metrics.ended({ key: of, afterMs: 1, gone: false, error: { code: 'X', message: 'x' } }),
      age: 3605,
    },
  ])('is known by $what', async ({ act, age }) => {
    const { metrics, clock } = observed({
      resources: () => (repository.is === 'resource' ? [repository.resource] : []),
    })
    act(metrics)
    clock.pass(5000)
    expect(await lines(metrics, 'tagboat_scan_age_seconds')).toEqual([
      `tagboat_scan_age_seconds{namespace="apps",name="web"} ${age}`,
    ])
  })
})

it('every metric of ours is in the documents, and every one there exists', async () => {
  const page = await openMetrics(testClock()).text()
  const told = new Set([...page.matchAll(/^# TYPE ((?:tagboat|gotk)_\w+)/gm)].map(([, name]) => name))
  const text = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8')
  const documented = new Set([...text.matchAll(/^\| `((?:tagboat|gotk)_\w+)`/gm)].map(([, name]) => name))
  expect(documented).toEqual(told)
})
