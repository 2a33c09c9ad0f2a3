import { expect, it } from 'vitest'
import { diffTags } from '#core/scan/diff-tags.ts'

const list = (text: string) => text.split(' ').filter((tag) => tag !== '')

it.each([
  ['', '', '', ''],
  ['', 'b a', 'b a', ''],
  ['b a', '', '', 'b a'],
  ['b a', 'b a', '', ''],
  ['d b', 'e d c a', 'e c a', 'b'],
  ['v9 v10 a', 'v9 v11 v10', 'v11', 'a'],
])('%s -> %s', (before, after, added, removed) => {
  expect(diffTags(list(before), list(after))).toEqual({ added: list(added), removed: list(removed) })
})
