import { expect, it } from 'vitest'
import { follows, refNews } from '#core/webhook/refs.ts'

it.each([
  [{}, 'refs/heads/master', true],
  [{}, 'refs/heads/main', false],
  [{ branch: 'main' }, 'refs/heads/main', true],
  [{ branch: 'main' }, 'refs/heads/maintenance', false],
  [{ branch: 'main' }, 'refs/tags/main', false],
  [{ branch: 'main', tag: 'v1' }, 'refs/tags/v1', true],
  [{ branch: 'main', tag: 'v1' }, 'refs/heads/main', false],
  [{ tag: 'v1', semver: '1.x' }, 'refs/tags/v2', false],
  [{ tag: '', branch: '' }, 'refs/heads/master', true],
  [{ semver: '1.x' }, 'refs/heads/v2', false],
  [{ semver: '1.x', name: 'refs/pull/1/head' }, 'refs/pull/1/head', true],
  [{ name: 'refs/heads/main' }, 'refs/heads/next', false],
  [{ name: 'refs/heads/main', commit: 'abc' }, 'refs/heads/next', true],
])('who follows %j is interested in %s: %s', (reference, ref, want) => {
  expect(follows(reference, ref)).toBe(want)
})

it('reads the ref of a push', () => {
  expect(refNews({ ref: 'refs/heads/main', after: 'x' })).toEqual({ is: 'refs', refs: ['refs/heads/main'] })
  expect(() => refNews({ ref: null })).toThrow('webhook: ref: invalid input')
})
