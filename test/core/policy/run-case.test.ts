import { describe, expect, it } from 'vitest'
import { runCase } from '#core/policy/run-case.ts'
import type { TestCase } from '#core/policy/test-case.ts'
import { by, compiled, regexOf } from './given.ts'

const given = (more: Partial<TestCase>): TestCase => ({
  name: 'a case',
  tags: ['1.0.0', '1.1.0', '2.0.0'],
  facts: new Map(),
  selects: '1.1.0',
  rejects: {},
  ...more,
})
const run = (more: Partial<TestCase>, spec: Parameters<typeof compiled>[0] = by.semver('1.x')) =>
  runCase(compiled(spec), [regexOf('^0')], given(more))

describe('runCase', () => {
  it('passes where tag and verdicts are as wanted', () => {
    const rejects = { '2.0.0': 'out-of-range', '1.0.0': 'superseded' } as const
    expect(run({ rejects })).toEqual({
      name: 'a case',
      ok: true,
      want: { selects: '1.1.0', rejects },
      got: { selects: '1.1.0', rejects },
    })
  })

  it.each([
    [
      'another tag',
      { selects: '2.0.0' },
      '1.1.0 is preferred to 1 other candidate by semver 1.x; 2.0.0 is out-of-range: 1.x excludes it',
    ],
    ['nothing', { selects: null }, '1.1.0 is preferred to 1 other candidate by semver 1.x'],
    [
      'a tag that is not there',
      { selects: '1.2.0' },
      '1.1.0 is preferred to 1 other candidate by semver 1.x; 1.2.0 is not in the list',
    ],
    ['another verdict', { rejects: { '2.0.0': 'excluded' } }, '2.0.0 is out-of-range: 1.x excludes it'],
    ['a verdict of a tag that is not there', { rejects: { '3.0.0': 'excluded' } }, '3.0.0 is not in the list'],
    ['too much', { tags: ['0.9.0'] }, 'no tag satisfies semver 1.x; 1.1.0 is not in the list'],
  ] as const)('fails and says why where the case wants %s', (_name, more, reason) => {
    expect(run(more)).toMatchObject({ ok: false, reason })
  })

  it('applies exclusions, and takes each tag once', () => {
    const tags = ['0.1.0', '1.0.0', '1.0.0', '.x']
    const rejects = { '0.1.0': 'excluded', '.x': 'illegal-tag' } as const
    expect(run({ tags, selects: '1.0.0', rejects }).ok).toBe(true)
  })

  it.each([
    ['keeps what is deployed', { current: '1.2.0', selects: null, rejects: { '1.1.0': 'downgrade' } }],
    ['goes up', { current: '1.0.0' }],
    ['stays', { current: '1.1.0' }],
    ['obeys a policy that no longer admits what is deployed', { current: '3.0.0' }],
    ['replaces what is no version', { current: 'latest' }],
  ] as const)('%s', (_name, more) => {
    expect(run(more)).toMatchObject({ ok: true })
  })

  it('answers what the case does not say with "not given"', () => {
    const facts = new Map([['b', { createdAt: Date.parse('2026-01-01T00:00:00Z') }]])
    const newest = run({ tags: ['a', 'b'], facts, selects: 'b', rejects: { a: 'facts-missing' } }, by.newest())
    expect(newest.ok).toBe(true)
    const gated = run(
      { facts: new Map([['1.1.0', {}]]), selects: null, rejects: { '1.1.0': 'facts-missing' } },
      {
        ...by.semver('1.x'),
        platforms: ['linux/amd64'],
      },
    )
    expect(gated.ok).toBe(true)
  })

  it('compares what is deployed by the facts and the clock of the case', () => {
    const facts = new Map([
      ['a', { createdAt: Date.parse('2026-01-01T00:00:00Z') }],
      ['b', { createdAt: Date.parse('2026-01-02T00:00:00Z') }],
    ])
    const older = { tags: ['a'], facts, current: 'b', selects: null, rejects: { a: 'downgrade' } } as const
    expect(run(older, by.newest()).ok).toBe(true)
    const early = { ...older, now: Date.parse('2026-01-01T12:00:00Z'), selects: 'a', rejects: {} }
    expect(run(early, by.newest()).ok).toBe(true)
  })
})
