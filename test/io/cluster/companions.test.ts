import { expect, it } from 'vitest'
import { reveal } from '#core/secret/reveal.ts'
import { Companions } from '#io/cluster/companions.ts'
import { fakeScene, kindOf, type FakeScene } from './scene.ts'

function open(scene: FakeScene): { readonly companions: Companions; readonly time: { now: number } } {
  const time = { now: 0 }
  return { companions: new Companions(scene.cluster, { clock: { monotonic: () => time.now }, ttlMs: 10_000 }), time }
}

const metadata = { namespace: 'apps', name: 's' }

function put({ fake }: FakeScene, data: object, type = 'Opaque'): void {
  fake.put(kindOf('secrets'), { metadata, type, data })
}

it('many who ask at once make one request', async () => {
  await using scene = await fakeScene()
  put(scene, { a: 'YQ==' })
  const { companions } = open(scene)
  await Promise.all(Array.from({ length: 50 }, () => companions.secret('apps', 's')))
  expect(scene.fake.requests).toHaveLength(1)
})

it('what was read is good for a time, what is absent too', async () => {
  await using scene = await fakeScene()
  const { companions, time } = open(scene)
  expect(await companions.secret('apps', 's')).toBeUndefined()
  put(scene, { a: 'YQ==' }, 'kubernetes.io/dockerconfigjson')
  time.now = 9999
  expect(await companions.secret('apps', 's')).toBeUndefined()
  time.now = 10_000
  const secret = await companions.secret('apps', 's')
  expect(secret).toMatchObject({ namespace: 'apps', name: 's', type: 'kubernetes.io/dockerconfigjson' })
  expect(secret?.resourceVersion).toMatch(/^[0-9]+$/)
  expect([...(secret?.data ?? [])].map(([key, value]) => [key, reveal(value)])).toEqual([['a', 'a']])
})

it('a failure is not kept', async () => {
  await using scene = await fakeScene()
  put(scene, {})
  scene.fake.fail(() => true, { status: 403 })
  const { companions } = open(scene)
  await expect(companions.secret('apps', 's')).rejects.toMatchObject({ code: 'CLUSTER_FORBIDDEN' })
  expect(await companions.secret('apps', 's')).toMatchObject({ name: 's', type: 'Opaque' })
})

it('a Secret that is not as it should be is told without its values', async () => {
  await using scene = await fakeScene()
  put(scene, { a: 5 })
  await expect(open(scene).companions.secret('apps', 's')).rejects.toMatchObject({
    code: 'RESOURCE_SECRET_INVALID',
    message: 'Secret apps/s: data.a: is no text',
  })
})

it('accounts without pull secrets have none, namespaces without labels neither', async () => {
  await using scene = await fakeScene()
  scene.fake.put(kindOf('serviceaccounts'), { metadata: { namespace: 'apps', name: 'plain' } })
  const mixed = { imagePullSecrets: [{ name: 'a' }, {}, 'b', { name: 5 }] }
  scene.fake.put(kindOf('serviceaccounts'), { metadata: { namespace: 'apps', name: 'mixed' }, ...mixed })
  scene.fake.put(kindOf('namespaces'), { metadata: { name: 'apps', labels: { team: 'web' } } })
  const { companions } = open(scene)
  expect(await companions.pullSecrets('apps', 'plain')).toEqual([])
  expect(await companions.pullSecrets('apps', 'mixed')).toEqual(['a'])
  expect(await companions.pullSecrets('apps', 'nobody')).toBeUndefined()
  expect(await companions.namespaceLabels('apps')).toEqual({ team: 'web' })
  expect(await companions.namespaceLabels('nowhere')).toEqual({})
})
