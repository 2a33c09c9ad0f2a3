import { describe, expect, it } from 'vitest'
import type { KubeObject, WatchEvent } from '#io/cluster/cluster.ts'
import { Known } from '#io/cluster/known.ts'

function object(name: string, resourceVersion: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'apps', name, resourceVersion } }
}

function texts(events: readonly WatchEvent[]): readonly string[] {
  return events.map((event) => (event.type === 'synced' ? 'synced' : `${event.type} ${event.object.metadata.name}`))
}

const list = (resourceVersion: string, ...items: readonly KubeObject[]) => ({ resourceVersion, items })

describe('Known', () => {
  it('tells what a list changes, then what it lacks', () => {
    const known = new Known()
    expect(texts(known.replace(list('10', object('a', '3'), object('b', '4'))))).toEqual(['put a', 'put b', 'synced'])
    expect(texts(known.replace(list('20', object('b', '15'), object('c', '16'))))).toEqual([
      'put b',
      'put c',
      'gone a',
      'synced',
    ])
    expect(texts(known.replace(list('20', object('b', '15'), object('c', '16'))))).toEqual(['synced'])
    expect(known.version).toBe('20')
  })

  it.each([
    ['9', '10', true],
    ['10', '9', false],
    ['10', '10', false],
    ['99999999999999999998', '99999999999999999999', true],
    ['opaque', '10', false],
  ])('a list of version %s after one of %s is behind: %s', (next, former, expected) => {
    const known = new Known()
    known.replace(list(former))
    expect(known.isBehind(list(next))).toBe(expected)
  })

  it('an event that is not newer is none, of a deleted object too', () => {
    const known = new Known()
    known.replace(list('10', object('a', '10')))
    expect(known.put(object('a', '9'))).toEqual([])
    expect(known.put(object('a', '10'))).toEqual([])
    expect(texts(known.remove(object('a', '12')))).toEqual(['gone a'])
    expect(known.remove(object('a', '12'))).toEqual([])
    expect(known.put(object('a', '11'))).toEqual([])
    expect(texts(known.put(object('a', '13')))).toEqual(['put a'])
  })

  it('an object that was not known and is deleted is nobody’s news, and stays deleted', () => {
    const known = new Known()
    known.replace(list('10'))
    expect(known.remove(object('a', '12'))).toEqual([])
    expect(known.put(object('a', '11'))).toEqual([])
  })

  it('what a list did not hold did not exist then, whatever comes late', () => {
    const known = new Known()
    known.replace(list('10', object('a', '8')))
    known.replace(list('20'))
    expect(known.put(object('a', '15'))).toEqual([])
    expect(texts(known.put(object('a', '21')))).toEqual(['put a'])
  })

  it('goes on from the newest thing it saw', () => {
    const known = new Known()
    expect(known.version).toBeUndefined()
    known.replace(list('10'))
    known.put(object('a', '12'))
    known.advance('11')
    expect(known.version).toBe('12')
    known.advance('30')
    expect(known.version).toBe('30')
  })

  it('begins anew where versions are given out again', () => {
    const known = new Known()
    known.replace(list('100', object('a', '90'), object('b', '95')))
    const events = known.replace(list('50', object('a', '40')))
    expect(texts(events)).toEqual(['gone a', 'gone b', 'put a', 'synced'])
    expect(events[0]).not.toHaveProperty('object.metadata.resourceVersion')
    expect(known.version).toBe('50')
  })
})
