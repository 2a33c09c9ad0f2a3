import { describe, expect, it } from 'vitest'
import type { PolicySpec } from '#core/policy/compile.ts'
import { elect, type ElectionInput } from '#core/policy/elect.ts'
import { screenTags } from '#core/policy/judge.ts'
import { select } from '#core/policy/select.ts'
import type { TagFacts } from '#core/policy/selection.ts'
import { by, compiled, filter } from './given.ts'

interface Given extends Partial<Omit<ElectionInput, 'list' | 'previous' | 'policy'>> {
  readonly spec?: PolicySpec
  readonly tags: string
  readonly before?: string
  readonly sameSpec?: boolean
  readonly facts?: ReadonlyMap<string, TagFacts>
}

function electionOf({ spec = by.semver('^1'), tags, before, sameSpec = true, facts, ...rest }: Given) {
  const policy = compiled(spec)
  const listed = screenTags(tags.split(' '))
  const known = facts === undefined ? {} : { facts }
  const selection = select(policy, { ...listed, ...known })
  return elect({
    policy,
    image: 'app',
    list: { tags: listed.tags, selection, ...known },
    scan: 'accepted',
    allowDowngrade: 'Never',
    ...(before !== undefined && { previous: { ref: { name: 'app', tag: before, digest: 'sha256:1' }, sameSpec } }),
    ...rest,
  })
}

const gone = { sinceMs: Date.parse('2026-01-02T03:04:05Z'), missedScans: 2 }
const allowed = 'WhenTagRemoved' as const

describe('elected', () => {
  it.each([
    ['the first time', { tags: '1.0.0 1.2.0' }, { tag: '1.2.0' }],
    ['something higher', { tags: '1.0.0 1.2.0', before: '1.0.0' }, { tag: '1.2.0', change: 'minor' }],
    ['a patch', { tags: '1.0.1', before: '1.0.0' }, { tag: '1.0.1', change: 'patch' }],
    ['the same again', { tags: '1.0.0 1.2.0', before: '1.2.0' }, { tag: '1.2.0' }],
    [
      'something higher although the last one is gone',
      { tags: '1.3.0', before: '1.2.0' },
      { tag: '1.3.0', change: 'minor' },
    ],
    [
      'something lower, since the spec changed',
      { tags: '1.0.0', before: '2.0.0', sameSpec: false },
      { tag: '1.0.0', lowered: 'spec', change: 'major' },
    ],
    [
      'something higher, since the spec changed: no word about lowering',
      { tags: '1.5.0', before: '1.0.0', sameSpec: false },
      { tag: '1.5.0', change: 'minor' },
    ],
    [
      'what cannot be compared, since the spec changed',
      { tags: '1.0.0', before: 'latest', sameSpec: false },
      { tag: '1.0.0' },
    ],
    [
      'something lower that an annotation permits',
      { tags: '1.0.0', before: '1.2.0', consent: '1.0.0' },
      { tag: '1.0.0', lowered: 'annotation', change: 'minor' },
    ],
    [
      'something lower, since the last one was removed for good',
      { tags: '1.0.0', before: '1.2.0', allowDowngrade: allowed, absence: { ...gone, isGone: true } },
      { tag: '1.0.0', lowered: 'removed', change: 'minor' },
    ],
    ['no change is named for other kinds', { spec: by.numerical(), tags: '2', before: '1' }, { tag: '2' }],
    [
      'a change of extracts',
      { spec: { ...by.semver('*'), ...filter('^v(.*)-alpine', '$1') }, tags: 'v1.1.0-alpine', before: 'v1.0.0-alpine' },
      { tag: 'v1.1.0-alpine', change: 'minor' },
    ],
  ] as const)('%s', (_name, given: Given, { tag, ...about }) => {
    expect(electionOf(given)).toEqual({ kind: 'elected', ref: { name: 'app', tag }, ...about })
  })

  it.each([
    ['failed', 'ScanFailed', 'the last scan failed; choosing from the list before it'],
    ['suspect', 'TagsShrank', 'the tag list shrank; choosing from the list before it until a second scan confirms it'],
  ] as const)('from the old list after a scan that %s, which is said', (scan, reason, message) => {
    expect(electionOf({ tags: '1.2.0', before: '1.2.0', scan })).toMatchObject({
      kind: 'elected',
      hold: { reason, message },
    })
    expect(electionOf({ tags: '1.2.0', scan })).not.toHaveProperty('hold')
  })
})

const ways = 'set allowDowngrade: WhenTagRemoved, change the policy, or annotate tagboat.dev/allow-downgrade=1.0.0'

describe('held', () => {
  it.each([
    [
      'the last one is gone',
      { tags: '1.0.0', before: '1.2.0' },
      `it left the tag list; next candidate is 1.0.0; ${ways}`,
    ],
    [
      'it is known since when',
      { tags: '1.0.0', before: '1.2.0', absence: { ...gone, missedScans: 1 } },
      `it left the tag list at 2026-01-02T03:04:05Z; next candidate is 1.0.0; ${ways}`,
    ],
    [
      'nothing is left',
      { tags: 'latest', before: '1.2.0' },
      'it left the tag list; no other tag satisfies the policy; set allowDowngrade: WhenTagRemoved or change the policy',
    ],
    [
      'the annotation names another tag',
      { tags: '1.0.0', before: '1.2.0', consent: '1.0.1' },
      `it left the tag list; next candidate is 1.0.0; ${ways}`,
    ],
    [
      'it was missed only once',
      { tags: '1.0.0', before: '1.2.0', allowDowngrade: allowed, absence: { ...gone, missedScans: 1, isGone: true } },
      `it left the tag list at 2026-01-02T03:04:05Z; next candidate is 1.0.0; ${ways}`,
    ],
    [
      'its manifest is still there',
      { tags: '1.0.0', before: '1.2.0', allowDowngrade: allowed, absence: { ...gone, isGone: false } },
      `it left the tag list at 2026-01-02T03:04:05Z; next candidate is 1.0.0; ${ways}`,
    ],
    [
      'its removal is proven, but not to count',
      { tags: '1.0.0', before: '1.2.0', absence: { ...gone, isGone: true } },
      `it left the tag list at 2026-01-02T03:04:05Z; next candidate is 1.0.0; ${ways}`,
    ],
  ] as const)('%s', (_name, given: Given, message) => {
    expect(electionOf(given)).toEqual({
      kind: 'held',
      ref: { name: 'app', tag: '1.2.0', digest: 'sha256:1' },
      hold: { reason: 'TagGone', message: `keeping 1.2.0: ${message}` },
      asksHead: false,
    })
  })

  it('asks the registry once it was missed long enough', () => {
    const given = { tags: '1.0.0', before: '1.2.0', allowDowngrade: allowed, absence: gone }
    expect(electionOf(given)).toMatchObject({ kind: 'held', asksHead: true })
    expect(electionOf({ ...given, absence: { ...gone, missedScans: 1 } })).toMatchObject({
      kind: 'held',
      asksHead: false,
    })
    expect(electionOf({ ...given, allowDowngrade: 'Never' })).toMatchObject({ kind: 'held', asksHead: false })
  })

  it('where the last one is listed but refused now, its reason is told, and 404 does not count', () => {
    const facts = new Map<string, TagFacts>([
      ['1.2.0', { platforms: [] }],
      ['1.0.0', { platforms: ['linux/amd64'] }],
    ])
    const spec = { ...by.semver('^1'), platforms: ['linux/amd64'] }
    const given = { spec, facts, tags: '1.0.0 1.2.0', before: '1.2.0' }
    const message = `keeping 1.2.0: it is no candidate any more (has no image for linux/amd64); next candidate is 1.0.0; ${ways}`
    expect(electionOf(given)).toMatchObject({ kind: 'held', hold: { reason: 'TagGone', message } })
    const proof = { allowDowngrade: allowed, absence: { ...gone, isGone: true } }
    expect(electionOf({ ...given, ...proof }).kind).toBe('held')
  })

  it('where the last one has no place in the order any more', () => {
    const facts = new Map<string, TagFacts>([['b', { createdAt: Date.parse('2026-01-01T00:00:00Z') }]])
    expect(electionOf({ spec: by.newest(), facts, tags: 'b', before: 'a' }).kind).toBe('held')
    expect(electionOf({ spec: by.newest(), facts, tags: 'b', before: 'a', sameSpec: false }).kind).toBe('elected')
  })

  it('without a list, and then there is nothing to say', () => {
    const { list: _none, ...input } = {
      policy: compiled(by.semver('^1')),
      image: 'app',
      list: undefined,
      scan: 'failed' as const,
      allowDowngrade: 'Never' as const,
    }
    const ref = { name: 'app', tag: '1.2.0' }
    expect(elect({ ...input, previous: { ref, sameSpec: false } })).toEqual({ kind: 'held', ref, asksHead: false })
    expect(elect(input)).toEqual({
      kind: 'none',
      reason: 'DependencyNotReady',
      message: 'the ImageRepository has no accepted scan yet',
    })
  })
})

describe('none', () => {
  const message = 'no tag of app satisfies semver ^1: 2 tags, 2 after filterTags, 2 rejected'

  it('where nothing matches and nothing is to be kept', () => {
    expect(electionOf({ tags: '2.0.0 latest' })).toEqual({ kind: 'none', reason: 'NoMatchingTag', message })
  })

  it('where nothing matches a changed spec', () => {
    const given = { tags: '2.0.0 latest', before: '0.9.0', sameSpec: false }
    expect(electionOf(given)).toEqual({ kind: 'none', reason: 'NoMatchingTag', message })
  })

  it('where a tag fails the policy, even if there is something to keep', () => {
    expect(electionOf({ spec: by.numerical(), tags: '1 x', before: '2' })).toEqual({
      kind: 'none',
      reason: 'InvalidNumber',
      message: "failed to parse invalid numeric value 'x'",
    })
  })
})
