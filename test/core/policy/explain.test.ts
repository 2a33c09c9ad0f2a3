import { describe, expect, it } from 'vitest'
import { afterElection, explainTag, explanationOf } from '#core/policy/explain.ts'
import { screenTags } from '#core/policy/judge.ts'
import { by, compiled, selection, verdicts } from './given.ts'

it('explanationOf counts verdicts and shows the first ten rejections', () => {
  const tags = ['1.2.0', '1.1.0', ...Array.from({ length: 12 }, (_, index) => `x${String(index).padStart(2, '0')}`)]
  const { counts, rejections } = explanationOf(selection(by.semver('1.x'), tags))
  expect(counts).toEqual({ selected: 1, superseded: 1, 'not-a-version': 12 })
  expect(rejections).toHaveLength(10)
  expect(rejections[0]).toEqual({
    tag: 'x11',
    verdict: 'not-a-version',
    reason: 'no version of the form MAJOR.MINOR.PATCH',
  })
})

describe('explainTag', () => {
  const input = { ...screenTags(['1.2.0', '1.1.0', '2.0.0', '.x']), listed: 0 }

  it.each([
    ['1.2.0', 'selected'],
    ['1.1.0', 'superseded'],
    ['2.0.0', 'out-of-range'],
    ['.x', 'illegal-tag'],
    ['1.0.0', undefined],
  ])('%s: %s', (tag, verdict) => {
    expect(explainTag(compiled(by.semver('1.x')), input, tag)?.verdict).toBe(verdict)
  })
})

describe('afterElection', () => {
  const chosen = selection(by.semver('1.x'), '1.2.0 1.1.0 x')
  const ref = { name: 'app', tag: '1.3.0' }

  it('changes nothing where the choice was taken, or where there was none', () => {
    expect(afterElection(chosen, { kind: 'elected', ref })).toBe(chosen)
    const nothing = selection(by.semver('1.x'), 'x')
    expect(afterElection(nothing, { kind: 'held', ref, asksHead: false })).toBe(nothing)
  })

  it('makes a choice that was held back a downgrade', () => {
    const held = afterElection(chosen, {
      kind: 'held',
      ref,
      asksHead: false,
      hold: { reason: 'TagGone', message: 'keeping 1.3.0' },
    })
    expect(held).toMatchObject({ latest: null, reason: 'keeping 1.3.0' })
    expect(verdicts(held)).toEqual({ '1.2.0': 'downgrade', '1.1.0': 'superseded', x: 'not-a-version' })
    expect(held.tally).toEqual({ downgrade: 1, superseded: 1, 'not-a-version': 1 })
  })
})
