import { describe, expect, it } from 'vitest'
import { compilePolicy, type PolicySpec } from '#core/policy/compile.ts'
import { by, compiled, filter } from './given.ts'

const refused: readonly (readonly [string, PolicySpec, string, string])[] = [
  [
    'no kind',
    { policy: {} },
    'POLICY_CHOICE_INVALID',
    'web: spec.policy: invalid policy: none of semver, alphabetical, numerical, calver, newest is set',
  ],
  [
    'two kinds',
    { policy: { ...by.semver('1').policy, ...by.numerical().policy } },
    'POLICY_CHOICE_INVALID',
    'web: spec.policy: invalid policy: semver and numerical are set, expected one',
  ],
  [
    'a bad range',
    by.semver('*-*'),
    'POLICY_RANGE_INVALID',
    'web: spec.policy.semver.range: invalid policy: improper constraint: "*-*"',
  ],
  [
    'a bad pattern',
    { ...by.semver('1.0.x'), ...filter('[=') },
    'POLICY_PATTERN_INVALID',
    "web: spec.filterTags.pattern: failed to filter tags: invalid regular expression pattern '[=': error parsing regexp: missing closing ]: `[=`",
  ],
  [
    'a format without token',
    by.calver('release'),
    'POLICY_CALVER_INVALID',
    'web: spec.policy.calver.format: invalid policy: no token in "release"',
  ],
  [
    'a token twice',
    by.calver('YYYY.0M.YYYY'),
    'POLICY_CALVER_INVALID',
    'web: spec.policy.calver.format: invalid policy: YYYY stands twice in "YYYY.0M.YYYY"',
  ],
  [
    'a bad platform',
    { ...by.semver('1'), platforms: ['linux/amd64', 'amd64'] },
    'POLICY_PLATFORM_INVALID',
    'web: spec.platforms[1]: expected os/arch or os/arch/variant, got "amd64"',
  ],
]

describe('compilePolicy', () => {
  it.each(refused)('refuses %s', (_name, spec, code, message) => {
    expect(() => compilePolicy(spec, 'web: spec')).toThrow(
      expect.objectContaining({ code, message, reason: 'InvalidPolicy', retry: 'never' }),
    )
  })

  it.each([
    [by.semver('^1.2'), 'semver ^1.2'],
    [by.alphabetical('desc'), 'alphabetical desc'],
    [by.numerical(), 'numerical asc'],
    [by.calver('YYYY.0M'), 'calver YYYY.0M'],
    [by.newest(), 'newest by push time'],
    [by.newest('created'), 'newest by creation time'],
  ])('says what it is, case %#', (spec, text) => {
    expect(compiled(spec).text).toBe(text)
  })

  it('warns of a range that surprises', () => {
    expect(compiled(by.semver('~0.0.0')).warnings).toEqual([
      { reason: 'SurprisingRange', message: 'range ~0.0.0: ~0.0.0 admits every version' },
    ])
    expect(compiled(by.semver('~0.0')).warnings).toEqual([])
  })

  it('asks for facts and gates only where the spec does', () => {
    expect(compiled(by.semver('1'))).toMatchObject({ gates: [], kind: { needs: [] } })
    expect(compiled({ ...by.semver('1'), platforms: [] }).gates).toEqual([])
    expect(compiled({ ...by.semver('1'), platforms: ['linux/amd64'] }).gates).toHaveLength(1)
    expect(compiled(by.newest()).kind.needs).toEqual(['pushed', 'created'])
    expect(compiled(by.newest('created')).kind.needs).toEqual(['created'])
  })
})

const entry = (tag: string, value: unknown) => ({ tag, key: tag, value })

describe('prefer', () => {
  it('breaks ties by bytes, under filterTags by natural order', () => {
    const [low, high] = [entry('alpine3.18', 1), entry('alpine3.9', 1)]
    expect(compiled(by.newest()).prefer(high, low)).toBeGreaterThan(0)
    expect(compiled({ ...by.newest(), ...filter('') }).prefer(high, low)).toBeLessThan(0)
  })

  it('looks at values first, the other way round for desc', () => {
    expect(compiled(by.alphabetical()).prefer(entry('a', 'b'), entry('b', 'a'))).toBeGreaterThan(0)
    expect(compiled(by.alphabetical('desc')).prefer(entry('a', 'b'), entry('b', 'a'))).toBeLessThan(0)
    expect(compiled(by.alphabetical('desc')).prefer(entry('b', 'x'), entry('a', 'x'))).toBeGreaterThan(0)
  })
})
