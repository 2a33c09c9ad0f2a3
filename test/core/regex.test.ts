import { describe, expect, it } from 'vitest'
import { parseRegex, type Regex } from '#core/regex.ts'

function regexOf(source: string): Regex {
  const parsed = parseRegex(source)
  if (!parsed.ok) throw new Error(parsed.problem)
  return parsed.regex
}

describe('parseRegex', () => {
  // As Go words them; Go 1.26 alone takes a group name twice.
  it.each([
    ['[=', 'missing closing ]: `[=`'],
    ['^test-(.*', 'missing closing ): `^test-(.*`'],
    ['a)', 'unexpected ): `a)`'],
    ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['a(?!b)', 'invalid or unsupported Perl syntax: `(?!`'],
    ['\\1', 'invalid escape sequence: `\\1`'],
    ['*', 'missing argument to repetition operator: `*`'],
    ['a**', 'invalid nested repetition operator: `**`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['[z-a]', 'invalid character class range: `z-a`'],
    ['(?P<n>a)(?P<n>b)', 'duplicate capture group name: `n`'],
  ])('refuses %s in the words of Go', (source, problem) => {
    expect(parseRegex(source)).toEqual({ ok: false, problem: `error parsing regexp: ${problem}` })
  })

  it('refuses more than 1,000 characters', () => {
    expect(parseRegex('a'.repeat(1000)).ok).toBe(true)
    expect(parseRegex('a'.repeat(1001))).toEqual({
      ok: false,
      problem: 'the expression has 1001 characters, at most 1000 are allowed',
    })
  })

  it('keeps the source', () => {
    expect(regexOf('^a$').source).toBe('^a$')
  })
})

describe('test', () => {
  it.each([
    ['', 'anything', true],
    ['b', 'abc', true],
    ['^b', 'abc', false],
    ['(?i)B', 'abc', true],
    ['(?s)a.c', 'a\nc', true],
    ['a.c', 'a\nc', false],
    ['\\Aabc\\z', 'abc', true],
    ['\\Q.\\E', 'abc', false],
    ['^[[:alpha:]]+$', 'abc', true],
    ['^[[:digit:]]+$', 'abc', false],
    ['(?P<x>b)(?P<y>c)', 'abc', true],
    ['^\\x{1F600}$', '\u{1F600}', true],
  ])('%s on %s', (source, text, expected) => {
    expect(regexOf(source).test(text)).toBe(expected)
  })
})

describe('match', () => {
  it('gives the leftmost match with its groups', () => {
    expect(regexOf('(b)(x)?(?P<n>c+)').match('abcc-bc')).toEqual({
      start: 1,
      end: 4,
      groups: ['bcc', 'b', undefined, 'cc'],
    })
    expect(regexOf('^(?:a)(b)$').match('ab')).toEqual({ start: 0, end: 2, groups: ['ab', 'b'] })
  })

  it.each(['x', '^b', '^[0-9]+$'])('%s does not match', (source) => {
    expect(regexOf(source).match('abc')).toBeUndefined()
  })
})

describe('expander', () => {
  // Template on `(?P<year>[0-9]+)-(?P<mo>[0-9]+)(x)?`; the results are those of Go's Expand.
  it.each([
    ['$1', '2025'],
    ['$2.$1', '07.2025'],
    ['${1}x', '2025x'],
    ['$1x', ''],
    ['$year', '2025'],
    ['${year}_${mo}', '2025_07'],
    ['$year_$mo', '07'],
    ['$mo-$year', '07-2025'],
    ['$0', '2025-07'],
    ['$3', ''],
    ['$4', ''],
    ['$9999999999', ''],
    ['$01', ''],
    ['$gone', ''],
    ['$$1', '$1'],
    ['$', '$'],
    ['a$', 'a$'],
    ['$-', '$-'],
    ['${', '${'],
    ['${1', '${1'],
    ['${}', '${}'],
    ['${1-}', '${1-}'],
    ['$$$1', '$2025'],
    ['plain', 'plain'],
    ['$é', ''],
  ])('%s gives %j', (template, expected) => {
    expect(regexOf('(?P<year>[0-9]+)-(?P<mo>[0-9]+)(x)?').expander(template)('v2025-07')).toBe(expected)
  })

  it('takes the first match only, and nothing from a text that does not match', () => {
    const expand = regexOf('(a+)').expander('$1')
    expect(expand('baacaaa')).toBe('aa')
    expect(expand('bcd')).toBeUndefined()
  })

  it('knows no groups by names that every object has', () => {
    expect(regexOf('(a)').expander('$constructor$toString')('a')).toBe('')
  })
})

describe('matches', () => {
  // As Go's FindAll: an empty match directly after another one does not count.
  it.each([
    ['a*', 'baaac', ['', 'aaa', '']],
    ['a', 'banana', ['a', 'a', 'a']],
    ['', 'ab', ['', '', '']],
    ['x', 'banana', []],
    ['', '\u{1F600}', ['', '']],
  ])('%s in %s', (source, text, expected) => {
    expect([...regexOf(source).matches(text)].map(({ groups }) => groups[0])).toEqual(expected)
  })
})

it('filler expands a match that was found before', () => {
  const regex = regexOf('(?P<x>[a-z])([0-9])?')
  const fill = regex.filler('$x-$2')
  expect([...regex.matches('a1b')].map((match) => fill(match))).toEqual(['a-1', 'b-'])
})

it('answers at once what a backtracking engine could never finish', () => {
  expect(regexOf('(a+)+$').test(`${'a'.repeat(99)}b`)).toBe(false)
  expect(
    regexOf('^(.*?,){11}P').match('1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28'),
  ).toBeUndefined()
})
