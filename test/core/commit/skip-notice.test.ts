import { expect, it } from 'vitest'
import { markersSkipped, valuesHeld } from '#core/commit/skip-notice.ts'
import type { Skip, SkipCode } from '#core/rewrite/change-set.ts'

const skip = (path: string, line: number | undefined, code: SkipCode): Skip => {
  return { path, ...(line === undefined ? {} : { line }), code, reason: `because ${code}` }
}

it('names the most frequent code and the first five places', () => {
  const skips = [
    skip('a.yaml', 3, 'unknown-policy'),
    skip('b.yaml', undefined, 'too-large'),
    ...[1, 2, 3, 4].map((line) => skip('c.yaml', line, 'malformed-marker')),
  ]
  expect(markersSkipped(skips)).toEqual({
    reason: 'MalformedMarker',
    message:
      '4 malformed-marker, 1 too-large, 1 unknown-policy: a.yaml:3 unknown-policy, b.yaml too-large, c.yaml:1 malformed-marker, c.yaml:2 malformed-marker, c.yaml:3 malformed-marker, and 1 more',
  })
})

it('says nothing about skips that are nobody’s fault', () => {
  const codes: SkipCode[] = ['symlink', 'policy-not-visible', 'not-selected', 'in-text', 'held']
  expect(markersSkipped(codes.map((code) => skip('a.yaml', 1, code)))).toBeUndefined()
  expect(markersSkipped([])).toBeUndefined()
})

it('tells held values with their reasons', () => {
  expect(valuesHeld([skip('a.yaml', 1, 'unknown-part')])).toBeUndefined()
  expect(valuesHeld(Array.from({ length: 7 }, (_, line) => skip('a.yaml', line + 1, 'held')))).toEqual({
    reason: 'LowerValueKept',
    message: `${[1, 2, 3, 4, 5].map((line) => `a.yaml:${line}: because held`).join('; ')}; and 2 more`,
  })
})
