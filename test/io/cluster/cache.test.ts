import { describe, expect, it } from 'vitest'
import { ResourceCache } from '#io/cluster/cache.ts'
import type { KubeObject, ResourceChange } from '#io/cluster/cluster.ts'
import { keepingLog } from '../../conformance/cluster.scene.ts'

function repository(
  name: string,
  resourceVersion: string,
  spec: object = { image: 'alpine', interval: '5m' },
): KubeObject {
  const metadata = {
    namespace: 'apps',
    name,
    resourceVersion,
    uid: `${name}-uid`,
    finalizers: ['x'],
    labels: { a: 'b' },
  }
  return { apiVersion: 'tagboat.dev/v1', kind: 'ImageRepository', metadata, spec }
}

const web = { group: 'tagboat.dev', kind: 'ImageRepository', namespace: 'apps', name: 'web' } as const

describe('ResourceCache', () => {
  it('keeps the newest state, whatever comes when', () => {
    const cache = new ResourceCache(keepingLog())
    const told: string[] = []
    cache.onChange(({ after }: ResourceChange) => {
      told.push(after?.is === 'resource' ? (after.resource.metadata.resourceVersion ?? '') : 'gone')
    })
    cache.put(repository('web', '10'))
    cache.put(repository('web', '12'))
    cache.put(repository('web', '11'))
    cache.put(repository('web', '12'))
    cache.remove(repository('web', '13'))
    cache.put(repository('web', '12')) // the late answer to a write
    cache.put(repository('web', '14')) // made again
    expect(told).toEqual(['10', '12', 'gone', '14'])
  })

  it('tells what was and what is', () => {
    const cache = new ResourceCache(keepingLog())
    const changes: ResourceChange[] = []
    const stop = cache.onChange((change) => void changes.push(change))
    cache.put(repository('web', '1'))
    cache.put(repository('web', '2', { image: 'alpine' }))
    cache.remove(repository('web', '3'))
    stop()
    cache.put(repository('web', '4'))
    expect(changes.map(({ before, after }) => [before?.is, after?.is])).toEqual([
      [undefined, 'resource'],
      ['resource', 'broken'],
      ['broken', undefined],
    ])
  })

  it('a listener that throws does not keep the others from hearing', () => {
    const log = keepingLog()
    const cache = new ResourceCache(log)
    const heard: string[] = []
    cache.onChange(() => {
      throw new Error('a defect')
    })
    cache.onChange(({ key }) => void heard.push(key.name))
    cache.put(repository('web', '1'))
    expect(heard).toEqual(['web'])
    expect(cache.listenerErrors).toBe(1)
    expect(log.texts).toEqual(['a listener of changes failed; the others go on: a defect'])
  })

  it('lists usable ones in order, and keeps of the object what writing needs', () => {
    const cache = new ResourceCache(keepingLog())
    for (const name of ['web', 'api', 'db']) cache.put(repository(name, '1'))
    cache.put(repository('bad', '1', { image: 'https://x', interval: '5m' }))
    expect(cache.resources().map(({ metadata }) => metadata.name)).toEqual(['api', 'db', 'web'])
    expect(cache.resources()).toBe(cache.resources())
    expect(cache.object(web)).toEqual({
      apiVersion: 'tagboat.dev/v1',
      kind: 'ImageRepository',
      metadata: { namespace: 'apps', name: 'web', resourceVersion: '1', uid: 'web-uid', finalizers: ['x'] },
    })
  })

  it('passes over what is none of ours', () => {
    const cache = new ResourceCache(keepingLog())
    cache.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'b', resourceVersion: '1' } })
    cache.remove({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'b' } })
    expect(cache.entries()).toEqual([])
  })
})
