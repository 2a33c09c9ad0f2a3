import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Tag } from '#core/image/reference.ts'
import { compilePolicy, type PolicySpec } from '#core/policy/compile.ts'
import { elect } from '#core/policy/elect.ts'
import { isLower } from '#core/policy/compare-tags.ts'
import { compareNatural } from '#core/policy/order.ts'
import { select } from '#core/policy/select.ts'
import type { TagFacts } from '#core/policy/selection.ts'

const runs = { numRuns: 1000 }

const specs: readonly PolicySpec[] = [
  { policy: { semver: { range: '>=0.0.0-0' } } },
  { policy: { semver: { range: '^1' } } },
  { policy: { alphabetical: { order: 'asc' } } },
  { policy: { alphabetical: { order: 'desc' } } },
  { policy: { numerical: { order: 'asc', onInvalid: 'Skip' } } },
  { policy: { numerical: { order: 'desc', onInvalid: 'Skip' } } },
  { policy: { calver: { format: 'MAJOR.MINOR.MICRO' } } },
  { policy: { newest: { by: 'created' } } },
  { policy: { semver: { range: '*' } }, filterTags: { pattern: '^v?([0-9.]+)', extract: '$1' } },
  { policy: { numerical: { order: 'asc', onInvalid: 'Skip' } }, filterTags: { pattern: '([0-9]+)', extract: '$1' } },
  { policy: { alphabetical: { order: 'desc' } }, filterTags: { pattern: '[0-9]', extract: '' } },
  { policy: { newest: { by: 'created' } }, filterTags: { pattern: '^(.)', extract: '$1' } },
]
const policies = specs.map((spec) => compilePolicy(spec, 'spec'))

const tag = fc.oneof(
  fc.stringMatching(/^v?[0-2]\.[0-2]\.[0-2](-(rc\.)?[0-2])?$/),
  fc.stringMatching(/^0?[0-3](\.[0-3])?0?$/),
  fc.stringMatching(/^[a-c][0-2]{1,3}$/),
) as fc.Arbitrary<Tag>
const tags = fc.uniqueArray(tag, { maxLength: 20 })
const policy = fc.constantFrom(...policies)
const facts = fc.func(fc.integer({ min: 0, max: 3 })).map((of) => (text: string): TagFacts => ({
  createdAt: Date.UTC(2026, 0, 1 + of(text)),
}))
const knowing = (list: readonly string[], of: (text: string) => TagFacts) => new Map(list.map((one) => [one, of(one)]))

describe('select', () => {
  it('does not depend on the order of the input', () => {
    fc.assert(
      fc.property(
        policy,
        tags.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        facts,
        fc.constantFrom(0, 1, 3, undefined),
        (chosen, [list, shuffled], of, listed) => {
          const input = { facts: knowing(list, of), ...(listed !== undefined && { listed }) }
          expect(select(chosen, { ...input, tags: shuffled })).toEqual(select(chosen, { ...input, tags: list }))
        },
      ),
      runs,
    )
  })

  it('1,000 shuffles of one list give one election', () => {
    const list = [
      '1.2.3',
      'v1.2.3',
      '01.2.3',
      '1.2.3-rc.1',
      '1.10.0',
      'v1.10.0',
      '1.9.9',
      'latest',
      '2',
      'a1',
      'a01',
    ] as Tag[]
    for (const chosen of policies) {
      const known = knowing(list, (text) => ({ createdAt: Date.UTC(2026, 0, text.length) }))
      const elected = new Set<string | undefined>()
      fc.assert(
        fc.property(fc.shuffledSubarray(list, { minLength: list.length }), (shuffled) => {
          elected.add(select(chosen, { tags: shuffled, facts: known }).latest?.tag)
        }),
        { numRuns: 1000 },
      )
      expect(elected.size).toBe(1)
    }
  })

  it('gives every tag one verdict, the elected one first, and counts them all', () => {
    fc.assert(
      fc.property(policy, tags, facts, (chosen, list, of) => {
        const selection = select(chosen, { tags: list, facts: knowing(list, of) })
        expect(selection.candidates.map((candidate) => candidate.tag).toSorted()).toEqual(list.toSorted())
        expect(Object.values(selection.tally).reduce((sum, count) => sum + count, 0)).toBe(list.length)
        expect(selection.candidates[0]?.verdict === 'selected').toBe(selection.latest !== null)
        const elected = selection.candidates.filter(({ verdict }) => verdict === 'selected')
        expect(elected.map((candidate) => candidate.tag)).toEqual(
          selection.latest === null ? [] : [selection.latest.tag],
        )
      }),
      runs,
    )
  })

  it('elects what no other candidate is higher than, and lists the others downwards', () => {
    fc.assert(
      fc.property(policy, tags, facts, (chosen, list, of) => {
        const known = knowing(list, of)
        const standing = select(chosen, { tags: list, facts: known }).candidates.filter(
          ({ verdict }) => verdict === 'selected' || verdict === 'superseded',
        )
        const steps = standing
          .slice(1)
          .map(({ tag: to }, index) => isLower(chosen, { from: standing[index]?.tag ?? '', to }, { facts: known }))
        expect(steps).toEqual(steps.map(() => true))
      }),
      runs,
    )
  })

  it('does not choose otherwise when what lost is taken away', () => {
    fc.assert(
      fc.property(policy, tags, facts, (chosen, list, of) => {
        const known = knowing(list, of)
        const { latest } = select(chosen, { tags: list, facts: known })
        // Of tags with one extract one stands for all; where time decides, taking that one away shows another.
        fc.pre(latest !== null && !(chosen.filter?.extracts === true && chosen.kind.needs.length > 0))
        const fewer = list.filter((one, index) => one === latest.tag || index % 2 === 0)
        expect(select(chosen, { tags: fewer, facts: known }).latest?.tag).toBe(latest.tag)
      }),
      runs,
    )
  })
})

describe('the order of tags', () => {
  it('natural order is total', () => {
    const text = fc.stringMatching(/^[ab01.-]{0,6}$/)
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(Math.sign(compareNatural(a, b)) + Math.sign(compareNatural(b, a))).toBe(0)
        expect(compareNatural(a, b) === 0).toBe(a === b)
        expect(compareNatural(a, b) > 0 || compareNatural(b, c) > 0 || compareNatural(a, c) <= 0).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })

  it('a tag is lower than another or the other than it', () => {
    fc.assert(
      fc.property(policy, tag, tag, facts, (chosen, a, b, of) => {
        fc.pre(a !== b)
        const known = { facts: knowing([a, b], of) }
        const [there, back] = [isLower(chosen, { from: a, to: b }, known), isLower(chosen, { from: b, to: a }, known)]
        expect(there).toBe(back === undefined ? undefined : !back)
      }),
      runs,
    )
  })
})

function refuseUnless(holds: boolean): undefined {
  if (!holds) throw new Error('something was elected before, and now nothing is')
}

describe('elect', () => {
  it('never goes down by itself, whatever happens to the list', () => {
    const history = fc.array(tags, { minLength: 1, maxLength: 6 })
    const scan = fc.constantFrom('accepted', 'failed', 'suspect')
    fc.assert(
      fc.property(policy, history, scan, facts, (chosen, lists, ended, of) => {
        const all = knowing(lists.flat(), of)
        lists.reduce<string | undefined>((before, list) => {
          const selection = select(chosen, { tags: list, facts: all })
          const election = elect({
            policy: chosen,
            image: 'app',
            list: { tags: list, selection, facts: all },
            scan: ended,
            allowDowngrade: 'WhenTagRemoved',
            ...(before !== undefined && { previous: { ref: { name: 'app', tag: before }, sameSpec: true } }),
          })
          if (election.kind === 'none') return refuseUnless(before === undefined)
          const down = before !== undefined && isLower(chosen, { from: before, to: election.ref.tag }, { facts: all })
          expect(down).toBe(false)
          return election.ref.tag
        }, undefined)
      }),
      runs,
    )
  })
})
