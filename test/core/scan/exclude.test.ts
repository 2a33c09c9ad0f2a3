import { expect, it } from 'vitest'
import { compileExclusions, exclude } from '#core/scan/exclude.ts'

const kept = (list: readonly string[], tags: string) =>
  exclude(tags.split(' '), compileExclusions(list, 'spec')).join(' ')

it.each([
  [['^.*\\-alpha$', '^.*\\.sig$'], '0.1.0 0.2.0 0.2.-alpha 0.3.0 0.4.0 0.4.0.sig', '0.1.0 0.2.0 0.3.0 0.4.0'],
  [[], '0.4.0 0.4.0.sig', '0.4.0'],
  [['^x$'], '0.4.0 0.4.0.sig x', '0.4.0 0.4.0.sig'],
  [['debug'], 'a-debug-b b', 'b'],
])('%j', (list, tags, expected) => {
  expect(kept(list, tags)).toBe(expected)
})

it('refuses a bad expression in the words of Flux, and says which', () => {
  const message = 'spec.exclusionList[1]: failed to compile regex [a: error parsing regexp: missing closing ]: `[a`'
  const error = expect.objectContaining({ code: 'REGISTRY_EXCLUSION_INVALID', reason: 'ExclusionListInvalid', message })
  expect(() => compileExclusions(['x', '[a'], 'spec')).toThrow(error)
})
