import { expect, it } from 'vitest'
import { configMaps } from '../../conformance/cluster.scene.ts'
import { fakeScene, kindOf, type FakeScene } from './scene.ts'

function fill({ fake }: FakeScene, count: number, bytes = 0): void {
  for (let index = 0; index < count; index += 1) {
    const metadata = { namespace: 'apps', name: `m-${String(index).padStart(4, '0')}` }
    fake.put(kindOf('configmaps'), { metadata, data: { fill: 'x'.repeat(bytes) } })
  }
}

it('F11 a page token that has expired starts the list again, which is then one state', async () => {
  await using scene = await fakeScene()
  fill(scene, 1200)
  // When the second page is asked for, everything has moved on.
  scene.fake.fail(({ query }) => query.get('continue') !== null, {
    status: 410,
    body: JSON.stringify({ kind: 'Status', reason: 'Expired', code: 410, message: 'too old' }),
  })
  const { items } = await scene.cluster.list(configMaps, {}, scene.signal)
  expect(new Set(items.map(({ metadata }) => metadata.name)).size).toBe(1200)
  expect(items).toHaveLength(1200)
  const pages = scene.fake.requests.map(({ query }) => (query.get('continue') === null ? 'first' : 'next'))
  expect(pages).toEqual(['first', 'next', 'first', 'next', 'next'])
})

it('tokens that expire for ever are an error', async () => {
  await using scene = await fakeScene()
  fill(scene, 600)
  scene.fake.fail(
    ({ query }) => query.get('continue') !== null,
    { status: 410, body: JSON.stringify({ kind: 'Status', reason: 'Expired', code: 410 }) },
    99,
  )
  await expect(scene.cluster.list(configMaps, {}, scene.signal)).rejects.toMatchObject({ code: 'CLUSTER_EXPIRED' })
})

it('pages shrink when objects are large', async () => {
  await using scene = await fakeScene()
  fill(scene, 1100, 4000)
  const { items } = await scene.cluster.list(configMaps, { namespace: 'apps' }, scene.signal)
  expect(items).toHaveLength(1100)
  expect(scene.fake.requests.map(({ query }) => query.get('limit'))).toEqual(['500', '250', '125', '125', '125'])
})

it.each([
  ['no JSON', 'what?'],
  ['no list', '{"kind":"ConfigMapList","metadata":{}}'],
  ['null', 'null'],
  ['items that are none', '{"metadata":{"resourceVersion":"1"},"items":{}}'],
  ['an item without a name', '{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{}}]}'],
])('an answer that is no list is an error and not an empty one: %s', async (_what, body) => {
  await using scene = await fakeScene()
  scene.fake.fail(() => true, { status: 200, headers: { 'content-type': 'application/json' }, body }, 9)
  await expect(scene.cluster.list(configMaps, {}, scene.signal)).rejects.toMatchObject({ code: 'CLUSTER_MALFORMED' })
})

it('items that are null are none, as Go writes an empty list', async () => {
  await using scene = await fakeScene()
  const body = '{"apiVersion":"v1","kind":"ConfigMapList","metadata":{"resourceVersion":"7"},"items":null}'
  scene.fake.fail(() => true, { status: 200, headers: { 'content-type': 'application/json' }, body })
  expect(await scene.cluster.list(configMaps, {}, scene.signal)).toEqual({ items: [], resourceVersion: '7' })
})
