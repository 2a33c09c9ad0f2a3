import { expect, it } from 'vitest'
import type { Cluster, Scope, WatchEvent, Watching } from '#io/cluster/cluster.ts'
import { configMaps, until, type SetScene } from './cluster.scene.ts'

/** A watch with what it has told, as `put a`, `gone a`, `synced`. */
function follow(cluster: Cluster, scope: Scope): { readonly told: string[]; readonly watching: Watching } {
  const told: string[] = []
  const listen = (event: WatchEvent): void => {
    const name = event.type === 'synced' ? '' : ` ${event.object.metadata.name}`
    // Every namespace has one of these.
    if (name !== ' kube-root-ca.crt') told.push(`${event.type}${name}`)
  }
  return { told, watching: cluster.watch(configMaps, scope, listen) }
}

/** Lists and watches that go on. */
export function watchCases(setScene: SetScene): void {
  it('tells first what is there, then what changes, each once', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal } = scene
    await cluster.create(configMaps, scene.configMap('a'), signal)
    const { told, watching } = follow(cluster, { namespace })
    expect(watching.ageMs()).toBe(Number.POSITIVE_INFINITY)
    await watching.synced
    expect(told).toEqual(['put a', 'synced'])
    await cluster.create(configMaps, scene.configMap('b'), signal)
    await cluster.patch(configMaps, { namespace, name: 'a' }, { data: { k: 'v' } }, signal)
    await cluster.remove(configMaps, { namespace, name: 'b' }, signal)
    await until(() => told.length === 5)
    expect(told.slice(2)).toEqual(['put b', 'put a', 'gone b'])
    expect(watching.ageMs()).toBeLessThan(10_000)
    expect(watching.failure()).toBeUndefined()
  })

  it('an object that no longer matches the selector is gone', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal } = scene
    await cluster.create(configMaps, scene.configMap('a', {}, { shard: 'one' }), signal)
    await cluster.create(configMaps, scene.configMap('b', {}, { shard: 'two' }), signal)
    const { told, watching } = follow(cluster, { namespace, labelSelector: 'shard=one' })
    await watching.synced
    await cluster.patch(configMaps, { namespace, name: 'a' }, { metadata: { labels: { shard: 'two' } } }, signal)
    await cluster.patch(configMaps, { namespace, name: 'b' }, { metadata: { labels: { shard: 'one' } } }, signal)
    await until(() => told.length === 4)
    expect(told).toEqual(['put a', 'synced', 'gone a', 'put b'])
  })

  it('one object alone can be watched', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal } = scene
    const { told, watching } = follow(cluster, { namespace, fieldSelector: 'metadata.name=a' })
    await watching.synced
    await cluster.create(configMaps, scene.configMap('b'), signal)
    await cluster.create(configMaps, scene.configMap('a'), signal)
    await until(() => told.length === 2)
    expect(told).toEqual(['synced', 'put a'])
  })

  it('a listener that throws is counted, and the next event comes', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal } = scene
    const names: string[] = []
    const watching = cluster.watch(configMaps, { namespace, labelSelector: 'mine' }, (event) => {
      if (event.type === 'synced') return
      names.push(event.object.metadata.name)
      if (event.object.metadata.name === 'a') throw new Error('a defect')
    })
    await watching.synced
    await cluster.create(configMaps, scene.configMap('a', {}, { mine: '' }), signal)
    await cluster.create(configMaps, scene.configMap('b', {}, { mine: '' }), signal)
    await until(() => names.length === 2)
    expect(watching.listenerErrors()).toBe(1)
    expect(scene.logged.join('\n')).toContain('a listener failed; the watch goes on: a defect')
  })

  it('goes on after everything was interrupted, and misses nothing', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal } = scene
    const { told, watching } = follow(cluster, { namespace, labelSelector: 'mine' })
    await cluster.create(configMaps, scene.configMap('a', {}, { mine: '' }), signal)
    await watching.synced
    await until(() => told.includes('put a'))
    await scene.server.interrupt()
    await cluster.create(configMaps, scene.configMap('b', {}, { mine: '' }), signal)
    await cluster.remove(configMaps, { namespace, name: 'a' }, signal)
    await until(() => told.includes('gone a') && told.includes('put b'), 30_000)
    expect(told.filter((one) => one === 'put a')).toHaveLength(1)
  })

  it('lists again when asked, without telling twice', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal } = scene
    await cluster.create(configMaps, scene.configMap('a'), signal)
    const { told, watching } = follow(cluster, { namespace })
    await watching.synced
    watching.relist()
    await until(() => told.length === 3)
    expect(told).toEqual(['put a', 'synced', 'synced'])
  })

  it('ends when it is closed, also before the first list', async () => {
    await using scene = await setScene()
    const { told, watching } = follow(scene.cluster, { namespace: scene.namespace })
    await watching[Symbol.asyncDispose]()
    await expect(watching.synced).rejects.toMatchObject({ code: 'CANCELLED' })
    const before = told.length
    await scene.cluster.create(configMaps, scene.configMap('late'), scene.signal)
    expect(told).toHaveLength(before)
  })
}
