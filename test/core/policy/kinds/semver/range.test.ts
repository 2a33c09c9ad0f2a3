import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseRange, rangeAdmits, surprises, type Range } from '#core/policy/kinds/semver/range.ts'
import { parseVersion } from '#core/policy/kinds/semver/version.ts'

const releases = '0.0.0 0.0.1 0.1.0 0.2.3 1.0.0 1.2.0 1.2.3 1.4.9 2.0.0 2.1.0 3.0.0'.split(' ')
const pre = '0.0.0-1 1.0.0-rc.1 1.2.3-0 1.3.0-rc.1 2.0.0-rc.1 3.0.0-rc.1'.split(' ')

/** `R` all releases, `P` all pre-releases, `1.*` what begins so among the releases, `-x` less what x stands for. */
function versions(text: string): readonly string[] {
  const chosen = new Set<string>()
  for (const word of text.split(' ')) {
    const isLess = word.startsWith('-')
    for (const version of expand(isLess ? word.slice(1) : word)) {
      if (isLess) chosen.delete(version)
      else if (version !== '') chosen.add(version)
    }
  }
  return [...releases, ...pre].filter((version) => chosen.has(version))
}

function expand(word: string): readonly string[] {
  if (word === 'R') return releases
  if (word === 'P') return pre
  return word.endsWith('*') ? releases.filter((version) => version.startsWith(word.slice(0, -1))) : [word]
}

function rangeOf(text: string): Range {
  const parsed = parseRange(text)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`)
  return parsed.range
}

function admitted(text: string, candidates: readonly string[] = [...releases, ...pre]): readonly string[] {
  const range = rangeOf(text)
  return candidates.filter((candidate) => {
    const version = parseVersion(candidate)
    return version !== undefined && rangeAdmits(range, version)
  })
}

// Ranges → what they admit; measured with Masterminds/semver, which Flux uses.
const admits: readonly (readonly [readonly string[], string])[] = [
  [['*', 'x', 'X.x', 'x.1', '>=*', '~*', '~0.0.0', '~>0.0.0'], 'R'],
  [['*-0', '>=0-0'], 'R P'],
  [
    [
      '1',
      '1.x',
      '1.x.3',
      'v1.x',
      '~1',
      '^1',
      '>=1.0.0, <2.0.0',
      '>=1.0.0 <2.0.0',
      '>=1.0.0,<2.0.0',
      '>=1.0.0 , <2.0.0',
      '\t1.x\n',
    ],
    '1.0.0 1.2.0 1.2.3 1.4.9',
  ],
  [['=1.2', '~1.2', '~1.2.0', '01.2'], '1.2.0 1.2.3'],
  [['^1.2', '1.2 - 1.4'], '1.2.0 1.2.3 1.4.9'],
  [['1 - 2'], '1.* 2.*'],
  [['1.0.0 - 2.0.0 !=1.2.0'], '1.0.0 1.2.3 1.4.9 2.0.0'],
  [['>=0.1.0, 1.0.0 - 2.0.0'], '1.* 2.0.0'],
  [['!=1.x'], 'R -1.*'],
  [['!=1.2'], 'R -1.2.*'],
  [['!=1.2.3'], 'R -1.2.3'],
  [['!=*', '>*'], 'R -0.0.0'],
  [['>1'], '2.* 3.0.0'],
  [['>1.2'], '1.4.9 2.* 3.0.0'],
  [['>1.2.0'], '1.2.3 1.4.9 2.* 3.0.0'],
  [['<1'], '0.*'],
  [['<*'], ''],
  [['<=1'], '0.* 1.*'],
  [['<=1.2'], '0.* 1.0.0 1.2.*'],
  [['<=*'], '0.0.0 0.0.1'],
  [['~0', '^0'], '0.*'],
  [['~0.0', '^0.0'], '0.0.0 0.0.1'],
  [['^*', '^0.0.0'], '0.0.0'],
  [['^0.0.1'], '0.0.1'],
  [['^0.1'], '0.1.0'],
  [['^0.2.3'], '0.2.3'],
  [['>=1.0.0', '=>1.0.0', '>= 1.0.0'], '1.* 2.* 3.*'],
  [['=<1.0.0', '<=1.0.0'], '0.* 1.0.0'],
  [['1.0.0 || 2.x'], '1.0.0 2.0.0 2.1.0'],
  [['1.0.0 2.0.0'], ''],
  [['1.2.3 1.x', '1.02.3', '=1.2.3'], '1.2.3'],
  [['1.0.0-2.0.0'], ''],
  [['1.0.0+meta'], '1.0.0'],
  [['>=1.0.0-0'], 'R P -0.* -0.0.0-1'],
  [['1.x-0', '^1.x-0', '>=1.0.0-0 <2.0.0-0'], '1.* 1.0.0-rc.1 1.2.3-0 1.3.0-rc.1'],
  [['>=1.0.0-0 <2.0.0'], '1.* 1.0.0-rc.1 1.2.3-0 1.3.0-rc.1 2.0.0-rc.1'],
  [['~1.2-0'], '1.2.0 1.2.3 1.2.3-0'],
  [['~1.2.3-0'], '1.2.3 1.2.3-0'],
  [['^1.2.3-0'], '1.2.3 1.4.9 1.2.3-0 1.3.0-rc.1'],
  [['>=2 >0.3.0-0'], '2.0.0 2.1.0 3.0.0 3.0.0-rc.1'],
  [['<2.0 >1.1.1-beta'], '1.2.0 1.2.3 1.4.9 1.2.3-0 1.3.0-rc.1 2.0.0-rc.1'],
  [['>=1.0.0 || <0.1.0-0'], 'R P -0.1.0 -0.2.3 -1.0.0-rc.1 -1.2.3-0 -1.3.0-rc.1 -2.0.0-rc.1 -3.0.0-rc.1'],
  [['!=1.2.x-0'], 'R P -1.2.3-0'],
]

describe('rangeAdmits', () => {
  const rows = admits.flatMap(([ranges, expected]) => ranges.map((range) => ({ range, expected })))
  it.each(rows)('$range admits $expected', ({ range, expected }) => {
    expect(admitted(range)).toEqual(versions(expected))
  })

  it('admits a pre-release where the caller says so', () => {
    const version = parseVersion('1.3.0-rc.1')
    expect(version && rangeAdmits(rangeOf('^1.2'), version, { pre: true })).toBe(true)
    expect(version && rangeAdmits(rangeOf('^2'), version, { pre: true })).toBe(false)
  })

  it('compares numbers that no double holds', () => {
    const near = ['1.0.9007199254740992', '1.0.9007199254740993', '1.0.18446744073709551615']
    expect(admitted('>1.0.9007199254740992', near)).toEqual(near.slice(1))
  })
})

const quoted = (text: string) => JSON.stringify(text)
const improper = (text: string) => [text, `improper constraint: ${quoted(text)}`] as const
const parserError = (text: string) => [text, 'constraint parser error'] as const

const invalid: readonly (readonly [string, string])[] = [
  ...['1.0.0p', '-1', 'a', '', ' ', ',', 'V1', '==1.0.0', '!1.0', '1.2.3.4'].map(improper),
  ...['>=1.0.0,', '>=1.0.0<2.0.0', '1.0.0 -2.0.0', '1.0.0,,2.0.0', '^^1', '> = 1', '1.2.3-', '\u000b1'].map(improper),
  ...['1x', 'x1', 'xx', '1.2.3-01', '1|2', '18446744073709551616', '1.1x', '1.2.x1'].map(parserError),
  ['||', 'improper constraint: ""'],
  ['1.x ||', 'improper constraint: ""'],
  ['*-*', 'improper constraint: "*-*"'],
  ['>1.0.0 - 2.0.0', 'improper constraint: ">>= 1.0.0, <= 2.0.0 "'],
  ['>=0.1.0 1.0.0 - 2.0.0', 'improper constraint: ">=0.1.0>= 1.0.0, <= 2.0.0 "'],
  ['1'.repeat(513), 'constraint string is too long (max 512 bytes)'],
  [Array.from({ length: 33 }, () => '1').join('||'), 'too many constraint groups (max 32)'],
]

describe('parseRange', () => {
  it.each(invalid)('refuses %j', (range, problem) => {
    expect(parseRange(range)).toEqual({ ok: false, problem })
  })

  it.each([
    '1.0.x',
    '^1.0',
    '=1.0.0',
    '~1.0',
    '>=1.0',
    '>0,<2.0',
    '1'.repeat(19),
    Array.from({ length: 32 }, () => '1').join('||'),
  ])('takes %s', (range) => {
    expect(parseRange(range).ok).toBe(true)
  })
})

it.each([
  ['~0.0.0', '~0.0.0 admits every version'],
  ['~>0.0.0 || 1.x', '~0.0.0 admits every version'],
  ['^*', '^* admits only 0.0.0'],
  ['^x.2', '^* admits only 0.0.0'],
  ['<=*', '<=* admits only 0.0.x'],
  ['=<x', '<=* admits only 0.0.x'],
])('%s is surprising', (range, sentence) => {
  expect(surprises(rangeOf(range))).toEqual([sentence])
})

it.each(['~0.0', '~0.0.1', '~*', '^0', '^0.0.0', '<=1', '*', '>=*', '<*', '0.0.0'])('%s is not surprising', (range) => {
  expect(surprises(rangeOf(range))).toEqual([])
})

describe('answers recorded from Masterminds/semver 3.5.0', () => {
  const { tags, rows } = JSON.parse(readFileSync('test/fixtures/semver/masterminds.json', 'utf8')) as {
    readonly tags: readonly string[]
    /** Range, and for each tag 1 (admitted) or 0, or the error after a `!`. */
    readonly rows: readonly (readonly [string, string])[]
  }

  it('are all the same here', () => {
    expect(rows.length).toBeGreaterThan(2000)
    const answers = rows.map(([range]) => [range, answer(range)])
    expect(answers).toEqual(rows)
  })

  function answer(text: string): string {
    const parsed = parseRange(text)
    if (!parsed.ok) return `!${parsed.problem}`
    const flags = tags.map((tag) => {
      const version = parseVersion(tag)
      return version !== undefined && rangeAdmits(parsed.range, version) ? '1' : '0'
    })
    return flags.join('')
  }
})
