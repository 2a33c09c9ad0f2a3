import { describe, expect, it } from 'vitest'
import type { Tag } from '#core/image/reference.ts'
import { openFakeRegistry, type FakeRegistry } from '../fakes/registry.ts'
import type { BearerAuth, Challenge, FakeAuth } from '../fakes/registry/auth.ts'
import * as faults from '../fakes/registry/faults.ts'
import { openClient, pullSecret, sourceOf, type DockerAuth } from './registry-client.ts'

const signal = new AbortController().signal
const users = { robot: 'pass:word' }
const robot: DockerAuth = { auth: Buffer.from('robot:pass:word').toString('base64') }
const bearer: BearerAuth = { kind: 'bearer', users, anonymous: false }
const tags = Array.from({ length: 100 }, (_, position) => `1.${String(position).padStart(2, '0')}`)

interface Case {
  readonly name: string
  readonly auth: FakeAuth
  /** What the pull Secret holds for the registry; absent: no Secret. */
  readonly login?: DockerAuth
  readonly arrange?: (registry: FakeRegistry) => void
}

/** Lists a hundred tags in ten pages. */
async function run({ auth, login, arrange }: Case) {
  await using registry = await openFakeRegistry({ auth, lists: { pageSize: { max: 10, above: 'smaller' } } })
  for (const tag of tags) await registry.pushImage({ repository: 'team/app', tag })
  arrange?.(registry)
  await using client = openClient()
  const pullSecrets = login === undefined ? [] : [pullSecret('pull', { [registry.host]: login })]
  const source = sourceOf(registry.host, 'team/app', { pullSecrets })
  const outcome = await client.listTags(source, signal).then(
    (listed) => ({ tags: listed.tags, error: undefined }),
    (error: unknown) => ({ tags: undefined, error }),
  )
  return { ...outcome, tokens: registry.count('token'), pages: registry.count('tags'), seen: [...registry.seen] }
}

describe('who is let in', () => {
  const cases: readonly (Case & { readonly requestsForTokens: number })[] = [
    { name: 'anybody', auth: { kind: 'none' }, requestsForTokens: 0 },
    { name: 'a user by Basic', auth: { kind: 'basic', users }, login: robot, requestsForTokens: 0 },
    { name: 'anybody with a token', auth: { kind: 'bearer' }, requestsForTokens: 1 },
    { name: 'a user with a token', auth: bearer, login: robot, requestsForTokens: 1 },
    {
      name: 'user and password as such',
      auth: bearer,
      login: { username: 'robot', password: 'pass:word' },
      requestsForTokens: 1,
    },
    {
      name: 'an identity token, by POST',
      auth: { ...bearer, identityToken: 'identity' },
      login: { identitytoken: 'identity' },
      requestsForTokens: 1,
    },
    ...[404, 405].map((postStatus) => ({
      name: `an identity token where POST is a ${postStatus}`,
      auth: { ...bearer, identityToken: 'identity', postStatus },
      login: { identitytoken: 'identity' },
      requestsForTokens: 2,
    })),
    {
      name: 'a token that needs no token server',
      auth: { ...bearer, registryToken: 'ready-made' },
      login: { registrytoken: 'ready-made' },
      requestsForTokens: 0,
    },
    {
      name: 'a token under another name',
      auth: { ...bearer, field: 'access_token' },
      login: robot,
      requestsForTokens: 1,
    },
    {
      name: 'a token that says how long it lives',
      auth: { ...bearer, expiresIn: 300 },
      login: robot,
      requestsForTokens: 1,
    },
    { name: 'a token that ends between two pages', auth: { ...bearer, uses: 6 }, login: robot, requestsForTokens: 2 },
  ]

  it.each(cases)('$name', async (one) => {
    const { tags: listed, error, tokens } = await run(one)
    expect(error).toBeUndefined()
    expect(listed).toEqual(tags.toReversed())
    expect(tokens).toBe(one.requestsForTokens)
  })

  it('asks for a first page with three requests, and with one when the token is known', async () => {
    await using registry = await openFakeRegistry({ auth: { kind: 'bearer', expiresIn: 300 } })
    await registry.pushImage({ repository: 'team/app', tag: '1' })
    await using client = openClient()
    expect((await client.listTags(sourceOf(registry.host, 'team/app'), signal)).requests).toBe(3)
    expect(registry.count()).toBe(3)
    expect((await client.listTags(sourceOf(registry.host, 'team/app'), signal)).requests).toBe(1)
    expect(registry.count()).toBe(4)
  })

  it('renews a token that was taken back', async () => {
    await using registry = await openFakeRegistry({ auth: { kind: 'bearer', expiresIn: 300 } })
    const digest = await registry.pushImage({ repository: 'team/app', tag: '1' })
    await using client = openClient()
    const source = sourceOf(registry.host, 'team/app')
    await client.listTags(source, signal)
    registry.expireTokens()
    expect(await client.resolve(source, '1' as Tag, { fresh: true }, signal)).toMatchObject({ digest })
    expect(registry.count('token')).toBe(2)
  })
})

function usual({ realm, service, scope }: Parameters<Challenge>[0]): string {
  return `realm="${realm}",service="${service}",scope="${scope}"`
}

const withQuery: Challenge = ({ realm }) => `Bearer realm="${realm}?tenant=1",service="s"`

describe('how a login may be asked for', () => {
  const challenges: readonly (readonly [string, Challenge])[] = [
    ['as usual', (parts) => `Bearer ${usual(parts)}`],
    ['with another scheme after it', (parts) => `Bearer ${usual(parts)},Basic realm="https://codeberg.test/v2"`],
    ['with another scheme before it', (parts) => `Basic realm="a, b", Bearer ${usual(parts)}`],
    ['in two headers', (parts) => ['Basic realm="a"', `Bearer ${usual(parts)}`]],
    ['in small letters', (parts) => `bearer ${usual(parts)}`],
    ['in capitals', (parts) => `BEARER REALM="${parts.realm}",SERVICE="${parts.service}",SCOPE="${parts.scope}"`],
    ['without quotes', (parts) => `Bearer realm=${parts.realm},service=${parts.service}`],
    ['with blanks', (parts) => `Bearer  realm = "${parts.realm}" ,  service = "${parts.service}"`],
    ['with an error', (parts) => `Bearer ${usual(parts)},error="invalid_token",error_description="a \\"b\\", c"`],
    ['for everything', (parts) => `Bearer realm="${parts.realm}",service="${parts.service}",scope="*"`],
    ['without a scope', (parts) => `Bearer realm="${parts.realm}"`],
    ['with a query in the realm', (parts) => `Bearer realm="${parts.realm}?tenant=1&x=%20",service="s"`],
    ['with one that nobody knows before it', (parts) => `Negotiate, NTLM TlRMTVNTUAAB==, Bearer ${usual(parts)}`],
  ]

  it.each(challenges)('%s', async (_name, challenge) => {
    const { tags: listed, error, seen } = await run({ name: '', auth: { ...bearer, challenge }, login: robot })
    expect(error).toBeUndefined()
    expect(listed).toHaveLength(100)
    const [token] = seen.filter((one) => one.path === '/token')
    expect(token?.query.getAll('scope')).toContain('repository:team/app:pull')
  })

  it('keeps the query of the realm', async () => {
    const { seen } = await run({ name: '', auth: { ...bearer, challenge: withQuery }, login: robot })
    const token = seen.find((one) => one.path === '/token')
    expect([token?.query.get('tenant'), token?.query.get('service')]).toEqual(['1', 's'])
  })
})

describe('who is not let in', () => {
  const cases: readonly (Case & { readonly code: string })[] = [
    { name: 'nobody in particular', auth: bearer, code: 'REGISTRY_AUTH_FAILED' },
    {
      name: 'a wrong password',
      auth: bearer,
      login: { username: 'robot', password: 'no' },
      code: 'REGISTRY_AUTH_FAILED',
    },
    {
      name: 'a wrong password by Basic',
      auth: { kind: 'basic', users },
      login: { username: 'robot', password: 'no' },
      code: 'REGISTRY_AUTH_FAILED',
    },
    { name: 'nobody by Basic', auth: { kind: 'basic', users }, code: 'REGISTRY_AUTH_FAILED' },
    { name: 'tokens that never admit', auth: { ...bearer, uses: 0 }, login: robot, code: 'REGISTRY_AUTH_FAILED' },
    { name: 'tokens that end at every page', auth: { ...bearer, uses: 1 }, login: robot, code: 'REGISTRY_AUTH_FAILED' },
    {
      name: 'somebody without the right',
      auth: bearer,
      login: robot,
      arrange: (registry) => registry.fault('tags', faults.status(403), { from: 2 }),
      code: 'REGISTRY_AUTH_FAILED',
    },
    {
      name: 'who cannot do what is asked for',
      auth: { ...bearer, challenge: () => 'Negotiate, Digest realm="a", nonce="b"' },
      login: robot,
      code: 'REGISTRY_CHALLENGE_UNSUPPORTED',
    },
    {
      name: 'who is sent to a token server without an address',
      auth: { ...bearer, challenge: () => 'Bearer realm="/token",service="s"' },
      login: robot,
      code: 'REGISTRY_CHALLENGE_UNSUPPORTED',
    },
    {
      name: 'who gets a login page for a token',
      auth: bearer,
      login: robot,
      arrange: (registry) => registry.fault('token', faults.loginPage()),
      code: 'REGISTRY_BAD_RESPONSE',
    },
    {
      name: 'who gets no token',
      auth: bearer,
      login: robot,
      arrange: (registry) => registry.fault('token', faults.withBody('{"token":""}')),
      code: 'REGISTRY_BAD_RESPONSE',
    },
    {
      name: 'who gets a token without end',
      auth: bearer,
      login: robot,
      arrange: (registry) => registry.fault('token', faults.endless()),
      code: 'REGISTRY_TOO_LARGE',
    },
    {
      name: 'whose token server is down',
      auth: bearer,
      login: robot,
      arrange: (registry) => registry.fault('token', faults.status(503)),
      code: 'REGISTRY_UNAVAILABLE',
    },
    {
      name: 'whose token server has had enough',
      auth: bearer,
      login: robot,
      arrange: (registry) => registry.fault('token', faults.status(429, { 'retry-after': '600' })),
      code: 'REGISTRY_RATE_LIMITED',
    },
    {
      name: 'whose login cannot be read',
      auth: bearer,
      login: { auth: 'bm8gY29sb24=' },
      code: 'REGISTRY_LOGIN_FAILED',
    },
  ]

  it.each(cases)('$name: $code', async (one) => {
    const { tags: listed, error, seen } = await run(one)
    expect({ listed, error }).toMatchObject({ listed: undefined, error: { name: 'AppError', code: one.code } })
    expect(seen.length).toBeLessThanOrEqual(20)
  })
})
