import { describe, expect, it } from 'vitest'
import { compareBy, compareNatural, parseNatural } from '#core/policy/order.ts'

it.each([
  ['0', 0],
  ['042', 42],
  ['999999999999999', 999999999999999],
  ['9007199254740991', 9007199254740991],
  ['9007199254740992', 9007199254740992n],
  ['0000000000000000000000042', 42],
  ['20240101123456789012', 20240101123456789012n],
])('parseNatural reads %s', (digits, value) => {
  expect(parseNatural(digits)).toBe(value)
})

it.each([
  ['a', 'b', -1],
  ['b', 'a', 1],
  ['a', 'a', 0],
  ['a', 'a0', -1],
  ['Z', 'a', -1],
  [1, 2, -1],
  [2n ** 64n, 5, 1],
  [5, 2n ** 64n, -1],
  [2n ** 64n, 2n ** 64n, 0],
] as const)('compareBy(%s, %s)', (a, b, order) => {
  expect(compareBy<string | number | bigint>(a, b)).toBe(order)
})

describe('compareNatural', () => {
  // Each below the next.
  const ascending = [
    '',
    '-',
    '.',
    '0',
    '00',
    '01',
    '1',
    '1-',
    '1a',
    '1a9',
    '1a10',
    '2',
    '10',
    '10.9',
    '10.10',
    '99999999999999999999',
    '100000000000000000000',
    'A',
    '_',
    'a',
    'a1',
    'a1b2',
    'a1b10',
    'a2',
    'alpine3.9',
    'alpine3.18',
    'alpine3.19',
    'b',
  ]
  const pairs = ascending.flatMap((low, index) => ascending.slice(index + 1).map((high) => [low, high] as const))

  it('orders every pair', () => {
    const wrong = pairs.filter(([low, high]) => compareNatural(low, high) >= 0 || compareNatural(high, low) <= 0)
    expect(wrong).toEqual([])
  })

  it('is 0 only for the same text', () => {
    expect(ascending.filter((text) => compareNatural(text, text) !== 0)).toEqual([])
    expect(compareNatural('1.01', '1.1')).not.toBe(0)
    expect(compareNatural('a01b1', 'a1b01')).not.toBe(0)
  })
})
