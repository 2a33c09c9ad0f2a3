import { describe, expect, it } from 'vitest'
import type { TagFacts } from '#core/policy/selection.ts'
import { by, filter, selection } from './given.ts'

const alpine = filter('^([0-9.]+)-alpine', '$1')

describe('the condition Ambiguous', () => {
  it.each([
    ['one of each', by.semver('*'), '1.2.3 1.2.4', undefined],
    ['equals that lost', by.semver('*'), '1.2.3 v1.2.3 1.2.4', undefined],
    [
      'equal versions',
      by.semver('*'),
      '1.2.3 v1.2.3 01.2.3 1.2.2',
      { reason: 'EqualValues', message: "chose 'v1.2.3' over '1.2.3' (3 tags resolve to 1.2.3)" },
    ],
    [
      'equal numbers',
      by.numerical(),
      '10 10.0 9',
      { reason: 'EqualValues', message: "chose '10.0' over '10' (2 tags resolve to 10)" },
    ],
    [
      'equal extracts',
      { ...by.semver('*'), ...alpine },
      '7.2.4-alpine3.18 7.2.4-alpine3.9 7.2.4-alpine3.19 7.2.3-alpine3.20',
      {
        reason: 'EqualExtracts',
        message: "chose '7.2.4-alpine3.19' over '7.2.4-alpine3.18' (3 tags resolve to 7.2.4)",
      },
    ],
    [
      'equal extracts that lost',
      { ...by.semver('*'), ...alpine },
      '7.2.3-alpine3.9 7.2.3-alpine3.1 7.2.4-alpine3.1',
      undefined,
    ],
    [
      'extracts of equal value, some of them equal too',
      { ...by.numerical(), ...filter('^b([0-9.]+)', '$1') },
      'b7 b7.0 b7-x b7.0-y b6',
      { reason: 'EqualValues', message: "chose 'b7.0-y' over 'b7-x' (4 tags resolve to 7)" },
    ],
  ])('%s', (_name, spec, tags, expected) => {
    expect(selection(spec, tags).ambiguous).toEqual(expected)
    expect(selection(spec, tags, { listed: 0 }).ambiguous).toEqual(expected)
  })

  it('is not about one that a gate refused', () => {
    const spec = { ...by.semver('*'), platforms: ['linux/amd64'] }
    const facts = new Map<string, TagFacts>([
      ['v1.0.0', { platforms: [] }],
      ['1.0.0', { platforms: ['linux/amd64'] }],
    ])
    const chosen = selection(spec, 'v1.0.0 1.0.0', { facts })
    expect(chosen.latest?.tag).toBe('1.0.0')
    expect(chosen.ambiguous).toBeUndefined()
  })

  it('names the time of tags that were made at once', () => {
    const createdAt = Date.parse('2026-01-02T03:04:05Z')
    const facts = new Map<string, TagFacts>([
      ['a', { createdAt }],
      ['b', { createdAt }],
    ])
    expect(selection(by.newest('created'), 'a b', { facts }).ambiguous?.message).toBe(
      "chose 'b' over 'a' (2 tags resolve to 2026-01-02T03:04:05Z)",
    )
  })
})
