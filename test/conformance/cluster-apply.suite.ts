import { expect, it } from 'vitest'
import type { KubeObject } from '#io/cluster/cluster.ts'
import { configMaps, repositories, type ClusterScene, type SetScene } from './cluster.scene.ts'

const time = '2026-11-24T12:00:00Z'

function condition(type: string, status: string, message: string) {
  return { type, status, reason: 'Succeeded', message, lastTransitionTime: time }
}

async function createRepository({ cluster, namespace, signal }: ClusterScene, name = 'web'): Promise<KubeObject> {
  const spec = { image: 'ghcr.io/acme/web', interval: '5m' }
  const object = { apiVersion: 'tagboat.dev/v1', kind: 'ImageRepository', metadata: { namespace, name }, spec }
  return cluster.create(repositories, object, signal)
}

/** Server-side apply, of the status above all. */
export function applyCases(setScene: SetScene): void {
  it('a status is applied and leaves the rest alone', async () => {
    await using scene = await setScene()
    const base = await createRepository(scene)
    const status = { observedGeneration: 1, conditions: [condition('Ready', 'True', 'found 3 tags')] }
    const applied = await scene.cluster.applyStatus(repositories, base, status, scene.signal)
    expect(applied).toMatchObject({ spec: base.spec, status, metadata: { generation: 1 } })
    expect(applied.metadata.resourceVersion).not.toBe(base.metadata.resourceVersion)
  })

  it('the same status again changes nothing, not even the version', async () => {
    await using scene = await setScene()
    const status = { observedGeneration: 1, conditions: [condition('Ready', 'True', 'found 3 tags')] }
    const first = await scene.cluster.applyStatus(repositories, await createRepository(scene), status, scene.signal)
    const second = await scene.cluster.applyStatus(repositories, first, status, scene.signal)
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
  })

  it('what is no longer named goes away, conditions one by one', async () => {
    await using scene = await setScene()
    const both = [condition('Ready', 'False', 'no'), condition('Stalled', 'True', 'no')]
    const full = { canonicalImageName: 'ghcr.io/acme/web', conditions: both }
    const first = await scene.cluster.applyStatus(repositories, await createRepository(scene), full, scene.signal)
    const next = { conditions: [condition('Ready', 'True', 'yes')] }
    const second = await scene.cluster.applyStatus(repositories, first, next, scene.signal)
    expect(second.status).toMatchObject(next)
    expect((second.status as { conditions: unknown[] }).conditions).toHaveLength(1)
    expect(second.status).not.toHaveProperty('canonicalImageName')
  })

  it('what another writer put into the status stays', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal, server } = scene
    await createRepository(scene)
    const path = `/apis/tagboat.dev/v1/namespaces/${namespace}/imagerepositories/web`
    await server.send(
      'PATCH',
      `${path}/status?fieldManager=other`,
      { status: { canonicalImageName: 'x' } },
      'application/merge-patch+json',
    )
    const base = (await cluster.get(repositories, { namespace, name: 'web' }, signal)) as KubeObject
    const applied = await cluster.applyStatus(repositories, base, { observedGeneration: 1 }, signal)
    expect(applied.status).toMatchObject({ canonicalImageName: 'x', observedGeneration: 1 })
  })

  it('a status for an object that has moved on is a conflict', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal } = scene
    const base = await createRepository(scene)
    await cluster.patch(repositories, { namespace, name: 'web' }, { spec: { suspend: true } }, signal)
    const late = cluster.applyStatus(repositories, base, { observedGeneration: 1 }, signal)
    await expect(late).rejects.toMatchObject({ code: 'CLUSTER_CONFLICT', status: 409 })
    expect((await cluster.get(repositories, { namespace, name: 'web' }, signal))?.metadata.generation).toBe(2)
  })

  it('a status for an object that is gone is not found', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal } = scene
    const base = await createRepository(scene)
    await cluster.remove(repositories, { namespace, name: 'web' }, signal)
    const late = cluster.applyStatus(repositories, base, { observedGeneration: 1 }, signal)
    await expect(late).rejects.toMatchObject({ code: 'CLUSTER_NOT_FOUND' })
  })

  it('applies whole objects, tries them, and yields to other managers unless forced', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal } = scene
    const name = { namespace, name: 'a' }
    const wanted = scene.configMap('a', { k: 'ours' })
    await cluster.apply(configMaps, wanted, { dryRun: true }, signal)
    expect(await cluster.get(configMaps, name, signal)).toBeUndefined()
    await cluster.apply(configMaps, wanted, {}, signal)
    const path = `/api/v1/namespaces/${namespace}/configmaps/a?fieldManager=other`
    await scene.server.send('PATCH', path, { data: { k: 'theirs' } }, 'application/merge-patch+json')
    const polite = cluster.apply(configMaps, wanted, { force: false }, signal)
    await expect(polite).rejects.toMatchObject({
      code: 'CLUSTER_CONFLICT',
      causes: [{ reason: 'FieldManagerConflict', field: '.data.k' }],
    })
    expect((await cluster.apply(configMaps, wanted, {}, signal))['data']).toEqual({ k: 'ours' })
  })
}
