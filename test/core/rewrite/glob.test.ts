import { describe, expect, it } from 'vitest'
import { matchesGlob } from '#core/rewrite/glob.ts'

const cases: readonly (readonly [glob: string, path: string, matches: boolean])[] = [
  ['a.yaml', 'a.yaml', true],
  ['a.yaml', 'b/a.yaml', false],
  ['./a.yaml', 'a.yaml', true],
  ['/a.yaml', 'a.yaml', true],
  ['*.yaml', 'a.yaml', true],
  ['*.yaml', '.yaml', true],
  ['*.yaml', 'b/a.yaml', false],
  ['apps/*/web.yaml', 'apps/x/web.yaml', true],
  ['apps/*/web.yaml', 'apps/x/y/web.yaml', false],
  ['apps/**/web.yaml', 'apps/web.yaml', true],
  ['apps/**/web.yaml', 'apps/x/y/web.yaml', true],
  ['**', 'a/b/c', true],
  ['**/*.yaml', 'a.yaml', true],
  ['apps/**', 'apps/a', true],
  ['apps/**', 'apps/a/b', true],
  ['apps/**', 'other/a', false],
  ['**/b/**/d', 'a/b/c/b/d', true],
  ['**/b/**/d', 'a/c/d', false],
  ['a?.yaml', 'ab.yaml', true],
  ['a?.yaml', 'a.yaml', false],
  ['a?b', 'a/b', false],
  ['a**b', 'axxb', true],
  ['a**b', 'ax/b', false],
  ['a+(b).yaml', 'a+(b).yaml', true],
  ['[ab].yaml', 'a.yaml', false],
  ['', 'a', false],
  ['*a*a*b', 'a'.repeat(300), false],
]

describe('matchesGlob', () => {
  it.each(cases)('%s and %s: %s', (glob, path, matches) => expect(matchesGlob(glob, path)).toBe(matches))

  it('does not go wild on wild cards', () => {
    expect(matchesGlob('*a'.repeat(500), 'a'.repeat(4000))).toBe(true)
    expect(matchesGlob(`${'**/a/'.repeat(500)}b`, 'a/'.repeat(2000))).toBe(false)
  })
})
