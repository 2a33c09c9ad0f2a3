import { describe, expect, it } from 'vitest'
import type { PolicySpec } from '#core/policy/compile.ts'
import type { Tag } from '#core/image/reference.ts'
import type { TagFacts } from '#core/policy/selection.ts'
import { by, filter, regexOf, selection, verdicts } from './given.ts'

const u = '1606234201 1606364286 1606334092 1606334284 1606334201'
const rel = 'rel-1606234201 rel-1606364286 rel-1606334092 rel-1606334284 rel-1606334201'
const stamps =
  '2021-01-08T21-18-21Z 2020-05-08T21-18-21Z 2021-01-08T19-20-00Z 1990-01-08T00-20-00Z 2023-05-08T00-20-00Z'
const floats =
  '47.40896403322944 -27.8520927455902 -27.930666514224427 -31.352485948094568 -50.41072694704882 -21.962849842263736 24.71884721436865 -39.99177354004344 53.47333823144817 3.2008658570411086'
const moreFloats =
  '-65.27202780220686 57.82948329142309 22.40184684363291 -86.36934305697784 -90.29082099756083 -12.041712603564264 77.70488240399305 -38.98425003883552 16.06867070412028 53.735674335181216'
const filteredTags = 'test-0.1.0 test-0.1.1 dev-0.2.0 1.0.0 1.0.1 1.0.2 1.1.0-alpha'

// Policy, tags, the tag that Flux elects (null: it elects none); "ours" where the result is meant to differ.
const elections: readonly (readonly [string, PolicySpec, string, string | null])[] = [
  ['patches', by.semver('1.0.x'), '1.0.0 1.0.0.1 1.0.0p 1.0.1 1.2.0 0.1.0', '1.0.1'],
  ['tags with v', by.semver('1.0.x'), 'v1.2.3 v1.0.0 v0.1.0', 'v1.0.0'],
  ['no versions', by.semver('1.0.x'), 'b1.2.3 b1.0.0 b0.1.0', null],
  ['no tags', by.semver('1.0.x'), '', null],
  ['none in range', by.semver('1.0.x'), '1.2.0', null],
  ['plain range', by.semver('1.0.x'), '1.0.0 2.0.0 1.0.1 1.2.0', '1.0.1'],
  ['range with v', by.semver('v1.0.x'), '1.0.0 2.0.0 1.0.1 1.2.0', '1.0.1'],
  ['tags with v, plain range', by.semver('1.0.x'), 'v1.0.0 v2.0.0 v1.0.1 v1.2.0', 'v1.0.1'],
  ['both with v', by.semver('v1.0.x'), 'v1.0.0 v2.0.0 v1.0.1 v1.2.0', 'v1.0.1'],
  ['a pre-release beside', by.semver('1.0.x'), '0.1.0 0.1.1 0.2.0 1.0.0 1.0.1 1.0.2 1.1.0-alpha', '1.0.2'],
  ['pre-releases', by.semver('>=1.0.0-0'), '2.0.0 3.0.0-rc.1', '3.0.0-rc.1'],
  ['pre-release of the bound', by.semver('>=1.0.0-0 <2.0.0'), '1.0.0 2.0.0-rc.1', '2.0.0-rc.1'],
  [
    'equal versions, v first',
    by.semver('>= 1.2.0, < 1.3.0'),
    'v1.2.0 v1.2.3 v1.3.0 1.2.4 v1.1.0 junk v1.2.4',
    'v1.2.4',
  ],
  ['equal versions, zeros last', by.semver('1.x'), '01.2.3 1.2.3', '1.2.3'],
  ['last text', by.alphabetical(), '16.04 16.04.1 16.10 20.04 20.10', '20.10'],
  ['first text', by.alphabetical('desc'), '16.04 16.04.1 16.10 20.04 20.10', '16.04'],
  ['last name', by.alphabetical(), 'xenial yakkety zesty artful bionic', 'zesty'],
  ['first name', by.alphabetical('desc'), 'xenial yakkety zesty artful bionic', 'artful'],
  ['last time', by.alphabetical(), u, '1606364286'],
  ['first time', by.alphabetical('desc'), u, '1606234201'],
  ['last prefixed time', by.alphabetical(), rel, 'rel-1606364286'],
  ['first prefixed time', by.alphabetical('desc'), rel, 'rel-1606234201'],
  ['last stamp', by.alphabetical(), stamps, '2023-05-08T00-20-00Z'],
  ['first stamp', by.alphabetical('desc'), stamps, '1990-01-08T00-20-00Z'],
  ['no texts', by.alphabetical(), '', null],
  ['highest of U', by.numerical(), u, '1606364286'],
  ['lowest of U', by.numerical('desc'), u, '1606234201'],
  ['one number', by.numerical(), '1', '1'],
  ['one number, desc', by.numerical('desc'), '1', '1'],
  ['no numbers', by.numerical(), '', null],
  ['not all numbers', by.numerical(), '0 1a b', null],
  ['not all numbers, skipped (ours)', by.numerical('asc', 'Skip'), '0 1a b', '0'],
  ['beyond a double (ours)', by.numerical(), '9007199254740993 9007199254740992', '9007199254740993'],
  [
    'filtered, numerical',
    { ...by.numerical(), ...filter('1.0.0-rc\\.(?P<num>[0-9]+)', '$num') },
    '1.0.0 1.0.0-rc.1 1.0.0-rc.2 1.0.0-rc.3 1.0.1-rc.2',
    '1.0.0-rc.3',
  ],
  [
    'filtered, alphabetical',
    { ...by.alphabetical(), ...filter('foo-(?P<word>[a-z]+)', '$word') },
    'foo-aaa bar-bbb foo-zzz baz-nnn foo-ooo',
    'foo-zzz',
  ],
  ['filtered, semver', { ...by.semver('>=0.x'), ...filter('^test-(.*)$', '$1') }, filteredTags, 'test-0.1.1'],
]

describe('select', () => {
  it.each(elections)('%s', (_name, spec, tags, expected) => {
    expect(selection(spec, tags).latest?.tag ?? null).toBe(expected)
    expect(selection(spec, tags.split(' ').toReversed().join(' ')).latest?.tag ?? null).toBe(expected)
  })

  it.each([
    ['asc', '-62 -88 73 72 15 16 15 29 -33 -91', '73'],
    ['desc', '5 -8 -78 25 70 -4 80 92 -20 -24', '-78'],
    ['asc', floats, '53.47333823144817'],
    ['desc', moreFloats, '-90.29082099756083'],
  ] as const)('numerical %s by extracts, since no tag begins with a minus: %s', (order, numbers, expected) => {
    const tags = numbers.split(' ').map((number) => `n${number}`)
    const spec = { ...by.numerical(order), ...filter('^n(.*)$', '$1') }
    expect(selection(spec, tags).latest).toEqual({ tag: `n${expected}`, key: expected })
  })
})

const digits = '1.2.3 1.2.4 1.3.0'

describe('what is told', () => {
  it('counts and gives reasons', () => {
    const chosen = selection({ ...by.semver('1.2.x'), ...filter('^1') }, `${digits} latest -x`, {})
    expect(chosen).toEqual({
      latest: { tag: '1.2.4', key: '1.2.4' },
      reason: '1.2.4 is preferred to 1 other candidate by semver 1.2.x',
      counts: { input: 5, excluded: 0, filtered: 1, candidates: 2 },
      tally: { selected: 1, superseded: 1, 'out-of-range': 1, 'filtered-out': 1, 'illegal-tag': 1 },
      candidates: [
        { tag: '1.2.4', key: '1.2.4', verdict: 'selected', reason: 'by semver 1.2.x' },
        { tag: '1.2.3', key: '1.2.3', verdict: 'superseded', reason: '1.2.4 is preferred' },
        { tag: 'latest', key: 'latest', verdict: 'filtered-out', reason: '^1 does not match it' },
        { tag: '1.3.0', key: '1.3.0', verdict: 'out-of-range', reason: '1.2.x excludes it' },
        { tag: '-x', key: '-x', verdict: 'illegal-tag', reason: 'no tag by the OCI grammar' },
      ],
      wants: [],
    })
  })

  it.each([
    ['one', '1.2.3', '1.2.3 is the only candidate by semver 1.x'],
    ['three', '1.2.3 1.2.2 1.2.1', '1.2.3 is preferred to 2 other candidates by semver 1.x'],
    ['none', 'latest', 'no tag satisfies semver 1.x'],
  ])('why this tag, of %s', (_count, tags, reason) => {
    expect(selection(by.semver('1.x'), tags).reason).toBe(reason)
  })

  it('a tag that is no number fails a numerical policy, and the lowest by bytes is named', () => {
    const chosen = selection(by.numerical(), '7 b 1a 9')
    const message =
      "failed to parse invalid numeric value '1a' (and 1 more; filterTags or onInvalid: Skip can leave them out)"
    expect(chosen).toMatchObject({ latest: null, reason: message, failure: { reason: 'InvalidNumber', message } })
    expect(verdicts(chosen)).toEqual({ '9': 'superseded', '7': 'superseded', b: 'not-a-number', '1a': 'not-a-number' })
    expect(selection(by.numerical(), '7 b').failure?.message).toBe("failed to parse invalid numeric value 'b'")
    expect(selection(by.numerical('asc', 'Skip'), '7 b').failure).toBeUndefined()
  })
})

it('shows texts of the spec in one line', () => {
  const chosen = selection({ ...by.semver('\t1.x\n'), ...filter('^[^\n]+1') }, '1.0.1 1.0.0', {
    exclusions: [regexOf('\u0007x')],
  })
  expect(chosen.reason).toBe('1.0.1 is the only candidate by semver 1.x')
  expect(verdicts(chosen)).toEqual({ '1.0.1': 'selected', '1.0.0': 'filtered-out' })
  expect(chosen.candidates[1]?.reason).toBe('^[^\\x0a]+1 does not match it')
  const excluded = selection(by.alphabetical(), 'x', { exclusions: [regexOf('[\u0007x]')] })
  expect(excluded.candidates[0]?.reason).toBe('[\\x07x] excludes it')
})

const at = (iso: string) => Date.parse(iso)

describe('facts', () => {
  it('of every candidate are wanted first, and of nothing else', () => {
    const chosen = selection({ ...by.newest(), ...filter('^v') }, 'v1 x v2')
    expect(chosen.wants).toEqual([
      { tag: 'v2', facts: ['pushed', 'created'] },
      { tag: 'v1', facts: ['pushed', 'created'] },
    ])
    expect(chosen).toMatchObject({ latest: null, reason: 'facts about 2 tags are needed first' })
    expect(verdicts(chosen)).toEqual({ v2: 'facts-missing', v1: 'facts-missing', x: 'filtered-out' })
    expect(chosen.tally).toEqual({ 'facts-missing': 2, 'filtered-out': 1 })
  })

  it('decide once they are known', () => {
    const facts = new Map<string, TagFacts>([
      ['v1', { pushedAt: at('2026-01-03T00:00:00Z') }],
      ['v2', { createdAt: at('2026-01-02T00:00:00Z') }],
      ['v3', { missing: 'REGISTRY_UNAVAILABLE' }],
      ['v4', {}],
    ])
    const chosen = selection(by.newest(), 'v1 v2 v3 v4', { facts })
    expect(chosen.latest?.tag).toBe('v1')
    expect(verdicts(chosen)).toEqual({ v1: 'selected', v2: 'superseded', v3: 'facts-missing', v4: 'no-time' })
  })
})

describe('platforms', () => {
  const spec = { ...by.numerical(), platforms: ['linux/amd64'] }
  const many = Array.from({ length: 25 }, (_, index) => String(index + 1))
  const amd = { platforms: ['linux/amd64'] }
  const arm = { platforms: ['linux/arm64'] }

  it('are asked of the best candidate, then of the next', () => {
    const facts = new Map<string, TagFacts>()
    const asked: string[] = []
    for (
      let chosen = selection(spec, '1 2 3', { facts });
      chosen.wants.length > 0;
      chosen = selection(spec, '1 2 3', { facts })
    ) {
      expect(chosen.latest).toBeNull()
      for (const { tag, facts: wanted } of chosen.wants) {
        asked.push(`${tag} ${wanted.join()}`)
        facts.set(tag, tag === '2' ? amd : arm)
      }
    }
    expect(asked).toEqual(['3 platforms', '2 platforms'])
    const chosen = selection(spec, '1 2 3', { facts })
    expect(chosen.latest?.tag).toBe('2')
    expect(verdicts(chosen)).toEqual({ '2': 'selected', '1': 'superseded', '3': 'platform-missing' })
    expect(chosen.counts.candidates).toBe(2)
    expect(chosen.tally).toEqual({ selected: 1, superseded: 1, 'platform-missing': 1 })
  })

  it('are asked of twenty, then the policy holds', () => {
    const refusing = new Map(many.map((tag) => [tag, arm]))
    const chosen = selection(spec, many, { facts: refusing })
    expect(chosen.wants).toEqual([])
    expect(chosen.latest).toBeNull()
    expect(chosen.reason).toBe('20 candidates held back; 25: has no image for linux/amd64')
    expect(chosen.tally).toEqual({ 'platform-missing': 20, 'facts-missing': 5 })
    expect(selection(spec, many, { facts: new Map([...refusing, ['6', amd]]) }).latest?.tag).toBe('6')
    expect(selection(spec, many, { facts: new Map([...refusing, ['5', amd]]) }).latest).toBeNull()
  })

  it('come after the times of the kind', () => {
    const spec2 = { ...by.newest('created'), platforms: ['linux/amd64'] }
    expect(selection(spec2, 'a').wants).toEqual([{ tag: 'a', facts: ['created'] }])
    const timed = new Map([['a', { createdAt: at('2026-01-01T00:00:00Z') }]])
    expect(selection(spec2, 'a', { facts: timed }).wants).toEqual([{ tag: 'a', facts: ['platforms'] }])
  })
})

it('lists no more than it is asked for, and counts all the same', () => {
  const tags = [
    ...Array.from({ length: 50 }, (_, index) => `1.0.${index}`),
    ...Array.from({ length: 40 }, (_, i) => `x${i}`),
  ]
  for (const listed of [0, 1, 10]) {
    const chosen = selection(by.semver('1.x'), tags, { listed })
    const all = selection(by.semver('1.x'), tags)
    expect(chosen.candidates).toHaveLength(1 + 2 * listed)
    expect(chosen).toMatchObject({ latest: all.latest, counts: all.counts, tally: all.tally, reason: all.reason })
    const kept = (candidates: typeof all.candidates, verdict: string) =>
      candidates.filter((candidate) => candidate.verdict === verdict).slice(0, listed)
    for (const verdict of ['superseded', 'not-a-version']) {
      expect(kept(chosen.candidates, verdict)).toEqual(kept(all.candidates, verdict))
    }
  }
})

it('takes tags of any list that a registry gives', () => {
  const tags = ['b', 'a'] as Tag[]
  expect(selection(by.alphabetical(), tags).counts.input).toBe(2)
})
