import { describe, expect, it } from 'vitest'
import type { ServerFault } from '../../fakes/kubernetes.ts'
import { configMaps } from '../../conformance/cluster.scene.ts'
import { fakeScene, kindOf, type FakeScene } from './scene.ts'

const name = { namespace: 'apps', name: 'a' }
const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: name }

type Ask = (scene: FakeScene) => Promise<unknown>

const get: Ask = ({ cluster, signal }) => cluster.get(configMaps, name, signal)
const list: Ask = ({ cluster, signal }) => cluster.list(configMaps, {}, signal)
const apply: Ask = ({ cluster, signal }) => cluster.apply(configMaps, object, {}, signal)
const create: Ask = ({ cluster, signal }) =>
  cluster.create(configMaps, { ...object, metadata: { ...name, name: 'new' } }, signal)
const patch: Ask = ({ cluster, signal }) => cluster.patch(configMaps, name, { data: {} }, signal)

async function prepared(): Promise<FakeScene> {
  const scene = await fakeScene()
  scene.fake.put(kindOf('configmaps'), object)
  return scene
}

describe('what passes is tried again', () => {
  const cases: readonly { what: string; ask: Ask; fault: ServerFault; times: number; pauses: readonly number[] }[] = [
    {
      what: '429 with a time',
      ask: create,
      fault: { status: 429, headers: { 'retry-after': '2' } },
      times: 2,
      pauses: [2100, 2100],
    },
    { what: '429 without one', ask: patch, fault: { status: 429 }, times: 3, pauses: [187.5, 375, 750] },
    {
      what: '503 with a time',
      ask: create,
      fault: { status: 503, headers: { 'retry-after': '1' } },
      times: 1,
      pauses: [1050],
    },
    { what: '503 without one', ask: get, fault: { status: 503 }, times: 1, pauses: [187.5] },
    { what: '500', ask: list, fault: { status: 500 }, times: 4, pauses: [187.5, 375, 750, 1500] },
    { what: '502 before an apply', ask: apply, fault: { status: 502 }, times: 1, pauses: [187.5] },
    { what: 'a reset', ask: get, fault: 'reset', times: 2, pauses: [187.5, 375] },
    { what: 'a reset before an apply', ask: apply, fault: 'reset', times: 1, pauses: [187.5] },
  ]
  it.each(cases)('F14 $what', async ({ ask, fault, times, pauses }) => {
    await using scene = await prepared()
    scene.fake.fail(() => true, fault, times)
    await ask(scene)
    expect(scene.pauses).toEqual(pauses)
  })
})

describe('what does not pass, or may have happened, is not', () => {
  const cases: readonly { what: string; ask: Ask; fault: ServerFault; code: string; requests: number }[] = [
    { what: 'a reset of a create', ask: create, fault: 'reset', code: 'CLUSTER_UNAVAILABLE', requests: 1 },
    { what: 'a reset of a patch', ask: patch, fault: 'reset', code: 'CLUSTER_UNAVAILABLE', requests: 1 },
    { what: '500 for a create', ask: create, fault: { status: 500 }, code: 'CLUSTER_UNAVAILABLE', requests: 1 },
    { what: '500 for ever', ask: get, fault: { status: 500 }, code: 'CLUSTER_UNAVAILABLE', requests: 5 },
    { what: '429 for ever', ask: create, fault: { status: 429 }, code: 'CLUSTER_BUSY', requests: 5 },
    {
      what: 'a wait beyond patience',
      ask: get,
      fault: { status: 429, headers: { 'retry-after': '90' } },
      code: 'CLUSTER_BUSY',
      requests: 1,
    },
    { what: '403', ask: get, fault: { status: 403 }, code: 'CLUSTER_FORBIDDEN', requests: 1 },
    { what: '422', ask: apply, fault: { status: 422 }, code: 'CLUSTER_INVALID', requests: 1 },
    {
      what: 'a redirect',
      ask: get,
      fault: { status: 302, headers: { location: 'https://elsewhere.example' } },
      code: 'CLUSTER_MALFORMED',
      requests: 1,
    },
    {
      what: 'a login page',
      ask: get,
      fault: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
      code: 'CLUSTER_MALFORMED',
      requests: 1,
    },
    {
      what: 'gzip that was not asked for',
      ask: get,
      fault: { status: 200, headers: { 'content-encoding': 'gzip' }, body: 'x' },
      code: 'CLUSTER_MALFORMED',
      requests: 1,
    },
  ]
  it.each(cases)('$what', async ({ ask, fault, code, requests }) => {
    await using scene = await prepared()
    scene.fake.fail(() => true, fault, 99)
    await expect(ask(scene)).rejects.toMatchObject({ code })
    expect(scene.fake.requests).toHaveLength(requests)
  })
})

it('says when to come back, so that a queue can wait instead', async () => {
  await using scene = await prepared()
  scene.fake.fail(() => true, { status: 429, headers: { 'retry-after': '90' } })
  await expect(get(scene)).rejects.toMatchObject({ retry: { afterMs: 90_000 } })
})

it('every try is told with its verb, plural and status; 0 where nothing was answered', async () => {
  await using scene = await prepared()
  scene.fake.fail(() => true, 'reset')
  scene.fake.fail(() => true, { status: 500 })
  await get(scene)
  expect(scene.seen.map(({ verb, resource, code }) => [verb, resource, code])).toEqual([
    ['get', 'configmaps', 0],
    ['get', 'configmaps', 500],
    ['get', 'configmaps', 200],
  ])
})

it('ends at once when it is told to, also in a pause', async () => {
  await using scene = await fakeScene({ mostPauseMs: 60_000 })
  scene.fake.fail(() => true, { status: 500 }, 99)
  const stop = new AbortController()
  const asked = scene.cluster.get(configMaps, name, stop.signal)
  stop.abort()
  await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' })
})

it('a message names who answered, what was asked and what was said, and no secret in it', async () => {
  await using scene = await prepared()
  const message = 'denied\u0007: Authorization: Bearer abcdefghijkl'
  const body = JSON.stringify({ kind: 'Status', message, reason: 'Forbidden', code: 403 })
  scene.fake.fail(() => true, { status: 403, body })
  const error = await get(scene).catch((caught: unknown) => caught)
  expect(String(error)).toContain(
    `127.0.0.1:${scene.fake.port}: configmaps apps/a: 403: denied\\x07: Authorization: ***`,
  )
  expect(String(error)).not.toContain('abcdefghijkl')
})
