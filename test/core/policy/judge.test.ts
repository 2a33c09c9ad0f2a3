import { describe, expect, it } from 'vitest'
import { judge, screenTags } from '#core/policy/judge.ts'
import { by, compiled, filter, regexOf, selection, verdicts } from './given.ts'

const all = { entries: Infinity, rejected: Infinity }

describe('screenTags', () => {
  it('counts each text once and parts tags from what is none', () => {
    expect(screenTags(['b', 'a', 'b', '.x', 'a b', '', 'x'.repeat(129), 'x'.repeat(128)])).toEqual({
      tags: ['b', 'a', 'x'.repeat(128)],
      illegal: ['.x', 'a b', '', 'x'.repeat(129)],
    })
  })
})

it('exclusions come before filterTags, and these before the kind', () => {
  const exclusions = [regexOf('^.*\\-alpha$'), regexOf('^.*\\.sig$')]
  const spec = { ...by.semver('*'), ...filter('^[0-9]') }
  const chosen = selection(spec, '0.1.0 0.2.0 0.2.-alpha 0.3.0 0.4.0 0.4.0.sig x-alpha latest', { exclusions })
  expect(verdicts(chosen)).toEqual({
    '0.4.0': 'selected',
    '0.3.0': 'superseded',
    '0.2.0': 'superseded',
    '0.1.0': 'superseded',
    '0.2.-alpha': 'excluded',
    '0.4.0.sig': 'excluded',
    'x-alpha': 'excluded',
    latest: 'filtered-out',
  })
  expect(chosen.counts).toEqual({ input: 8, excluded: 3, filtered: 1, candidates: 4 })
  expect(chosen.candidates.find(({ tag }) => tag === '0.4.0.sig')?.reason).toBe('^.*\\.sig$ excludes it')
})

it('of tags with one extract the highest in natural order is judged, the others are duplicates', () => {
  const policy = compiled({ ...by.semver('*'), ...filter('^([0-9.]+)-alpine', '$1') })
  const { tags } = screenTags(['7.2.4-alpine3.9', '7.2.4-alpine3.19', '7.2.4-alpine3.18', '7.2.3-alpine3.20', 'other'])
  const judged = judge(policy, { tags }, all)
  expect(judged.entries.map(({ tag, key }) => [tag, key])).toEqual([
    ['7.2.4-alpine3.19', '7.2.4'],
    ['7.2.3-alpine3.20', '7.2.3'],
  ])
  expect(judged.rejected).toEqual([
    { tag: 'other', key: 'other', verdict: 'filtered-out', reason: '^([0-9.]+)-alpine does not match it' },
    ...['7.2.4-alpine3.9', '7.2.4-alpine3.18'].map((tag) => ({
      tag,
      key: '7.2.4',
      verdict: 'duplicate-extract',
      reason: '7.2.4-alpine3.19 has the same text and is preferred',
    })),
  ])
  expect(judged.tally).toEqual({ 'filtered-out': 1, 'duplicate-extract': 2 })
  expect([...judged.extracts.keys()]).toEqual(['7.2.4'])
})

it('counts what cannot be read, and names the lowest key', () => {
  const policy = compiled(by.numerical())
  const judged = judge(policy, screenTags(['c', '1', 'b', 'd']), all)
  expect(judged).toMatchObject({ unreadable: { count: 3, lowest: 'b' }, electable: 1 })
  expect(judge(policy, screenTags(['1']), all).unreadable.count).toBe(0)
})

it('keeps no more than the limits', () => {
  const judged = judge(compiled(by.semver('1.x')), screenTags(['1.0.1', '1.0.3', '1.0.2', 'x', 'z', 'y']), {
    entries: 2,
    rejected: 1,
  })
  expect(judged.entries.map(({ tag }) => tag)).toEqual(['1.0.3', '1.0.2'])
  expect(judged.rejected.map(({ tag }) => tag)).toEqual(['z'])
  expect(judged).toMatchObject({ input: 6, electable: 3, tally: { 'not-a-version': 3 } })
})

it('a tag about which nothing is known is judged only where nothing has to be', () => {
  expect(judge(compiled(by.newest()), screenTags(['a']), all)).toMatchObject({ unknown: [{ tag: 'a' }], electable: 0 })
  expect(judge(compiled(by.alphabetical()), screenTags(['a']), all)).toMatchObject({ unknown: [], electable: 1 })
})
