import { expect, it } from 'vitest'
import { findIndexAt, positionOf } from '#core/yaml-position.ts'

it.each([
  [0, 1, 1],
  [3, 1, 4],
  [4, 2, 1],
  [9, 2, 6],
  [10, 3, 1],
  [99, 3, 90],
])('offset %s is line %s, column %s', (offset, line, column) => {
  expect(positionOf([0, 4, 10], offset)).toEqual({ line, column })
})

it.each([
  [[5, 8], 0, 0],
  [[5, 8], 5, 0],
  [[5, 8], 7, 0],
  [[5, 8], 8, 1],
  [[], 8, 0],
])('in %j the last at or before %s is number %s', (starts, offset, expected) => {
  expect(findIndexAt(starts.length, (index) => starts[index] ?? 0, offset)).toBe(expected)
})
