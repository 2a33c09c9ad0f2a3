import { expect, it } from 'vitest'
import { compileExclusions } from '#core/scan/exclude.ts'
import { scanMessage, summariseTags } from '#core/scan/tag-list.ts'

const sha256 = (text: string) => `<${text.replaceAll('\n', ',')}>`

it('sums up what is left after the exclusions', () => {
  const tags = ['v2', 'v1.sig', 'v1', ...Array.from({ length: 12 }, (_, index) => `a${String(99 - index)}`)]
  const summary = summariseTags(tags, compileExclusions([], 'spec'), sha256)
  expect(summary.tagCount).toBe(14)
  expect(summary.latestTags).toEqual(['v2', 'v1', 'a99', 'a98', 'a97', 'a96', 'a95', 'a94', 'a93', 'a92'])
  expect(summary.revision).toBe('sha256:<v2,v1,a99,a98,a97,a96,a95,a94,a93,a92,a91,a90,a89,a88>')
  expect(scanMessage({ ...summary, revision: 'sha256:1' })).toBe(
    'successful scan: found 14 tags with checksum sha256:1',
  )
})

it('an empty list has a revision too', () => {
  expect(summariseTags([], [], sha256)).toEqual({ revision: 'sha256:<>', tagCount: 0, latestTags: [] })
})
