import { describe, expect, it } from 'vitest'
import { imagePolicySpec, policyChoice } from '#core/api/image-policy.ts'

const full = {
  imageRepositoryRef: { name: 'web', namespace: 'infra' },
  policy: { semver: { range: '^1' } },
  filterTags: { pattern: '^v(?P<v>.*)$', extract: '$v' },
  digestReflectionPolicy: 'Always',
  interval: '10m',
  suspend: false,
  platforms: ['linux/amd64', 'linux/arm/v7'],
  allowDowngrade: 'WhenTagRemoved',
  accessFrom: { namespaceSelectors: [] },
}

describe('imagePolicySpec', () => {
  it('takes every field as it is written', () => {
    expect(Object.keys(full)).toEqual(Object.keys(imagePolicySpec.shape))
    expect(imagePolicySpec.parse(full)).toEqual(full)
  })

  it.each([
    [{ digestReflectionPolicy: 'always' }],
    [{ platforms: [''] }],
    [{ allowDowngrade: true }],
    [{ filterTags: { regex: 'x' } }],
    [{ imageRepositoryRef: { name: '' } }],
    [{ imageRepositoryRef: {} }],
  ])('refuses %j', (fields) => {
    expect(imagePolicySpec.safeParse({ ...full, ...fields }).success).toBe(false)
  })
})

describe('policyChoice', () => {
  const cases: readonly [object, object][] = [
    [{ semver: { range: '' } }, { semver: { range: '' } }],
    [{ alphabetical: {} }, { alphabetical: { order: 'asc' } }],
    [{ numerical: { order: 'desc' } }, { numerical: { order: 'desc', onInvalid: 'Fail' } }],
    [{ calver: { format: 'YYYY.0M' } }, { calver: { format: 'YYYY.0M' } }],
    [{ newest: {} }, { newest: { by: 'pushed' } }],
    [{ newest: { by: 'created' } }, { newest: { by: 'created' } }],
  ]
  it.each(cases)('%j is %j', (value, want) => {
    expect(policyChoice.parse(value)).toEqual(want)
  })

  it.each([
    [{ semver: {} }],
    [{ semver: '^1' }],
    [{ calver: { format: '' } }],
    [{ newest: { by: 'time' } }],
    [{ latest: {} }],
  ])('refuses %j', (value) => {
    expect(policyChoice.safeParse(value).success).toBe(false)
  })
})
