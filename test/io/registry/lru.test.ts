import { expect, it } from 'vitest'
import { Lru } from '#io/registry/lru.ts'

it('forgets what was used longest ago', () => {
  const lru = new Lru<number>(2)
  lru.set('a', 1)
  lru.set('b', 2)
  expect(lru.get('a')).toBe(1)
  lru.set('c', 3)
  expect([lru.get('a'), lru.get('b'), lru.get('c')]).toEqual([1, undefined, 3])
})

it('keeps within its budget, whatever is replaced or deleted', () => {
  const lru = new Lru<string>(10)
  lru.set('a', 'x', 6)
  lru.set('a', 'y', 4)
  lru.set('b', 'z', 6)
  expect([lru.get('a'), lru.get('b')]).toEqual(['y', 'z'])
  lru.delete('a')
  lru.delete('a')
  lru.set('c', 'w', 4)
  expect([lru.get('b'), lru.get('c')]).toEqual(['z', 'w'])
  lru.set('d', 'v', 5)
  expect([lru.get('b'), lru.get('c'), lru.get('d')]).toEqual([undefined, 'w', 'v'])
})

it('does not keep what is larger than all of it, nor what was there before', () => {
  const lru = new Lru<string>(10)
  lru.set('a', 'x', 1)
  lru.set('b', 'y', 1)
  lru.set('a', 'z', 11)
  expect([lru.get('a'), lru.get('b')]).toEqual([undefined, 'y'])
})
