import { describe, expect, it } from 'vitest'
import { judgeScan } from '#core/scan/complete.ts'

const tags = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`)
const minute = 60_000
const scanOf = (count: number, scannedAt = 0, intervalMs = 5 * minute) => ({ tags: tags(count), scannedAt, intervalMs })

describe('judgeScan', () => {
  it.each([
    ['a first list, even an empty one', undefined, 0],
    ['as many', 10, 10],
    ['more', 10, 20],
    ['half', 10, 5],
    ['an empty list after an empty one', 0, 0],
    ['few after few', 9, 1],
  ])('accepts %s', (_name, former, count) => {
    const before = former === undefined ? undefined : { tags: tags(former) }
    expect(judgeScan(before, scanOf(count))).toEqual({ kind: 'accepted' })
  })

  it.each([
    ['less than half', 10, 4],
    ['less than half of an odd number', 11, 5],
    ['nothing', 200, 0],
    ['nothing after one', 1, 0],
  ])('suspects %s', (_name, former, count) => {
    expect(judgeScan({ tags: tags(former) }, scanOf(count, 7))).toEqual({
      kind: 'suspect',
      suspect: { tags: tags(count), seenAt: 7 },
      message: `tag list shrank from ${former} to ${count}; keeping the previous list until a second scan confirms it`,
    })
  })

  const suspected = { tags: tags(20), suspect: { tags: tags(3), seenAt: 0 } }

  it.each([
    ['an interval later', scanOf(3, 5 * minute), 'accepted'],
    ['sooner', scanOf(3, 5 * minute - 1), 'suspect'],
    ['with another few', scanOf(9, 5 * minute), 'accepted'],
    ['a minute later at least', scanOf(3, minute - 1, 1000), 'suspect'],
    ['a minute later', scanOf(3, minute, 1000), 'accepted'],
    ['with enough of them back', scanOf(10, 1), 'accepted'],
  ] as const)('a second scan %s: %s', (_name, scan, kind) => {
    expect(judgeScan(suspected, scan).kind).toBe(kind)
  })

  it('keeps the time of the first that saw it', () => {
    expect(judgeScan(suspected, scanOf(2, minute))).toMatchObject({ suspect: { tags: tags(2), seenAt: 0 } })
  })
})
