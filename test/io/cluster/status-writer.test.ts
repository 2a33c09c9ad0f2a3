import { expect, it } from 'vitest'
import { ready } from '#core/status/conditions-of.ts'
import type { Cluster, KubeObject } from '#io/cluster/cluster.ts'
import { PrunedFields, writeStatus, type StatusRequest } from '#io/cluster/status-writer.ts'
import { keepingLog, repositories } from '../../conformance/cluster.scene.ts'
import { fakeScene, kindOf, type FakeScene } from './scene.ts'

const kind = kindOf('imagerepositories')
const name = { namespace: 'apps', name: 'web' }
const target = { group: 'tagboat.dev', kind: 'ImageRepository', ...name } as const
const spec = { image: 'alpine', interval: '5m' }

async function prepared(): Promise<FakeScene & { request: StatusRequest }> {
  const scene = await fakeScene()
  scene.fake.put(kind, { metadata: name, spec })
  const object = (await scene.cluster.get(repositories, name, scene.signal)) as KubeObject
  const status = { observedGeneration: 1, conditions: ready('found 1 tag') }
  return { ...scene, request: { target, status, object, former: undefined, gvr: repositories } }
}

function write(
  { cluster, signal }: { cluster: Pick<Cluster, 'get' | 'applyStatus'>; signal: AbortSignal },
  request: StatusRequest,
  pruned = new PrunedFields(),
) {
  const clock = { now: () => Date.UTC(2026, 10, 24) }
  return writeStatus(request, { cluster, clock, log: keepingLog(), pruned }, signal)
}

it('what the API server drops is not written again and again', async () => {
  await using scene = await prepared()
  const foreign = {
    ...scene.cluster,
    applyStatus: async (...all: Parameters<Cluster['applyStatus']>) => {
      const [gvr, base, status, signal] = all
      const { webhookPath: _void, ...kept } = status as Readonly<Record<string, unknown>>
      return scene.cluster.applyStatus(gvr, base, kept, signal)
    },
  }
  const pruned = new PrunedFields()
  const status = { ...scene.request.status, webhookPath: '/hook/1' }
  const written = await write({ ...scene, cluster: foreign }, { ...scene.request, status }, pruned)
  if (written === undefined) throw new Error('nothing was written')
  const former = written.status as StatusRequest['former']
  const again = { ...scene.request, object: written, former }
  expect(await write({ ...scene, cluster: foreign }, { ...again, status }, pruned)).toBeUndefined()
  const news = { ...status, observedGeneration: 2 }
  expect(await write({ ...scene, cluster: foreign }, { ...again, status: news }, pruned)).toBeDefined()
})

it('a field that is kept after all, as after a new definition, counts again', () => {
  const pruned = new PrunedFields()
  pruned.learn(repositories, { a: 1, b: 2, c: undefined }, { a: 1 })
  expect(pruned.without(repositories, { a: 1, b: 2 })).toEqual({ a: 1 })
  pruned.learn(repositories, { b: 2 }, { b: 2 })
  expect(pruned.without(repositories, { a: 1, b: 2 })).toEqual({ a: 1, b: 2 })
})

it('an answer that was lost is found to have arrived', async () => {
  await using scene = await prepared()
  const lossy = {
    ...scene.cluster,
    applyStatus: async (...all: Parameters<Cluster['applyStatus']>) => {
      await scene.cluster.applyStatus(...all)
      // The client tried again, as it may, over the version that it had just made an old one.
      return scene.cluster.applyStatus(...all)
    },
  }
  const written = await write({ ...scene, cluster: lossy }, scene.request)
  expect(written?.status).toMatchObject({
    conditions: [{ message: 'found 1 tag', lastTransitionTime: '2026-11-24T00:00:00Z' }],
  })
})

it('an object that never stands still is given up as a conflict', async () => {
  await using scene = await prepared()
  const restless = {
    ...scene.cluster,
    get: async (...all: Parameters<Cluster['get']>) => {
      const found = await scene.cluster.get(...all)
      scene.fake.put(kind, { metadata: { ...name, annotations: { at: String(scene.fake.requests.length) } }, spec })
      return found
    },
  }
  scene.fake.put(kind, { metadata: { ...name, annotations: { at: 'first' } }, spec })
  await expect(write({ ...scene, cluster: restless }, scene.request)).rejects.toMatchObject({
    code: 'CLUSTER_CONFLICT',
  })
})

it('another object by the same name gets nothing', async () => {
  await using scene = await prepared()
  scene.fake.remove(kind, name)
  scene.fake.put(kind, { metadata: name, spec })
  expect(await write(scene, scene.request)).toBeUndefined()
  expect(scene.fake.get(kind, name)).not.toHaveProperty('status')
})

it('a refusal is told', async () => {
  await using scene = await prepared()
  scene.fake.fail(({ method }) => method === 'PATCH', { status: 403 }, 9)
  await expect(write(scene, scene.request)).rejects.toMatchObject({ code: 'CLUSTER_FORBIDDEN' })
})

it('a status that differs only in the order of its keys is not written', async () => {
  await using scene = await prepared()
  const former = {
    conditions: [{ ...ready('found 1 tag')[0], lastTransitionTime: '2026-01-01T00:00:00Z' }],
    observedGeneration: 1,
  }
  const before = scene.fake.requests.length
  expect(await write(scene, { ...scene.request, former: former as StatusRequest['former'] })).toBeUndefined()
  expect(scene.fake.requests).toHaveLength(before)
})
