import { describe, expect, it } from 'vitest'
import { newest } from '#core/policy/kinds/newest.ts'
import type { TagFacts } from '#core/policy/selection.ts'

const at = (iso: string) => Date.parse(iso)
const now = at('2026-01-01T00:00:00Z')
const pushedAt = at('2025-06-01T00:00:00Z')
const createdAt = at('2025-05-01T00:00:00Z')
const of = (by: 'pushed' | 'created') => newest.compile({ by }, 'f')

describe('the time of a tag', () => {
  it.each<[string, 'pushed' | 'created', TagFacts, number | undefined]>([
    ['the push', 'pushed', { pushedAt, createdAt }, pushedAt],
    ['the build where there is no push time', 'pushed', { createdAt }, createdAt],
    ['the build where the push time is not to be believed', 'pushed', { pushedAt: 0, createdAt }, createdAt],
    ['the build alone', 'created', { pushedAt, createdAt }, createdAt],
    ['no build', 'created', { pushedAt }, undefined],
    ['nothing', 'pushed', {}, undefined],
    ['the beginning of 2000', 'created', { createdAt: at('2000-01-01T00:00:00Z') }, at('2000-01-01T00:00:00Z')],
    ['before 2000', 'created', { createdAt: at('1999-12-31T23:59:59.999Z') }, undefined],
    ['ten minutes ahead', 'created', { createdAt: now + 600_000 }, now + 600_000],
    ['more than ten minutes ahead', 'created', { createdAt: now + 600_001 }, undefined],
    ['an artefact', 'pushed', { pushedAt, artifact: true }, undefined],
  ])('%s', (_name, by, facts, expected) => {
    expect(of(by).read('tag', { facts, now })).toBe(expected)
  })

  it('is believed where no clock is given', () => {
    expect(of('created').read('tag', { facts: { createdAt: now * 2 }, now: undefined })).toBe(now * 2)
  })
})

it.each<[TagFacts, string, string]>([
  [{}, 'no-time', 'no believable time is known for it'],
  [
    { missing: 'REGISTRY_UNAVAILABLE' },
    'facts-missing',
    'the registry did not say when it was made: REGISTRY_UNAVAILABLE',
  ],
  [{ artifact: true, missing: 'x' }, 'not-an-image', 'an artefact and not a container image'],
])('refuses, case %#', (facts, verdict, reason) => {
  expect(of('pushed').refuse(undefined, { facts, now })).toEqual({ verdict, reason })
  expect(of('pushed').refuse(now, { facts, now })).toBeUndefined()
})

it('prefers the later time', () => {
  const kind = of('pushed')
  expect(kind.compare(pushedAt, createdAt)).toBeGreaterThan(0)
  expect(kind.compare(createdAt, createdAt)).toBe(0)
  expect(kind.print(pushedAt)).toBe('2025-06-01T00:00:00Z')
})
