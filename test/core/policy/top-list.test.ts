import { describe, expect, it } from 'vitest'
import { bestOf, compareTags, TopList } from '#core/policy/top-list.ts'

const byNumber = (a: number, b: number) => a - b

describe('TopList', () => {
  it.each([
    [0, []],
    [1, [9]],
    [3, [9, 8, 7]],
    [20, [9, 8, 7, 5, 5, 4, 1]],
    [Infinity, [9, 8, 7, 5, 5, 4, 1]],
  ])('keeps the %d best, the best first', (limit, expected) => {
    for (const input of [
      [5, 9, 1, 7, 5, 8, 4],
      [1, 4, 5, 5, 7, 8, 9],
      [9, 8, 7, 5, 5, 4, 1],
    ]) {
      const top = new TopList(limit, byNumber)
      for (const item of input) top.add(item)
      expect(top.items()).toEqual(expected)
    }
  })
})

it('bestOf gives the first of equals, and nothing for nothing', () => {
  const items = [
    { id: 'a', n: 1 },
    { id: 'b', n: 2 },
    { id: 'c', n: 2 },
  ]
  expect(bestOf(items, (a, b) => a.n - b.n)?.id).toBe('b')
  expect(bestOf([], byNumber)).toBeUndefined()
})

it('compareTags is by the bytes of the tag', () => {
  expect(
    [{ tag: 'v10' }, { tag: 'v9' }, { tag: 'V9' }].toSorted((a, b) => compareTags(b, a)).map(({ tag }) => tag),
  ).toEqual(['v9', 'v10', 'V9'])
})
