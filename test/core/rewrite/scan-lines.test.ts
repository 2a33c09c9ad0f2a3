import { describe, expect, it } from 'vitest'
import { scanLines } from '#core/rewrite/scan-lines.ts'

const marker = '# {"$imagepolicy": "a:b"}'

/** A text with `#m` as marker, and for each marker found `line value`, with `-` for one that binds to nothing. */
const cases: readonly (readonly [name: string, text: string, expected: readonly string[]])[] = [
  ['values, items, nested items', 'a: v1 #m\n- v2 #m\n- - v3 #m\n- k: v4 #m\n', ['1 v1', '2 v2', '3 v3', '4 v4']],
  ['quoted', 'a: "x" #m\nb: \'it\'\'s\' #m\nc: "a\\"b" #m\n', ['1 x', "2 it's", '3 a"b']],
  ['CRLF and CR', 'a: 1\r\nb: v #m\r\nc: w #m\rd: x #m', ['2 v', '3 w', '4 x']],
  ['no value', 'a: #m\n#m\n', ['1 -', '2 -']],
  [
    'collections, aliases, templates',
    'a: {b: c} #m\nb: *x #m\nc: {{ .x }} #m\nd: e, #m\n',
    ['1 -', '2 -', '3 -', '4 -'],
  ],
  ['a value below its key', 'a:\n  v #m\n', ['2 v']],
  ['a value below its key and a comment', 'a:\n\n  # c\n  v #m\n', ['4 v']],
  ['a value below a dash', '-\n  v #m\n', ['2 v']],
  ['the first line', 'v #m\n', ['1 v']],
  ['the first line of a document', 'a: b\n---\nv #m\n', ['3 v']],
  ['behind the start of a document', '--- v #m\n', ['1 v']],
  ['the end of a plain text', 'a: one\n  two #m\n', ['2 -']],
  ['inside a block', 'a: |\n  b: c #m\n\n  d: e #m\nf: g #m\n', ['5 g']],
  ['behind a block', 'a: |\n  x\nv #m\n', ['3 -']],
  ['inside a block of an item', '- k: |\n    b: c #m\n  d: e #m\n', ['3 e']],
  ['inside a block of a nested item', '- - |\n    b: c #m\n  - e #m\n', ['3 e']],
  ['inside a block with template code', 'a: |\n  b: c\n{{ if }}\n  d: e #m\n{{ end }}\nf: g #m\n', ['6 g']],
  ['inside the block of a document', '--- |\n b: c #m\n---\nd: e #m\n', ['4 e']],
  ['behind quotes over lines', 'a: "x\n  \\"y\n  z"\nv #m\n', ['4 -']],
  ['quotes that an escaped one does not end', 'a: "x\n  \\"y\n  - \'z"\nf: g #m\n', ['4 g']],
  ['inside single quotes', "a: 'x\n  b: it''s #m\n  e'\nf: g #m\n", ['4 g']],
  ['quotes that never end', 'a: "x\nb: c #m\n---\nd: e #m\n', ['4 e']],
  ['a header with a marker', 'a: | #m\n  x #m\n', ['1 -']],
  ['the word outside a comment', 'a: $imagepolicy\n', []],
]

describe('scanLines', () => {
  it.each(cases)('%s', (_name, given, expected) => {
    const text = given.replaceAll('#m', marker)
    const found = scanLines(text, 0, text.length).map(({ offset, comment, token }) => {
      expect(text.slice(offset, offset + comment.length)).toBe(comment)
      const line = text.slice(0, offset).split(/\r\n|\r|\n/).length
      return `${String(line)} ${token?.text ?? '-'}`
    })
    expect(found).toEqual(expected)
  })

  it('stays within its document, and tells places in the whole text', () => {
    const text = `a: 1 ${marker}\n---\nb: "2" ${marker}\n---\nc: 3 ${marker}\n`
    const [only, ...others] = scanLines(text, text.indexOf('---'), text.lastIndexOf('---'))
    expect(others).toEqual([])
    expect(text.slice(only?.token?.start, only?.token?.end)).toBe('"2"')
    expect(only?.token).toMatchObject({ style: 'double', flow: false })
  })
})
