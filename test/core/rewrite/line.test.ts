import { describe, expect, it } from 'vitest'
import { readLine } from '#core/rewrite/line.ts'

/** A line; what its value is, with the text of a scalar; the column that a block must go beyond; its comment. */
const cases: readonly (readonly [text: string, value: string, indent: number, comment: string])[] = [
  ['', 'none', 0, ''],
  ['  # c', 'none', 2, '# c'],
  ['key: v # c', 'plain v', 0, '# c'],
  ['  key: v', 'plain v', 2, ''],
  ['  - v # c', 'plain v', 2, '# c'],
  ['- - v', 'plain v', 2, ''],
  ['- key: v', 'plain v', 2, ''],
  ['-   key:   v  \t# c', 'plain v', 4, '# c'],
  ['key:', 'none', 0, ''],
  ['key: # c', 'none', 0, '# c'],
  ['-', 'none', 0, ''],
  ['- # c', 'none', 0, '# c'],
  ['key: &a v # c', 'plain v', 0, '# c'],
  ['"a b": v', 'plain v', 0, ''],
  ["'a: b': v", 'plain v', 0, ''],
  ['"a" : v', 'plain v', 0, ''],
  ['"a"b: v', 'other', 0, ''],
  ['a b: v', 'plain v', 0, ''],
  ['a:b: v', 'plain v', 0, ''],
  ['key: a:b # c', 'plain a:b', 0, '# c'],
  ['key: a#b # c', 'plain a#b', 0, '# c'],
  ['key: a b c # d', 'plain a b c', 0, '# d'],
  ['key: "v" # c', 'double "v"', 0, '# c'],
  ['key: "a\\" # b" # c', 'double "a\\" # b"', 0, '# c'],
  ["key: 'it''s # b' # c", "single 'it''s # b'", 0, '# c'],
  ['key: "v" x # c', 'other', 0, '# c'],
  ['key: "v"# c', 'other', 0, ''],
  ['key: "open # c', 'open "', 0, '# c'],
  ["key: 'open", "open '", 0, ''],
  ['key: | # c', 'block', 0, '# c'],
  ['- key: >-', 'block', 2, ''],
  ['key: |2+', 'block', 0, ''],
  ['key: |x', 'other', 0, ''],
  ['key: {a: b} # c', 'other', 0, '# c'],
  ['key: [a] # c', 'other', 0, '# c'],
  ['key: v, # c', 'other', 0, '# c'],
  ['key: {{ .Values.x }} # c', 'other', 0, '# c'],
  ['key: a{{ .x }} # c', 'other', 0, '# c'],
  ['{{ if }} # c', 'other', 0, '# c'],
  ['key: *a # c', 'other', 0, '# c'],
  ['key: !!int 5 # c', 'other', 0, '# c'],
  ['key: @x', 'other', 0, ''],
  ['key: - v', 'other', 0, ''],
  ['key: -1', 'plain -1', 0, ''],
  ['key: v: w # c', 'other', 0, '# c'],
  ['a, key: v # c', 'other', 0, '# c'],
  ['k #: v', 'plain k', 0, '#: v'],
  ['just text # c', 'plain just text', 0, '# c'],
  ['key: \u00c3\u00a0 # c', 'plain \u00c3\u00a0', 0, '# c'],
  ['key: v\t#c', 'plain v', 0, '#c'],
]

describe('readLine', () => {
  it.each(cases)('%j', (text, expected, indent, comment) => {
    const line = readLine(text)
    const { value } = line
    const shown = { scalar: () => '', open: () => '', none: () => 'none', block: () => 'block', other: () => 'other' }[
      value.kind
    ]()
    const scalar = value.kind === 'scalar' ? `${value.style} ${text.slice(value.start, value.end)}` : shown
    expect(value.kind === 'open' ? `open ${value.quote}` : scalar).toBe(expected)
    expect(line.indent).toBe(indent)
    expect(line.comment === -1 ? '' : text.slice(line.comment)).toBe(comment)
  })

  it.each([
    ['key: v', true],
    ['- v', true],
    ['- # c', true],
    ['v', false],
    ['# c', false],
  ])('%s is an entry: %s', (text, isEntry) => expect(readLine(text).isEntry).toBe(isEntry))
})
