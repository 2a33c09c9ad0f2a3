import { expect, it } from 'vitest'
import { splice } from '#core/rewrite/splice.ts'

const cases = [
  ['nothing', 'abc', [], 'abc'],
  ['one', 'abc', [{ start: 1, end: 2, text: 'XY' }], 'aXYc'],
  [
    'several in any order',
    'abcdef',
    [
      { start: 4, end: 6, text: '' },
      { start: 0, end: 1, text: '__' },
    ],
    '__bcd',
  ],
  [
    'side by side',
    'abcd',
    [
      { start: 1, end: 2, text: 'B' },
      { start: 2, end: 3, text: 'C' },
    ],
    'aBCd',
  ],
  ['an insertion at the end', 'ab', [{ start: 2, end: 2, text: 'c' }], 'abc'],
] as const

it.each(cases)('%s', (_name, text, replacements, expected) => expect(splice(text, replacements)).toBe(expected))
