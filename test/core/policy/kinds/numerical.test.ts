import { describe, expect, it } from 'vitest'
import { numerical } from '#core/policy/kinds/numerical.ts'

const known = { facts: undefined, now: undefined }
const asc = numerical.compile({ order: 'asc', onInvalid: 'Fail' }, 'f')
const desc = numerical.compile({ order: 'desc', onInvalid: 'Fail' }, 'f')

describe('numbers', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['0e400', '0'],
    ['+7', '7'],
    ['007', '7'],
    ['1.', '1'],
    ['.5', '0.5'],
    ['-.50', '-0.5'],
    ['1.500', '1.5'],
    ['1e3', '1000'],
    ['1.25E+2', '125'],
    ['1.25e1', '12.5'],
    ['125e-2', '1.25'],
    ['1e-3', '0.001'],
    ['0.00012', '0.00012'],
    ['100', '100'],
    ['1e308', `1${'0'.repeat(308)}`],
    ['0.1e309', `1${'0'.repeat(308)}`],
    ['1e-400', `0.${'0'.repeat(399)}1`],
  ])('%s is %s', (text, normal) => {
    const value = asc.read(text, known)
    expect(value).toBeDefined()
    expect(asc.print(value)).toBe(normal)
    expect(asc.refuse(value, known)).toBeUndefined()
  })

  it.each([
    '',
    '+',
    '-',
    '.',
    'e5',
    '1e',
    '1e+',
    '1a',
    'a',
    '0x1F',
    '1_000',
    'inf',
    'nan',
    'Infinity',
    '1,5',
    ' 1',
    '1 ',
    '--1',
    '1..2',
    '1.2.3',
    '1e401',
    '1e-401',
    '1e309',
    '10e308',
    '0.1e401',
    '1e99999999999999999999',
    '\u0661',
  ])('%j is none', (text) => {
    expect(asc.read(text, known)).toBeUndefined()
    expect(asc.refuse(undefined, known)?.verdict).toBe('not-a-number')
  })
})

describe('order', () => {
  const ascending = [
    '-1e300',
    '-100',
    '-99.5',
    '-99',
    '-1',
    '-0.5',
    '-0.05',
    '0',
    '0.05',
    '0.5',
    '0.51',
    '1',
    '1.0000000000000000001',
    '2',
    '9',
    '10',
    '99',
    '99.5',
    '100',
    '9007199254740992',
    '9007199254740993',
    '1e300',
  ]
  const pairs = ascending.flatMap((low, index) => ascending.slice(index + 1).map((high) => [low, high] as const))

  it('is that of the values, both ways', () => {
    const wrong = pairs.filter(([low, high]) => {
      const [a, b] = [asc.read(low, known), asc.read(high, known)]
      return !(asc.compare(a, b) < 0 && asc.compare(b, a) > 0 && desc.compare(a, b) > 0)
    })
    expect(wrong).toEqual([])
  })

  it.each([
    ['1', '1.0'],
    ['1e2', '100'],
    ['-0', '+0'],
    ['0.10', '.1'],
  ])('%s = %s', (a, b) => {
    expect(asc.compare(asc.read(a, known), asc.read(b, known))).toBe(0)
  })
})

it('one that is none fails the policy unless it is skipped', () => {
  expect(asc.unreadable?.message('a\nb', 0)).toBe("failed to parse invalid numeric value 'a\\x0ab'")
  expect(asc.unreadable?.message('a', 2)).toBe(
    "failed to parse invalid numeric value 'a' (and 2 more; filterTags or onInvalid: Skip can leave them out)",
  )
  expect(numerical.compile({ order: 'asc', onInvalid: 'Skip' }, 'f').unreadable).toBeUndefined()
})
