import { describe, expect, it } from 'vitest'
import { replaceScalar } from '#core/rewrite/edit.ts'
import { findTargets } from '#core/rewrite/find-targets.ts'
import { splice } from '#core/rewrite/splice.ts'

const marker = '# {"$imagepolicy": "a:b"}'

/** The text with `#m` as marker, every bound scalar replaced. */
function replaced(text: string, value: string): string {
  const bytes = text.replaceAll('#m', marker)
  const { targets } = findTargets(bytes, { markers: true, fields: [] })
  return splice(
    bytes,
    targets.flatMap(({ token }) => replaceScalar(bytes, token, value)),
  ).replaceAll(marker, '#m')
}

const cases: readonly (readonly [text: string, value: string, expected: string])[] = [
  ["a: 'x' #m\n", '1.10', "a: '1.10' #m\n"],
  ['a: "x" #m\n', '1.10', 'a: "1.10" #m\n'],
  ['a: x #m\n', '1.2.3', 'a: 1.2.3 #m\n'],
  ['a: x #m\n', '1.10', 'a: "1.10" #m\n'],
  ['a: x #m\n', 'true', 'a: "true" #m\n'],
  ['a: x #m\n', 'r/n:1', 'a: r/n:1 #m\n'],
  ['[a, x #m\n]\n', 'r/n:1', '[a, "r/n:1" #m\n]\n'],
  ['[a, x:0 #m\n]\n', 'r/n:1', '[a, r/n:1 #m\n]\n'],
  ['[a, x:0 #m\n]\n', '12:30', '[a, "12:30" #m\n]\n'],
  ['[a, x #m\n]\n', 'v2', '[a, v2 #m\n]\n'],
  ['{k: [b, {a: x, #m\n}]}\n', 'r/n:1', '{k: [b, {a: "r/n:1", #m\n}]}\n'],
  ['a: !!int 5 #m\n', '7', 'a: "7" #m\n'],
  ['a: !!int  \t5 #m\n', 'v7', 'a: v7 #m\n'],
  ['a: &x !!int 5 #m\n', 'v7', 'a: &x v7 #m\n'],
  ['a: !!int &x 5 #m\n', 'v7', 'a: &x v7 #m\n'],
  ['a: !!str 5 #m\n', 'v7', 'a: !!str v7 #m\n'],
  ['a: !mine 5 #m\n', 'v7', 'a: !mine v7 #m\n'],
  ['a: !!binary 5 #m\n', 'v7', 'a: !!binary v7 #m\n'],
  ['a: !!int #m\n  5\n', 'v7', 'a: !!str #m\n  v7\n'],
  ['a: !!float\n  #m\n  5\n', 'v7', 'a: !!str\n  #m\n  v7\n'],
  ['a: !!int 1\nb: 5 #m\n', 'v7', 'a: !!int 1\nb: v7 #m\n'],
  ['a: | #m\n  x\n', '1.10', 'a: | #m\n  1.10\n'],
  ['a: | #m\n  x\n  y\n\n\nb: 1\n', 'v', 'a: | #m\n  v\n\n\nb: 1\n'],
  ['a: |+ #m\n  x\n\n \nb: 1\n', 'v', 'a: |+ #m\n  v\n\n\nb: 1\n'],
  ['a: |4 #m\n      x\n', 'v', 'a: |4 #m\n    v\n'],
  ['a: |-2 #m\n    x\n', 'v', 'a: |-2 #m\n  v\n'],
  ['- - >- #m\n    x\n    y\n', 'v', '- - >- #m\n    v\n'],
  ['a: | #m\r\n  x\r\n\r\n', 'v', 'a: | #m\r\n  v\r\n\r\n'],
  ['a: | #m\n  \u00c3\u00a0\n', 'v', 'a: | #m\n  v\n'],
  ['--- | #m\n x', 'v', '--- | #m\n v'],
]

describe('replaceScalar', () => {
  it.each(cases)('%j with %s', (text, value, expected) => expect(replaced(text, value)).toBe(expected))
})
