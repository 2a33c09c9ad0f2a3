import { expect, it } from 'vitest'
import type { Edit } from '#core/rewrite/change-set.ts'
import { fileDiff, printSkipped, shownEdit } from '#cli/print/changes.ts'

const edit: Edit = {
  path: 'a.yaml',
  line: 1,
  column: 8,
  from: 'x:1',
  to: 'x:2',
  policy: 'n:p',
  part: 'full',
  ordinal: 4,
}

it('shows an edit without its place among the targets', () => {
  const { ordinal: _ordinal, ...shown } = edit
  expect(shownEdit(edit)).toEqual(shown)
})

it('shows a file as people read it: UTF-8 that is kept byte by byte', () => {
  const before = Buffer.from('name: café\nimage: x:1\n').toString('latin1')
  const change = { path: 'a.yaml', edits: [edit], skipped: [], found: [], text: before.replace('x:1', 'x:2') }
  expect(fileDiff(change, before)).toBe(
    '--- a/a.yaml\n+++ b/a.yaml\n@@ -1,2 +1,2 @@\n name: café\n-image: x:1\n+image: x:2\n',
  )
})

it('shows the edits of a file that is too large for a diff', () => {
  const change = { path: 'a.yaml', edits: [edit], skipped: [], found: [], text: 'x' }
  expect(fileDiff(change, 'x'.repeat(1_048_577))).toBe('a.yaml:1: x:1 -> x:2\n')
})

it('lists what was left alone', () => {
  expect(printSkipped([])).toBe('')
  expect(
    printSkipped([
      { path: 'a.yaml', code: 'too-large', reason: 'so' },
      { path: 'b.yaml', line: 2, code: 'held', reason: 'kept' },
    ]),
  ).toBe('skipped:\n  a.yaml too-large: so\n  b.yaml:2 held: kept\n')
})
