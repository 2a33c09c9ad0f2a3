import { expect, it } from 'vitest'
import type { Tag } from '#core/image/reference.ts'
import { TagSet } from '#io/registry/tag-set.ts'

it.each([
  [[], []],
  [
    ['a', 'b', 'c'],
    ['c', 'b', 'a'],
  ],
  [
    ['c', 'b', 'a'],
    ['c', 'b', 'a'],
  ],
  [
    ['a', 'c', 'b', 'd'],
    ['d', 'c', 'b', 'a'],
  ],
  [
    ['a', 'a', 'b'],
    ['b', 'a'],
  ],
  [
    ['a', 'b', 'a', 'b', 'c'],
    ['c', 'b', 'a'],
  ],
  [
    ['1.10', '1.9', 'A', '_', 'a', '__proto__'],
    ['a', '__proto__', '_', 'A', '1.9', '1.10'],
  ],
])('%j', (tags, descending) => {
  const set = new TagSet()
  for (const tag of tags) set.add(tag as Tag)
  expect([set.size, set.descending()]).toEqual([descending.length, descending])
})
