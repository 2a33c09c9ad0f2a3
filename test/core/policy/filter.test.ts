import { describe, expect, it } from 'vitest'
import { compileFilter } from '#core/policy/filter.ts'

const debug = ['123-123.123.abcd123-debug', '123-123.123.abcd456-debug']
const plain = ['123-123.123.abcd123', '123-123.123.abcd456']
const mixed = ['123-123.123.abcd123-debug', '123-123.123.abcd123', '123-123.123.abcd456-debug', '123-123.123.abcd456']

// Tags, pattern, extract → keys of those that match; from Flux's tests.
const rows: readonly (readonly [readonly string[], string, string, readonly string[]])[] = [
  [['a'], '', '', ['a']],
  [['ver1', 'ver2', 'ver3', 'rel1'], '^ver', '', ['ver1', 'ver2', 'ver3']],
  [['ver1', 'ver2', 'ver3', 'rel1'], 'ver(\\d+)', '$1', ['1', '2', '3']],
  [mixed, '^(123-[0-9]+\\.[0-9]+\\.[a-z0-9]+-debug)', '', debug],
  [mixed, '^(?P<tag>123-[0-9]+\\.[0-9]+\\.[a-z0-9]+[^-debug])', '$tag', plain],
  [mixed, '^(?P<tag>123-[0-9]+\\.[0-9]+\\.[a-z0-9]+$)', '$tag', plain],
  [['a-1', 'a'], 'a(-1)?', 'x$1', ['x-1', 'x']],
  [['a'], '', '$0', ['']],
]

describe('compileFilter', () => {
  it.each(rows)('%j | %s -> %s', (tags, pattern, extract, expected) => {
    const filter = compileFilter({ pattern, extract }, 'spec.filterTags')
    expect([...new Set(tags.map((tag) => filter.key(tag)))].filter((key) => key !== undefined)).toEqual(expected)
    const rejection = { verdict: 'filtered-out', reason: `${pattern} does not match it` }
    expect(filter).toMatchObject({ rejection, extracts: extract !== '' })
  })

  it('refuses a bad pattern with the words of Flux and Go', () => {
    const text =
      "spec.filterTags.pattern: failed to filter tags: invalid regular expression pattern '[=': error parsing regexp: missing closing ]: `[=`"
    const error = expect.objectContaining({ code: 'POLICY_PATTERN_INVALID', reason: 'InvalidPolicy', message: text })
    expect(() => compileFilter({ pattern: '[=', extract: '' }, 'spec.filterTags')).toThrow(error)
  })

  it('escapes what a message must not hold', () => {
    expect(() => compileFilter({ pattern: '(\u001b', extract: '' }, 'f')).toThrow(/pattern '\(\\x1b'/)
  })
})
