import { expect, it } from 'vitest'
import { ready } from '#core/status/conditions-of.ts'
import type { Cluster, KubeObject } from '#io/cluster/cluster.ts'
import { writeStatus, type StatusRequest } from '#io/cluster/status-writer.ts'
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
) {
  return writeStatus(request, { cluster, clock: { now: () => Date.UTC(2026, 10, 24) }, log: keepingLog() }, signal)
}

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
