import { expect, it } from 'vitest'
import { ownGroup } from '#core/api/group.ts'
import type { ObjectRef } from '#core/api/object-ref.ts'
import { reveal } from '#core/secret/reveal.ts'
import { ready, stalled } from '#core/status/conditions-of.ts'
import { systemClock } from '#io/clock.ts'
import type { ClusterResources, KubeObject, ResourceChange } from '#io/cluster/cluster.ts'
import { openClusterResources } from '#io/cluster/resources.ts'
import { keepingLog, repositories, until, type ClusterScene, type SetScene } from './cluster.scene.ts'

interface Opened extends AsyncDisposable {
  readonly resources: ClusterResources
  readonly scene: ClusterScene
  /** `+ web`, `~ web`, `- web` */
  readonly changes: string[]
}

/** The resources of a namespace of its own, all listed. */
async function open(setScene: SetScene, before?: (scene: ClusterScene) => Promise<unknown>): Promise<Opened> {
  const scene = await setScene()
  await before?.(scene)
  const resources = openClusterResources(scene.cluster, {
    groups: [ownGroup, 'image.toolkit.fluxcd.io'],
    namespaces: [scene.namespace],
    clock: systemClock,
    log: keepingLog(),
    instance: 'tagboat-0',
  })
  const changes: string[] = []
  resources.onChange(({ key, before: former, after }: ResourceChange) => {
    changes.push(`${former === undefined ? '+' : after === undefined ? '-' : '~'} ${key.name}`)
  })
  await resources.synced
  return {
    resources,
    scene,
    changes,
    [Symbol.asyncDispose]: async () => {
      await resources[Symbol.asyncDispose]()
      await scene[Symbol.asyncDispose]()
    },
  }
}

async function create(
  { cluster, namespace, signal }: ClusterScene,
  kind: string,
  name: string,
  spec: object,
  metadata: object = {},
): Promise<KubeObject> {
  const resource = kind === 'ImagePolicy' ? 'imagepolicies' : 'imagerepositories'
  const object = { apiVersion: 'tagboat.dev/v1', kind, metadata: { ...metadata, namespace, name }, spec }
  return cluster.create({ ...repositories, resource }, object, signal)
}

const image = { image: 'ghcr.io/acme/web', interval: '5m' }
const policy = { imageRepositoryRef: { name: 'web' }, policy: { semver: { range: '^1' } } }

function keyOf({ namespace }: ClusterScene, name = 'web', kind: ObjectRef['kind'] = 'ImageRepository'): ObjectRef {
  return { group: ownGroup, kind, namespace, name }
}

/** Resources over watch caches. */
export function resourceCases(setScene: SetScene): void {
  it('reads what is there, with defaults, in order', async () => {
    await using opened = await open(setScene, async (scene) => {
      await create(scene, 'ImagePolicy', 'b', policy)
      await create(scene, 'ImagePolicy', 'a', policy)
      await create(scene, 'ImageRepository', 'web', image)
    })
    const { resources, scene } = opened
    const listed = await resources.list(scene.signal)
    expect(listed.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'ImageRepository web',
      'ImagePolicy a',
      'ImagePolicy b',
    ])
    const web = await resources.get(keyOf(scene), scene.signal)
    expect(web).toMatchObject({ apiVersion: 'tagboat.dev/v1', spec: { ...image, exclusionList: ['^.*\\.sig$'] } })
    expect(await resources.get(keyOf(scene, 'none'), scene.signal)).toBeUndefined()
    expect(
      resources.watches().every(({ synced, failure, ageMs }) => synced && failure === undefined && ageMs < 60_000),
    ).toBe(true)
  })

  it('tells changes after it knows them, its own once', async () => {
    await using opened = await open(setScene)
    const { resources, scene, changes } = opened
    await create(scene, 'ImageRepository', 'web', image)
    await until(() => changes.length === 1)
    await resources.suspend(keyOf(scene), true, scene.signal)
    expect(await resources.get(keyOf(scene), scene.signal)).toMatchObject({ spec: { suspend: true } })
    await resources.annotate(keyOf(scene), { 'reconcile.fluxcd.io/requestedAt': 'now' }, scene.signal)
    await scene.cluster.remove(repositories, { namespace: scene.namespace, name: 'web' }, scene.signal)
    await until(() => changes.includes('- web'))
    expect(changes).toEqual(['+ web', '~ web', '~ web', '- web'])
    expect(await resources.list(scene.signal)).toEqual([])
  })

  it('an object that cannot be used stalls alone', async () => {
    await using opened = await open(setScene, async (scene) => {
      await create(scene, 'ImageRepository', 'bad', { ...image, exclusionList: ['('] })
      await create(scene, 'ImageRepository', 'web', image)
    })
    const { resources, scene } = opened
    expect((await resources.list(scene.signal)).map(({ metadata }) => metadata.name)).toEqual(['web'])
    const [broken] = resources.broken()
    expect(broken).toMatchObject({
      metadata: { name: 'bad' },
      reason: 'ExclusionListInvalid',
      message: 'failed to compile regex (: error parsing regexp: missing closing ): `(`',
    })
    await expect(resources.get(keyOf(scene, 'bad'), scene.signal)).rejects.toMatchObject({
      code: 'RESOURCE_INVALID',
      retry: 'backoff',
    })
    const conditions = stalled(broken?.reason ?? '', broken?.message ?? '')
    await resources.putStatus({ ...keyOf(scene, 'bad') }, { observedGeneration: 1, conditions }, scene.signal)
    expect(resources.broken()[0]?.status).toMatchObject({ observedGeneration: 1, conditions })
  })

  it('a status is written when it differs, and a condition keeps the time of its turn', async () => {
    await using opened = await open(setScene, async (scene) => create(scene, 'ImageRepository', 'web', image))
    const { resources, scene } = opened
    const put = async (
      status: object,
    ): Promise<{ version: string | undefined; conditions: readonly { lastTransitionTime?: string }[] }> => {
      const base = await resources.get(keyOf(scene), scene.signal)
      await resources.putStatus({ ...keyOf(scene), ...(base !== undefined && { base }) }, status, scene.signal)
      const now = await resources.get(keyOf(scene), scene.signal)
      return {
        version: now?.metadata.resourceVersion,
        conditions: (now?.status?.conditions ?? []) as readonly { lastTransitionTime?: string }[],
      }
    }
    const first = await put({ observedGeneration: 1, conditions: ready('found 1 tag') })
    expect(first.conditions[0]?.lastTransitionTime).toMatch(/^[0-9-]+T[0-9:]+Z$/)
    const same = await put({ observedGeneration: 1, conditions: ready('found 1 tag') })
    expect(same).toEqual(first)
    const news = await put({ observedGeneration: 1, conditions: ready('found 2 tags') })
    expect(news.version).not.toBe(first.version)
    expect(news.conditions).toMatchObject([
      { message: 'found 2 tags', lastTransitionTime: first.conditions[0]?.lastTransitionTime },
    ])
  })

  it('a status goes over a change that left the status alone', async () => {
    await using opened = await open(setScene, async (scene) => create(scene, 'ImageRepository', 'web', image))
    const { resources, scene } = opened
    const base = await resources.get(keyOf(scene), scene.signal)
    await scene.cluster.patch(
      repositories,
      { namespace: scene.namespace, name: 'web' },
      { spec: { interval: '1m' } },
      scene.signal,
    )
    await resources.putStatus(
      { ...keyOf(scene), ...(base !== undefined && { base }) },
      { observedGeneration: 1, conditions: ready('x') },
      scene.signal,
    )
    expect(await resources.get(keyOf(scene), scene.signal)).toMatchObject({
      spec: { interval: '1m' },
      metadata: { generation: 2 },
      status: { observedGeneration: 1 },
    })
  })

  it('a status does not go over another that came in between', async () => {
    await using opened = await open(setScene, async (scene) => create(scene, 'ImageRepository', 'web', image))
    const { resources, scene } = opened
    const base = await resources.get(keyOf(scene), scene.signal)
    await resources.putStatus(keyOf(scene), { observedGeneration: 1, conditions: ready('first') }, scene.signal)
    const late = resources.putStatus(
      { ...keyOf(scene), ...(base !== undefined && { base }) },
      { observedGeneration: 1, conditions: ready('late') },
      scene.signal,
    )
    await expect(late).rejects.toMatchObject({ code: 'CLUSTER_CONFLICT' })
    expect(await resources.refresh(keyOf(scene), scene.signal)).toMatchObject({
      status: { conditions: [{ message: 'first' }] },
    })
  })

  it('a status for what is gone is dropped', async () => {
    await using opened = await open(setScene, async (scene) => create(scene, 'ImageRepository', 'web', image))
    const { resources, scene } = opened
    const base = await resources.get(keyOf(scene), scene.signal)
    await scene.cluster.remove(repositories, { namespace: scene.namespace, name: 'web' }, scene.signal)
    await resources.putStatus(
      { ...keyOf(scene), ...(base !== undefined && { base }) },
      { observedGeneration: 1 },
      scene.signal,
    )
    await until(() => resources.cached(keyOf(scene)) === undefined)
    await resources.putStatus(keyOf(scene), { observedGeneration: 1 }, scene.signal)
    await resources.putEvents(keyOf(scene), [{ type: 'Normal', reason: 'A', message: 'b', metadata: {} }], scene.signal)
    expect(await scene.cluster.get(repositories, keyOf(scene), scene.signal)).toBeUndefined()
  })

  it('takes a finalizer off an object that is to go', async () => {
    await using opened = await open(setScene, async (scene) => {
      await create(scene, 'ImageRepository', 'web', image, { finalizers: ['finalizers.fluxcd.io', 'example.com/keep'] })
    })
    const { resources, scene } = opened
    await resources.removeFinalizer(keyOf(scene), 'finalizers.fluxcd.io', scene.signal) // it is not being deleted
    const name = { namespace: scene.namespace, name: 'web' }
    await scene.cluster.remove(repositories, name, scene.signal)
    await until(async () => (await resources.get(keyOf(scene), scene.signal))?.metadata.deletionTimestamp !== undefined)
    await resources.removeFinalizer(keyOf(scene), 'finalizers.fluxcd.io', scene.signal)
    expect((await scene.cluster.get(repositories, name, scene.signal))?.metadata.finalizers).toEqual([
      'example.com/keep',
    ])
    await resources.removeFinalizer(keyOf(scene), 'example.com/keep', scene.signal)
    await until(() => resources.cached(keyOf(scene)) === undefined)
  })

  it('reads Secrets, accounts and labels of namespaces, and for a while not again', async () => {
    await using opened = await open(setScene)
    const { resources, scene } = opened
    const { cluster, namespace, signal } = scene
    const secrets = { group: '', version: 'v1', resource: 'secrets' }
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace, name: 's' },
      data: { password: Buffer.from('pass-word').toString('base64') },
    }
    expect(await resources.secret(namespace, 's', signal)).toBeUndefined()
    resources.forgetSecret(namespace, 's')
    await cluster.create(secrets, secret, signal)
    const read = await resources.secret(namespace, 's', signal)
    const value = read?.data.get('password')
    expect(value === undefined ? '' : reveal(value)).toBe('pass-word')
    await cluster.patch(
      secrets,
      { namespace, name: 's' },
      { data: { password: Buffer.from('new-word').toString('base64') } },
      signal,
    )
    expect((await resources.secret(namespace, 's', signal))?.resourceVersion).toBe(read?.resourceVersion)
    resources.forgetSecret(namespace, 's')
    expect((await resources.secret(namespace, 's', signal))?.resourceVersion).not.toBe(read?.resourceVersion)
    const account = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { namespace, name: 'puller' },
      imagePullSecrets: [{ name: 's' }],
    }
    await cluster.create({ group: '', version: 'v1', resource: 'serviceaccounts' }, account, signal)
    expect(await resources.pullSecrets(namespace, 'puller', signal)).toEqual(['s'])
    expect(await resources.pullSecrets(namespace, 'nobody', signal)).toBeUndefined()
    await cluster.patch(
      { group: '', version: 'v1', resource: 'namespaces' },
      { name: namespace },
      { metadata: { labels: { team: 'web' } } },
      signal,
    )
    expect(await resources.namespaceLabels(namespace, signal)).toMatchObject({ team: 'web' })
  })

  it('an object of a namespace that is not watched can be referred to', async () => {
    await using opened = await open(setScene)
    await using other = await setScene()
    await create(other, 'ImageRepository', 'far', image)
    const { resources, scene } = opened
    expect(await resources.get(keyOf(other, 'far'), scene.signal)).toMatchObject({ metadata: { name: 'far' } })
    expect(await resources.list(scene.signal)).toEqual([])
  })
}
