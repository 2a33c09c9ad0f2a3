import { describe, expect, it } from 'vitest'
import { pickChallenge, type Challenge } from '#io/registry/challenge.ts'
import { providerOf, providers } from '#io/registry/providers/index.ts'

function clue(
  host: string,
  { headers = {}, bearer }: { headers?: Readonly<Record<string, string>>; bearer?: string } = {},
) {
  const challenge = pickChallenge(bearer === undefined ? [] : [`Bearer ${bearer}`]) as Challenge | undefined
  return { host, headers, challenge }
}

describe('by host', () => {
  it.each([
    ['index.docker.io', 'docker-hub'],
    ['ghcr.io', 'ghcr'],
    ['quay.io', 'quay'],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', 'ecr'],
    ['123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com', 'ecr'],
    ['123456789012.dkr-ecr.eu-west-1.on.aws', 'ecr'],
    ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', 'ecr'],
    ['public.ecr.aws', 'ecr'],
    ['12345.dkr.ecr.eu-west-1.amazonaws.com', 'generic'],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.io', 'generic'],
    ['gcr.io', 'gar'],
    ['eu.gcr.io', 'gar'],
    ['europe-west1-docker.pkg.dev', 'gar'],
    ['evilgcr.io', 'generic'],
    ['team.azurecr.io', 'acr'],
    ['azurecr.io', 'generic'],
    ['team.azurecr.io.evil.net', 'generic'],
    ['registry.example.com', 'generic'],
    ['localhost:5000', 'generic'],
  ])('%s is %s', (host, name) => {
    expect(providerOf(clue(host)).name).toBe(name)
  })
})

describe('by what it sends', () => {
  it.each([
    ['harbor', { bearer: 'realm="https://r.io/service/token",service="harbor-registry"' }],
    ['gitlab', { bearer: 'realm="https://gitlab.r.io/jwt/auth",service="container_registry"' }],
    ['gitea', { bearer: 'realm="https://r.io/v2/token",service="container_registry",scope="*"' }],
    ['quay', { bearer: 'realm="https://r.io/v2/auth",service="r.io"' }],
    ['artifactory', { headers: { 'x-jfrog-version': 'Artifactory/7.9' } }],
    ['nexus', { headers: { server: 'Nexus/3.61.0-02 (OSS)' } }],
    ['generic', { headers: { server: 'nginx' }, bearer: 'realm="https://r.io/token",service="r.io"' }],
  ])('%s', (name, sent) => {
    expect(providerOf(clue('r.io', sent)).name).toBe(name)
  })
})

it('every provider asks for what pulling needs, in pages of a size or none', () => {
  for (const { name, actions, pageSize, perSecond } of providers) {
    expect([name, actions.split(',')[0]]).toEqual([name, 'pull'])
    expect(pageSize === undefined || pageSize > 0).toBe(true)
    expect(perSecond === undefined || perSecond > 0).toBe(true)
  }
  expect(new Set(providers.map(({ name }) => name)).size).toBe(providers.length)
  expect(providers.at(-1)?.name).toBe('generic')
})

describe('hints', () => {
  it.each([
    ['ghcr', 403, 'a/b', /read:packages/],
    ['ecr', 401, 'a', /get-login-password/],
    ['gar', 403, 'a/b/c', /artifactregistry\.reader/],
    ['acr', 403, 'a', /metadata_read/],
    ['harbor', 403, 'a/b', /"list tag"/],
    ['gitlab', 403, 'a/b', /read_registry/],
    ['artifactory', 404, 'hub/alpine', /hub\/library\/alpine/],
    ['artifactory', 404, 'hub/library/alpine', undefined],
    ['artifactory', 403, 'hub/alpine', undefined],
    ['harbor', 404, 'a/b', undefined],
    ['generic', 403, 'a', undefined],
  ])('of %s for %i', (name, status, repository, text) => {
    const hint = providers.find((provider) => provider.name === name)?.hint?.(status, repository)
    expect(text === undefined ? hint === undefined : text.test(hint ?? '')).toBe(true)
  })
})

describe("Docker Hub's push times", () => {
  const api = providers[0]?.pushTimes
  it('are at their own address', () => {
    expect([api?.origin, api?.path('library/alpine')]).toEqual([
      'https://hub.docker.com',
      '/v2/repositories/library/alpine/tags',
    ])
  })

  it('are read with the query of the next page', () => {
    const results = [
      { name: '1', tag_last_pushed: '2026-01-02T03:04:05.678901Z', last_updated: '2020-01-01T00:00:00Z' },
      { name: '2', tag_last_pushed: null, last_updated: '2026-01-01T00:00:00Z' },
      { name: '3', tag_last_pushed: 'yesterday' },
      { name: 'not a tag', tag_last_pushed: '2026-01-01T00:00:00Z' },
      { name: '__proto__', tag_last_pushed: '2026-01-01T00:00:00Z' },
    ]
    const newYear = Date.UTC(2026, 0, 1)
    expect(api?.read({ next: 'https://evil.example/v2/x?page=2&page_size=100', results })).toEqual({
      times: [
        ['1', Date.UTC(2026, 0, 2, 3, 4, 5, 678)],
        ['2', newYear],
        ['__proto__', newYear],
      ],
      next: 'page=2&page_size=100',
    })
    expect(api?.read({ next: null, results: [] })).toEqual({ times: [], next: undefined })
  })

  it.each([undefined, null, {}, { results: 'x' }, { results: [{}] }])('are not %j', (page) => {
    expect(api?.read(page)).toBeUndefined()
  })
})
