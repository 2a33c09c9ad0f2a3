import { describe, expect, it } from 'vitest'
import type { Manifest } from '#core/image/descriptor.ts'
import type { Tag } from '#core/image/reference.ts'
import type { Fact } from '#core/policy/selection.ts'
import { factsOf } from '#io/evidence/facts.ts'
import { repository, type ImageParts } from './contents.ts'

const now = Date.UTC(2026, 10, 24)
const day = 86_400_000
const iso = (at: number) => new Date(at).toISOString()
const created = 'org.opencontainers.image.created'
const amd64 = { os: 'linux', architecture: 'amd64' }
const arm = { os: 'linux', architecture: 'arm', variant: 'v7' }
const attestation = { os: 'unknown', architecture: 'unknown' }

async function ask(make: (repo: ReturnType<typeof repository>) => Manifest, facts: readonly Fact[]) {
  const repo = repository()
  const made = make(repo)
  repo.tag('1', made)
  const found = await factsOf('1' as Tag, facts, { contents: repo.contents, now })
  return { found, digest: made.descriptor.digest, asked: repo.asked }
}

const configured = (at: number): ImageParts => ({ config: { created: iso(at) } })

describe('created', () => {
  it.each<[string, Parameters<typeof ask>[0], number | undefined, number]>([
    ['of an image', (repo) => repo.image(configured(now - day)), now - day, 2],
    [
      'by annotation first',
      (repo) => repo.image({ ...configured(now - day), annotations: { [created]: iso(now - 2 * day) } }),
      now - 2 * day,
      1,
    ],
    [
      'of an index by annotation',
      (repo) => repo.index([{ of: repo.image(configured(now)) }], { [created]: iso(now - day) }),
      now - day,
      1,
    ],
    [
      'of the first image of an index',
      (repo) =>
        repo.index([
          { of: repo.image(configured(now)), platform: attestation },
          { of: repo.image(configured(now - day)), platform: amd64 },
          { of: repo.image(configured(now - 2 * day)), platform: arm },
        ]),
      now - day,
      3,
    ],
    [
      'with nanoseconds and an offset',
      (repo) => repo.image({ config: { created: '2026-01-02T03:04:05.123456789+01:00' } }),
      Date.UTC(2026, 0, 2, 2, 4, 5, 123),
      2,
    ],
    ['not at all', (repo) => repo.image({ config: {} }), undefined, 2],
    ['in no known form', (repo) => repo.image({ config: { created: 'yesterday' } }), undefined, 2],
    [
      'by an annotation in no known form',
      (repo) => repo.image({ ...configured(now), annotations: { [created]: 'yesterday' } }),
      now,
      2,
    ],
    [
      'before 2000, as reproducible builds have it',
      (repo) => repo.image({ config: { created: '1970-01-01T00:00:00Z' } }),
      undefined,
      2,
    ],
    ['a little ahead', (repo) => repo.image(configured(now + 600_000)), now + 600_000, 2],
    ['far ahead', (repo) => repo.image(configured(now + 600_001)), undefined, 2],
    ['in a configuration that is no JSON', (repo) => repo.image({ config: 'x' }), undefined, 2],
    ['in a configuration of another shape', (repo) => repo.image({ config: [] }), undefined, 2],
    ['in a configuration that is gone', (repo) => repo.image(), undefined, 2],
    [
      'of an index that holds attestations alone',
      (repo) => repo.index([{ of: repo.image(), platform: attestation }]),
      undefined,
      1,
    ],
  ])('%s', async (_name, make, createdAt, requests) => {
    const { found, digest, asked } = await ask(make, ['created'])
    expect(found).toEqual({ digest, ...(createdAt !== undefined && { createdAt }) })
    expect(asked).toHaveLength(requests)
  })

  it('stands in for a push time', async () => {
    expect((await ask((repo) => repo.image(configured(now)), ['pushed'])).found).toMatchObject({ createdAt: now })
  })
})

describe('platforms', () => {
  it.each<[string, Parameters<typeof ask>[0], readonly string[], number]>([
    [
      'of an index, without asking for its images',
      (repo) =>
        repo.index([
          { of: repo.image(), platform: amd64 },
          { of: repo.image(), platform: arm },
          { of: repo.image(), platform: attestation },
          { of: repo.image(), platform: amd64, annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
          { of: repo.image(), platform: amd64 },
        ]),
      ['linux/amd64', 'linux/arm/v7'],
      1,
    ],
    [
      'of an image, by its configuration',
      (repo) => repo.image({ config: { os: 'linux', architecture: 'arm64', variant: 'v8' } }),
      ['linux/arm64/v8'],
      2,
    ],
    [
      'of an entry that does not say',
      (repo) =>
        repo.index([{ of: repo.image({ config: amd64 }) }, { of: repo.index([{ of: repo.image(), platform: arm }]) }]),
      ['linux/amd64', 'linux/arm/v7'],
      4,
    ],
    ['of a configuration that does not say', (repo) => repo.image({ config: { os: 7 } }), [], 2],
  ])('%s', async (_name, make, platforms, requests) => {
    const { found, asked } = await ask(make, ['platforms'])
    expect(found.platforms).toEqual(platforms)
    expect(asked).toHaveLength(requests)
  })

  it('and time together read a configuration once', async () => {
    const { found, asked } = await ask(
      (repo) => repo.image({ config: { ...amd64, created: iso(now) } }),
      ['created', 'platforms'],
    )
    expect(found).toMatchObject({ createdAt: now, platforms: ['linux/amd64'] })
    expect(asked).toEqual(['manifest', 'blob'])
  })
})

it.each([[['created']], [['platforms', 'pushed']]] as const)(
  '%j of another artefact are not asked for',
  async (facts) => {
    const { found, digest, asked } = await ask(
      (repo) => repo.image({ configType: 'application/vnd.cncf.helm.config.v1+json' }),
      [...facts],
    )
    expect(found).toEqual({ digest, artifact: true })
    expect(asked).toEqual(['manifest'])
  },
)

const nested = (depth: number) => (repo: ReturnType<typeof repository>) => {
  let made = repo.image({ config: amd64 })
  for (let level = 0; level < depth; level += 1) made = repo.index([{ of: made }])
  return made
}

const wide = (count: number) => (repo: ReturnType<typeof repository>) =>
  repo.index(Array.from({ length: count }, () => ({ of: repo.image({ config: amd64 }) })))

describe('limits', () => {
  it('an index inside an index inside an index is read, one more is not', async () => {
    expect((await ask(nested(2), ['platforms'])).found.platforms).toEqual(['linux/amd64'])
    await expect(ask(nested(3), ['platforms'])).rejects.toMatchObject({ code: 'REGISTRY_BAD_RESPONSE' })
  })

  it('sixty-four manifests are read, no more', async () => {
    expect((await ask(wide(63), ['platforms'])).found.platforms).toEqual(['linux/amd64'])
    await expect(ask(wide(64), ['platforms'])).rejects.toThrow('an index with more than 64 manifests or 2 levels')
  })

  it('a tag that is gone is told as such', async () => {
    const { contents } = repository()
    await expect(factsOf('1' as Tag, ['created'], { contents, now })).rejects.toMatchObject({
      code: 'REGISTRY_NOT_FOUND',
    })
  })
})
