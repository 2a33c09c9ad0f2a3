import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { printDiff } from '#cli/print/diff.ts'

const diff = '--- a/x.yaml\n+++ b/x.yaml\n@@ -1 +1 @@\n-image: a:1\n+image: a:2\n context\n'

it('leaves a diff alone without colour', () => {
  expect(printDiff(diff, false)).toBe(diff)
})

it('colours added and removed lines and nothing else', () => {
  const painted = printDiff(diff, true)
  expect(stripVTControlCharacters(painted)).toBe(diff)
  expect(painted).toContain('\u001b[31m-image: a:1\u001b[39m')
  expect(painted).toContain('\u001b[32m+image: a:2\u001b[39m')
  expect(painted).toContain('\n context\n')
})
