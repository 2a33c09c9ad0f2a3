import { describe, expect, it } from 'vitest'
import { admits, isLower } from '#core/policy/compare-tags.ts'
import type { TagFacts } from '#core/policy/selection.ts'
import { by, compiled, filter } from './given.ts'

describe('isLower', () => {
  it.each([
    [by.semver('^1'), '1.2.3', '1.2.2', true],
    [by.semver('^1'), '1.2.3', '1.2.4', false],
    [by.semver('^1'), '1.2.3', '1.2.3', false],
    [by.semver('^1'), '3.0.0', '1.2.2', true],
    [by.semver('^1'), 'v1.2.3', '1.2.3', true],
    [by.semver('^1'), '1.2.3', 'v1.2.3', false],
    [by.semver('^1'), 'latest', '1.2.3', undefined],
    [by.semver('^1'), '1.2.3', 'latest', undefined],
    [by.alphabetical('desc'), 'b', 'a', false],
    [by.alphabetical('desc'), 'a', 'b', true],
    [by.numerical(), '10', '9', true],
    [by.numerical(), '10', 'x', undefined],
    [{ ...by.numerical(), ...filter('^main-(\\d+)', '$1') }, 'main-10-f', 'main-9-f', true],
    [{ ...by.numerical(), ...filter('^main-(\\d+)', '$1') }, 'main-10-a10', 'main-10-a9', true],
    [{ ...by.numerical(), ...filter('^main-(\\d+)', '$1') }, 'dev-10', 'main-9', undefined],
    [by.calver('YYYY.MM'), '2025.10', '2025.9', true],
  ])('case %#: %s -> %s', (spec, from, to, expected) => {
    expect(isLower(compiled(spec), { from, to })).toBe(expected)
  })

  it('needs the facts of kinds that go by them', () => {
    const facts = new Map<string, TagFacts>([
      ['a', { createdAt: Date.parse('2026-01-02T00:00:00Z') }],
      ['b', { createdAt: Date.parse('2026-01-01T00:00:00Z') }],
      ['c', { createdAt: Date.parse('2027-01-01T00:00:00Z') }],
    ])
    const policy = compiled(by.newest())
    expect(isLower(policy, { from: 'a', to: 'b' }, { facts })).toBe(true)
    expect(isLower(policy, { from: 'b', to: 'a' }, { facts })).toBe(false)
    expect(isLower(policy, { from: 'a', to: 'b' })).toBeUndefined()
    expect(isLower(policy, { from: 'c', to: 'b' }, { facts, now: Date.parse('2026-02-01T00:00:00Z') })).toBeUndefined()
  })
})

it.each([
  [by.semver('^1'), '1.2.3', true],
  [by.semver('^1'), '2.0.0', false],
  [by.semver('^1'), '1.3.0-rc.1', false],
  [by.semver('^1'), 'latest', false],
  [by.numerical(), '1', true],
  [by.numerical(), 'x', false],
  [{ ...by.alphabetical(), ...filter('^main-') }, 'main-1', true],
  [{ ...by.alphabetical(), ...filter('^main-') }, 'dev-1', false],
  [by.alphabetical(), '.no-tag', false],
  [by.newest(), 'a', false],
])('admits, case %#: %s', (spec, tag, expected) => {
  expect(admits(compiled(spec), tag)).toBe(expected)
})
