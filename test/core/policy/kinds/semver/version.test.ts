import { describe, expect, it } from 'vitest'
import {
  comparePre,
  compareVersions,
  parseTagVersion,
  parseVersion,
  printVersion,
} from '#core/policy/kinds/semver/version.ts'

// Tag and its normal form; measured with Flux.
const tags: readonly (readonly [string, string])[] = [
  ['v1.2.3', '1.2.3'],
  ['01.02.03', '1.2.3'],
  ['2025.02.03', '2025.2.3'],
  ['v2025.07.03', '2025.7.3'],
  ['1.2-rc.1', '1.2.0-rc.1'],
  ['1.2-5.6', '1.2.0-5.6'],
  ['1-a.b.c', '1.0.0-a.b.c'],
  ['1-2.3.4', '1.0.0-2.3.4'],
  ['1.20240101123456789.0', '1.20240101123456789.0'],
  ['1.18446744073709551615.0', '1.18446744073709551615.0'],
  ['1.000000000000000000000000000018446744073709551615.0', '1.18446744073709551615.0'],
  ['999999999999999.1000000000000000.0', '999999999999999.1000000000000000.0'],
  ['1.2.3-20240101123456789012345', '1.2.3-20240101123456789012345'],
  ['1.2.3-alpine3.19', '1.2.3-alpine3.19'],
  ['1.2.3--', '1.2.3--'],
  ['1.2.3-0a', '1.2.3-0a'],
  ['1.2.3-0.0', '1.2.3-0.0'],
  ['1.2.3+b', '1.2.3'],
  ['1.2.3-a+b.c', '1.2.3-a'],
  ['v1.2.0-x.Y.0+metadata', '1.2.0-x.Y.0'],
  ['v1.2.0-x.Y.0+metadata-width-hypen', '1.2.0-x.Y.0'],
  ['v1.2.3-rc1-with-hypen', '1.2.3-rc1-with-hypen'],
  [`1.2.3-${'a'.repeat(250)}`, `1.2.3-${'a'.repeat(250)}`],
]

const noTags = [
  'V1.2.3',
  '=1.2.3',
  'vv1.2.3',
  'v.1.2',
  'b1.2.3',
  '1',
  'v1',
  '1.2',
  'v1.0',
  '1.2.3.4',
  'v1.2.3.4',
  '1..3',
  '1.2.x',
  '1.2.3_4',
  '1.2.3p',
  '1.2.3-',
  '1.2.3-01',
  '1.2.3-00',
  '1.2.3-rc.01',
  '1.2.3-rc_1',
  '1.2.3-.a',
  '1.2.3-a.',
  '1.2-rc1',
  'v1.2.beta',
  'v1.2-5',
  'v1.2-beta5',
  '\nv1.2',
  '1.2.3 ',
  ' 1.2.3',
  '1.18446744073709551616.0',
  '1.2.',
  '.1.2',
  '1.2.3+',
  '',
  'v',
  '..',
  'v..',
  `1.2.3-${'a'.repeat(251)}`,
  '1.2.3-a+b_c',
  '1.2.3+a..b',
]

describe('parseTagVersion', () => {
  it.each(tags)('reads %s as %s', (tag, normal) => {
    const version = parseTagVersion(tag)
    expect(version && printVersion(version)).toBe(normal)
  })

  it.each(noTags)('takes %j for no version', (tag) => {
    expect(parseTagVersion(tag)).toBeUndefined()
  })
})

it.each([
  ['1', '1.0.0'],
  ['v1.2', '1.2.0'],
  ['1-rc', '1.0.0-rc'],
  ['1.2.3', '1.2.3'],
])('parseVersion needs no dots: %s is %s', (text, normal) => {
  const version = parseVersion(text)
  expect(version && printVersion(version)).toBe(normal)
})

it('keeps numbers exact', () => {
  expect(parseVersion('1.9007199254740993.0')?.minor).toBe(9007199254740993n)
  expect(parseVersion('1.9007199254740991.0')?.minor).toBe(9007199254740991)
  expect(parseVersion('1.0.0-9007199254740993')?.pre).toEqual([9007199254740993n])
  expect(parseVersion('1.0.0-18446744073709551616')?.pre).toEqual(['18446744073709551616'])
})

const ascending = [
  '1.2.3-1',
  '1.2.3-2',
  '1.2.3-10',
  '1.2.3-18446744073709551615',
  '1.2.3--1',
  '1.2.3-99999999999999999999',
  '1.2.3-A',
  '1.2.3-a',
  '1.2.3-a.1',
  '1.2.3-a.1.1',
  '1.2.3-a.b',
  '1.2.3-rc.1',
  '1.2.3-rc1',
  '1.2.3',
  '1.2.4-0',
  '1.2.4',
  '1.2.10',
  '1.3.0',
  '1.20.0',
  '2.0.0',
  '10.0.0',
  '10.9007199254740992.0',
  '10.9007199254740993.0',
]

function order(a: string, b: string): number {
  const [x, y] = [parseVersion(a), parseVersion(b)]
  if (x === undefined || y === undefined) throw new Error(`${a} or ${b} is no version`)
  return Math.sign(compareVersions(x, y))
}

describe('compareVersions', () => {
  const pairs = ascending.flatMap((low, index) => ascending.slice(index + 1).map((high) => [low, high] as const))
  it.each(pairs)('%s < %s', (low, high) => {
    expect(order(low, high)).toBeLessThan(0)
    expect(order(high, low)).toBeGreaterThan(0)
  })

  it.each([
    ['1.2.3+a', '1.2.3+b'],
    ['v1.2.3', '01.2.3'],
    ['1.2', '1.2.0'],
    ['1.2.3-a.1', 'v1.2.3-a.1'],
  ])('%s = %s', (a, b) => {
    expect(order(a, b)).toBe(0)
  })
})

it('comparePre puts no identifiers above any', () => {
  expect(comparePre([], [])).toBe(0)
  expect(comparePre([], ['a'])).toBeGreaterThan(0)
  expect(comparePre([0], [])).toBeLessThan(0)
  expect(comparePre([1, 'a'], [1])).toBeGreaterThan(0)
})
