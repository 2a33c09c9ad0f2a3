import { expect, it } from 'vitest'
import { fakeScene, kindOf } from './scene.ts'

it('asks once, and after being told to forget only whether something changed', async () => {
  await using scene = await fakeScene()
  const { cluster, fake, signal } = scene
  const first = await cluster.kinds(signal)
  await cluster.kinds(signal)
  expect(fake.requests).toHaveLength(2)
  cluster.forgetKinds()
  expect(await cluster.kinds(signal)).toEqual(first)
  expect(scene.seen.map(({ verb, code }) => [verb, code])).toEqual([
    ['discover', 200],
    ['discover', 200],
    ['discover', 304],
    ['discover', 304],
  ])
})

it('sees a kind that came later', async () => {
  await using scene = await fakeScene()
  const { cluster, fake, signal } = scene
  const wanted = { group: 'example.com', kind: 'Widget' }
  expect(await cluster.find(wanted, signal)).toBeUndefined()
  fake.serve({
    group: 'example.com',
    version: 'v1',
    resource: 'widgets',
    kind: 'Widget',
    namespaced: true,
    shortNames: ['wi'],
  })
  expect(await cluster.find(wanted, signal)).toBeUndefined()
  cluster.forgetKinds()
  expect(await cluster.find(wanted, signal)).toMatchObject({
    resource: 'widgets',
    shortNames: ['wi'],
    namespaced: true,
  })
})

it('an older server gives the same kinds in the older form', async () => {
  await using scene = await fakeScene()
  const { cluster, fake, signal } = scene
  const aggregated = await cluster.kinds(signal)
  fake.discovery.isPlain = true
  cluster.forgetKinds()
  expect(await cluster.kinds(signal)).toEqual(aggregated)
  expect(fake.requests.length).toBeGreaterThan(5)
})

it('one group that is down does not hide the others', async () => {
  await using scene = await fakeScene()
  const { cluster, fake, signal } = scene
  fake.discovery.isPlain = true
  fake.fail(({ path }) => path === '/apis/tagboat.dev/v1', { status: 503 }, 9)
  const kinds = await cluster.kinds(signal)
  expect(kinds.some(({ kind }) => kind === 'Lease')).toBe(true)
  expect(kinds.some(({ group }) => group === 'tagboat.dev')).toBe(false)
})

it('a failure is not remembered, and one who stops waiting does not end it for others', async () => {
  await using scene = await fakeScene()
  const { cluster, fake, signal } = scene
  fake.fail(() => true, { status: 403 })
  await expect(cluster.kinds(signal)).rejects.toMatchObject({ code: 'CLUSTER_FORBIDDEN' })
  fake.fail(() => true, { delayMs: 50 })
  const stop = new AbortController()
  const both = [cluster.kinds(stop.signal), cluster.find({ group: '', kind: kindOf('secrets').kind }, signal)]
  stop.abort()
  const [impatient, patient] = await Promise.allSettled(both)
  expect(impatient).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } })
  expect(patient).toMatchObject({ status: 'fulfilled', value: { resource: 'secrets' } })
})
