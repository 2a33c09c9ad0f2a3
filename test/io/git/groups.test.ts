import { expect, it } from 'vitest'
import { groupBySize } from '#io/git/groups.ts'

const mib = 1024 ** 2

it.each([
  ['nothing', [], []],
  ['what fits', [1, 2, 3], [[1, 2, 3]]],
  ['by bytes', [8 * mib, 8 * mib, 1, 16 * mib, 1], [[8 * mib, 8 * mib], [1], [16 * mib], [1]]],
  ['one that is too large', [1, 20 * mib, 1], [[1], [20 * mib], [1]]],
])('%s', (_what, sizes, expected) => {
  expect(groupBySize(sizes, (size) => size)).toEqual(expected)
})

it('by count, in order', () => {
  const items = Array.from({ length: 4001 }, (_, index) => index)
  const groups = groupBySize(items, () => 0)
  expect(groups.map(({ length }) => length)).toEqual([2000, 2000, 1])
  expect(groups.flat()).toEqual(items)
})
