import { describe, expect, it } from 'vitest'
import { specHash, type ElectionSpec } from '#core/policy/spec-hash.ts'
import { by, filter } from './given.ts'

const base: ElectionSpec = { spec: { ...by.semver('^1'), ...filter('^v', '$1') }, image: 'app', exclusions: ['a', 'b'] }
// The text itself shows what goes into the hash.
const intent = (given: ElectionSpec) => specHash(given, (text) => text)

describe('specHash', () => {
  it.each([
    ['the order of exclusions', { ...base, exclusions: ['b', 'a', 'a'] }],
    [
      'the order of fields',
      { ...base, spec: { filterTags: { extract: '$1', pattern: '^v' }, policy: { semver: { range: '^1' } } } },
    ],
    ['a consent to downgrades', { ...base, spec: { ...base.spec, allowDowngrade: 'WhenTagRemoved' as const } }],
    ['absent platforms', { ...base, spec: { ...base.spec, platforms: [] } }],
  ])('does not look at %s', (_name, other) => {
    expect(intent(other)).toBe(intent(base))
  })

  it.each([
    ['policy', { ...base, spec: { ...base.spec, ...by.semver('^2') } }],
    ['kind', { ...base, spec: { ...base.spec, ...by.alphabetical() } }],
    ['pattern', { ...base, spec: { ...base.spec, ...filter('^x', '$1') } }],
    ['extract', { ...base, spec: { ...base.spec, ...filter('^v', '$2') } }],
    ['image', { ...base, image: 'other' }],
    ['exclusions', { ...base, exclusions: ['a'] }],
    ['platforms', { ...base, spec: { ...base.spec, platforms: ['linux/amd64'] } }],
  ])('looks at %s', (_name, other) => {
    expect(intent(other)).not.toBe(intent(base))
  })

  it('looks at platforms as a set', () => {
    const [one, two] = [
      ['linux/amd64', 'linux/arm64'],
      ['linux/arm64', 'linux/amd64'],
    ].map((platforms) => intent({ ...base, spec: { ...base.spec, platforms } }))
    expect(one).toBe(two)
  })

  it('gives what the hash function gives', () => {
    expect(specHash(base, (text) => `hash of ${text.length}`)).toMatch(/^hash of [0-9]+$/)
  })
})
