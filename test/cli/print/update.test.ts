import { expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import { printItem, shownItem } from '#cli/print/update.ts'

const item = {
  automation: 'apps/web',
  base: 'a'.repeat(40),
  branch: 'main',
  edits: [{ path: 'a.yaml', line: 1, column: 8, from: 'x:1', to: 'x:2', policy: 'apps:web', part: 'full' as const }],
  diff: '--- a/a.yaml\n+++ b/a.yaml\n@@ -1 +1 @@\n-image: x:1\n+image: x:2\n',
  message: 'Update\n\nTagboat-Run: r\n',
  policies: [],
  skipped: [{ path: 'b.yaml', line: 3, code: 'unknown-policy' as const, reason: 'there is no policy apps:wep' }],
}
const nothing = { ...item, edits: [], diff: '', message: '', skipped: [] }

it('prints what is to be pushed, the message, the diff and what was left alone', () => {
  expect(printItem(item, { color: false })).toBe(`apps/web: 1 value to change on main (at aaaaaaa)

    Update

    Tagboat-Run: r

${item.diff}skipped:
  b.yaml:3 unknown-policy: there is no policy apps:wep
`)
})

it.each([
  [
    { ...item, commit: 'b'.repeat(40), pushed: true, attempts: 1 },
    'apps/web: 1 value changed on main by bbbbbbb, pushed',
  ],
  [
    { ...item, commit: 'b'.repeat(40), pushed: true, attempts: 3 },
    'apps/web: 1 value changed on main by bbbbbbb, pushed in 3 tries',
  ],
  [nothing, 'apps/web: nothing to change on main'],
  [{ ...nothing, suspended: true as const }, 'apps/web: suspended'],
  [
    { ...nothing, branch: '', error: new AppError('GIT_TIMEOUT', 'too slow', { hint: 'wait' }) },
    'apps/web: too slow\n  hint: wait',
  ],
])('sums up in its first line', (shown, start) => {
  expect(printItem(shown, { color: false }).startsWith(`${start}\n`)).toBe(true)
})

it('gives programs errors with code, message and hint', () => {
  expect(shownItem(nothing)).toEqual(nothing)
  const error = new AppError('GIT_TIMEOUT', 'too slow', { hint: 'wait' })
  expect(shownItem({ ...nothing, error })).toEqual({
    ...nothing,
    error: { code: 'GIT_TIMEOUT', message: 'too slow', hint: 'wait' },
  })
})
