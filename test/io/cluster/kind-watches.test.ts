import { expect, it } from 'vitest'
import { openClusterResources } from '#io/cluster/resources.ts'
import type { ClusterResources } from '#io/cluster/cluster.ts'
import { systemClock } from '#io/clock.ts'
import { keepingLog, until } from '../../conformance/cluster.scene.ts'
import { fakeScene, kindOf, type FakeScene } from './scene.ts'

const spec = { image: 'ghcr.io/acme/web', interval: '5m' }
const flux = {
  group: 'image.toolkit.fluxcd.io',
  resource: 'imagerepositories',
  kind: 'ImageRepository',
  namespaced: true,
}

function open(scene: FakeScene, namespaces: readonly string[] = []): ClusterResources {
  return openClusterResources(scene.cluster, {
    groups: ['tagboat.dev', flux.group],
    namespaces,
    clock: systemClock,
    log: keepingLog(),
    instance: 'tagboat-0',
    discoverEveryMs: 20,
  })
}

const webOf = (group: string) => ({ group, kind: 'ImageRepository', namespace: 'apps', name: 'web' }) as const
const metadata = { namespace: 'apps', name: 'web' }

it('a kind that is served later is found, in the version that is preferred', async () => {
  await using scene = await fakeScene()
  await using resources = open(scene)
  await resources.synced
  expect(resources.gvrOf(webOf(flux.group))).toBeUndefined()
  const beta = { ...flux, version: 'v1beta2' }
  scene.fake.serve(beta)
  scene.fake.put(beta, { metadata, spec })
  await until(() => resources.cached(webOf(flux.group)) !== undefined)
  expect(await resources.get(webOf(flux.group), scene.signal)).toMatchObject({
    apiVersion: 'image.toolkit.fluxcd.io/v1beta2',
  })
})

it('a version that is no longer served is replaced by the next, and nothing is gone', async () => {
  await using scene = await fakeScene({ limits: { missingMs: 60_000 } })
  const beta = { ...flux, version: 'v1beta2' }
  const stable = { ...flux, version: 'v1' }
  scene.fake.serve(beta)
  scene.fake.put(beta, { metadata, spec })
  await using resources = open(scene)
  await resources.synced
  const gone: string[] = []
  resources.onChange(({ key, after }) => {
    if (after === undefined) gone.push(key.name)
  })
  scene.fake.serve(stable)
  scene.fake.stopServing(beta)
  await until(() => resources.gvrOf(webOf(flux.group))?.version === 'v1')
  expect(gone).toEqual([])
})

it('a definition that is deleted and put back: objects go, and new ones come', async () => {
  await using scene = await fakeScene({ limits: { missingMs: 20 }, mostPauseMs: 10 })
  const kind = kindOf('imagerepositories')
  scene.fake.put(kind, { metadata, spec })
  await using resources = open(scene)
  await resources.synced
  expect(resources.cached(webOf('tagboat.dev'))).toBeDefined()
  scene.fake.unserve(kind)
  await until(() => resources.cached(webOf('tagboat.dev')) === undefined)
  await until(() => resources.watches().some(({ failure }) => failure !== undefined))
  scene.fake.serve(kind)
  scene.fake.put(kind, { metadata: { namespace: 'apps', name: 'again' }, spec })
  await until(() => resources.cached({ ...webOf('tagboat.dev'), name: 'again' }) !== undefined)
  await until(() => resources.watches().every(({ failure }) => failure === undefined))
})

it('one watch for each kind and namespace', async () => {
  await using scene = await fakeScene()
  await using resources = open(scene, ['apps', 'infra'])
  await resources.synced
  const shown = resources.watches().map(({ kind, namespace }) => `${kind} ${namespace ?? ''}`)
  expect(shown).toHaveLength(8)
  expect(shown).toContain('ImagePolicy infra')
})

it('F10 begins once the server answers', async () => {
  await using scene = await fakeScene()
  scene.fake.fail(() => true, { status: 403 }, 3)
  await using resources = open(scene)
  await resources.synced
  expect(resources.watches()).toHaveLength(4)
})

it('closing before the start ends it', async () => {
  await using scene = await fakeScene()
  scene.fake.fail(() => true, 'stall', 99)
  const resources = open(scene)
  await resources[Symbol.asyncDispose]()
  await expect(resources.synced).rejects.toThrow('closed')
})
