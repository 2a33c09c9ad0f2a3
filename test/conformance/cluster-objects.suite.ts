import { expect, it } from 'vitest'
import type { KubeObject } from '#io/cluster/cluster.ts'
import { configMaps, repositories, type SetScene } from './cluster.scene.ts'

const missing = { group: 'tagboat.dev', version: 'v1', resource: 'lighthouses' }

/** Reading and writing single objects and lists. */
export function objectCases(setScene: SetScene): void {
  it('an object that is not there is undefined, a kind that is not served an error', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal } = scene
    expect(await cluster.get(configMaps, { namespace, name: 'none' }, signal)).toBeUndefined()
    for (const ask of [
      () => cluster.get(missing, { namespace, name: 'none' }, signal),
      () => cluster.list(missing, {}, signal),
    ]) {
      await expect(ask()).rejects.toMatchObject({ code: 'CLUSTER_KIND_MISSING', status: 404 })
    }
  })

  it('creates once', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal } = scene
    const created = await cluster.create(configMaps, scene.configMap('a', { k: 'v' }), signal)
    expect(created).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'a', namespace }, data: { k: 'v' } })
    expect(created.metadata).not.toHaveProperty('managedFields')
    expect(await cluster.get(configMaps, { namespace, name: 'a' }, signal)).toEqual(created)
    const again = cluster.create(configMaps, scene.configMap('a'), signal)
    await expect(again).rejects.toMatchObject({ code: 'CLUSTER_EXISTS', statusReason: 'AlreadyExists' })
  })

  it('a name keeps its case and what looks like syntax', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal } = scene
    const roles = { group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'clusterroles' }
    const name = `MyRole:View-${namespace}`
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules: [] }
    await cluster.create(roles, role, signal)
    expect((await cluster.get(roles, { name }, signal))?.metadata.name).toBe(name)
    expect(await cluster.get(roles, { name: name.toLowerCase() }, signal)).toBeUndefined()
    expect(await cluster.remove(roles, { name }, signal)).toBe(true)
  })

  it('lists more than a page, by name and with apiVersion and kind', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal } = scene
    const names = Array.from({ length: 620 }, (_, index) => `m-${String(index).padStart(3, '0')}`)
    await Promise.all(names.map((name) => cluster.create(configMaps, scene.configMap(name), signal)))
    const { items, resourceVersion } = await cluster.list(configMaps, { namespace }, signal)
    const listed = items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('m-'))
    expect(listed).toEqual(names)
    expect(items.every(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'ConfigMap')).toBe(true)
    expect(resourceVersion).toMatch(/^[0-9]+$/)
  })

  it('lists what selectors select', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal } = scene
    for (const [name, tier] of [
      ['a', 'web'],
      ['b', 'db'],
      ['c', 'web'],
    ] as const) {
      await cluster.create(configMaps, scene.configMap(name, {}, { tier }), signal)
    }
    const namesOf = async (scope: object): Promise<readonly string[]> => {
      const { items } = await cluster.list(configMaps, { namespace, ...scope }, signal)
      return items.map(({ metadata }) => metadata.name)
    }
    expect(await namesOf({ labelSelector: 'tier=web' })).toEqual(['a', 'c'])
    expect(await namesOf({ labelSelector: 'tier,tier!=web' })).toEqual(['b'])
    expect(await namesOf({ fieldSelector: 'metadata.name=b' })).toEqual(['b'])
  })

  it('a merge patch changes what it names; null takes away', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal } = scene
    const name = { namespace, name: 'a' }
    await cluster.create(configMaps, scene.configMap('a', { k: 'v', keep: 'me' }), signal)
    const annotations = { 'reconcile.fluxcd.io/requestedAt': 'now' }
    await cluster.patch(configMaps, name, { metadata: { annotations }, data: { k: null } }, signal)
    const patched = await cluster.get(configMaps, name, signal)
    expect(patched).toMatchObject({ metadata: { annotations }, data: { keep: 'me' } })
    expect(patched?.['data']).not.toHaveProperty('k')
    const absent = cluster.patch(configMaps, { namespace, name: 'none' }, { data: {} }, signal)
    await expect(absent).rejects.toMatchObject({ code: 'CLUSTER_NOT_FOUND' })
  })

  it('a replacement of an older version is a conflict', async () => {
    await using scene = await setScene()
    const { cluster, signal } = scene
    const first = await cluster.create(configMaps, scene.configMap('a', { k: '1' }), signal)
    await cluster.replace(configMaps, { ...first, data: { k: '2' } }, signal)
    const late = cluster.replace(configMaps, { ...first, data: { k: '3' } }, signal)
    await expect(late).rejects.toMatchObject({ code: 'CLUSTER_CONFLICT', status: 409, statusReason: 'Conflict' })
  })

  it('deletes what has the uid that is meant, once', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal } = scene
    await cluster.create(configMaps, scene.configMap('a'), signal)
    const other = cluster.remove(configMaps, { namespace, name: 'a', uid: 'another' }, signal)
    await expect(other).rejects.toMatchObject({ code: 'CLUSTER_CONFLICT' })
    const { metadata } = (await cluster.get(configMaps, { namespace, name: 'a' }, signal)) as KubeObject
    expect(await cluster.remove(configMaps, { namespace, name: 'a', uid: metadata.uid ?? '' }, signal)).toBe(true)
    expect(await cluster.remove(configMaps, { namespace, name: 'a' }, signal)).toBe(false)
  })

  it('finds kinds by their names, in the order of versions that is asked for', async () => {
    await using scene = await setScene()
    const { cluster, signal } = scene
    const wanted = { group: 'tagboat.dev', kind: 'ImageRepository' }
    expect(await cluster.find(wanted, signal)).toMatchObject({ ...repositories, namespaced: true })
    expect(await cluster.find({ ...wanted, versions: ['v2', 'v1'] }, signal)).toMatchObject(repositories)
    expect(await cluster.find({ ...wanted, versions: ['v2'] }, signal)).toBeUndefined()
    expect(await cluster.find({ group: '', kind: 'Namespace' }, signal)).toMatchObject({ namespaced: false })
    const kinds = await cluster.kinds(signal)
    expect(kinds.every(({ resource }) => !resource.includes('/'))).toBe(true)
    cluster.forgetKinds()
    expect(await cluster.kinds(signal)).toEqual(kinds)
  })

  it('reads what is no object', async () => {
    await using scene = await setScene()
    expect(await scene.cluster.read('/version', scene.signal)).toMatchObject({ major: '1' })
    expect(await scene.cluster.read('/readyz', scene.signal)).toBe('ok')
  })

  it('asks by a review, which is answered and not stored', async () => {
    await using scene = await setScene()
    const { cluster, signal, namespace } = scene
    const reviews = { group: 'authorization.k8s.io', version: 'v1', resource: 'selfsubjectaccessreviews' }
    const resourceAttributes = { namespace, verb: 'list', group: '', resource: 'configmaps' }
    const asked = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    }
    expect(await cluster.review(reviews, asked, signal)).toMatchObject({ allowed: true })
  })

  it('tells the clock of the server', async () => {
    await using scene = await setScene()
    const serverAt = await scene.cluster.serverTime(scene.signal)
    expect(Math.abs((serverAt ?? 0) - Date.now())).toBeLessThan(60_000)
  })

  it('somebody unknown is told so', async () => {
    await using scene = await setScene()
    const stranger = await scene.open('no-such-token')
    const asked = stranger.get(configMaps, { namespace: scene.namespace, name: 'a' }, scene.signal)
    await expect(asked).rejects.toMatchObject({ code: 'CLUSTER_UNAUTHORIZED', status: 401 })
  })
}
