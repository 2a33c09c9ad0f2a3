import { describe, expect, it } from 'vitest'
import { unifiedDiff } from '#core/diff.ts'

const cases: readonly (readonly [name: string, before: string, after: string, lines: readonly string[]])[] = [
  ['nothing', 'a\n', 'a\n', []],
  ['one line', 'a\nb\nc\n', 'a\nB\nc\n', ['@@ -1,3 +1,3 @@', ' a', '-b', '+B', ' c']],
  [
    'no final newline',
    'a',
    'b',
    ['@@ -1,1 +1,1 @@', '-a', '\\ No newline at end of file', '+b', '\\ No newline at end of file'],
  ],
  ['CRLF', 'a\r\nb\r\n', 'a\r\nB\r\n', ['@@ -1,2 +1,2 @@', ' a\r', '-b\r', '+B\r']],
  [
    'three lines around',
    '1\n2\n3\n4\n5\n6\n7\n8\n9\n',
    '1\n2\n3\n4\nx\n6\n7\n8\n9\n',
    ['@@ -2,7 +2,7 @@', ' 2', ' 3', ' 4', '-5', '+x', ' 6', ' 7', ' 8'],
  ],
]

describe('unifiedDiff', () => {
  it.each(cases)('%s', (_name, before, after, lines) => {
    const expected = lines.length === 0 ? '' : `${['--- a/x/y.yaml', '+++ b/x/y.yaml', ...lines].join('\n')}\n`
    expect(unifiedDiff({ path: 'x/y.yaml', before, after })).toBe(expected)
  })

  it('shows texts that differ in very many lines as replaced', () => {
    const before = Array.from({ length: 5000 }, (_, n) => `a${String(n)}`).join('\n')
    const after = `${Array.from({ length: 5000 }, (_, n) => `b${String(n)}`).join('\n')}\n`
    const lines = unifiedDiff({ path: 'y', before, after }).split('\n')
    expect(lines.slice(0, 4)).toEqual(['--- a/y', '+++ b/y', '@@ -1,5000 +1,5000 @@', '-a0'])
    expect(lines.slice(5001, 5006)).toEqual(['-a4998', '-a4999', '\\ No newline at end of file', '+b0', '+b1'])
    expect(lines.slice(-2)).toEqual(['+b4999', ''])
  })
})
