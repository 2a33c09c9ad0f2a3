import { afterEach, describe, expect, it } from 'vitest'
import { reveal } from '#core/secret/reveal.ts'
import { Secret } from '#core/secret/secret.ts'
import type { Credential } from '#io/registry/docker/config.ts'
import { Tokens, type TokenRequest } from '#io/registry/tokens.ts'
import { openListener, type Seen } from '../../fakes/listener.ts'
import type { Reply } from '../../fakes/wire.ts'
import { callTo, configOf, json, reply, signal, testClock, testHttp } from './harness.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one[Symbol.asyncDispose]()))
})

const basic: Credential = { kind: 'basic', username: 'user', password: new Secret('p:w') }
const identity: Credential = { kind: 'identity', username: '', token: new Secret('refresh+/=') }
const jwt = (claims: object) => ['e30', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'x'].join('.')

async function tokenServer(answer: (request: Seen, count: number) => Reply, trustedHosts: readonly string[] = []) {
  let count = 0
  const listener = await openListener((request) => answer(request, (count += 1)))
  const clock = testClock()
  const http = testHttp(clock)
  open.push(listener, http)
  const tokens = new Tokens({ http, clock, config: configOf({ trustedHosts }) })
  const own = { host: listener.host, origin: new URL(listener.url), allowsPlain: true }
  const request = (extra: Partial<TokenRequest> = {}, realm = `${listener.url}/token`): TokenRequest => ({
    call: callTo(`${listener.host}/a/b`, { credentialId: extra.credential === undefined ? 'anon' : 'secret:x' }),
    own,
    challenge: { kind: 'bearer', realm: new URL(realm), service: 'reg', scope: '' },
    scopes: ['repository:a/b:pull'],
    credential: undefined,
    ...extra,
  })
  const get = async (one: TokenRequest) => reveal(await tokens.get(one, signal))
  return { listener, clock, tokens, request, get, seen: listener.seen }
}

const counted = (_request: Seen, count: number) => json({ token: `t${count}` })

describe('requests', () => {
  it('are GET without login for nobody', async () => {
    const { get, request, seen } = await tokenServer(counted)
    expect(await get(request())).toBe('t1')
    expect(seen[0]).toMatchObject({ method: 'GET', target: '/token?service=reg&scope=repository%3Aa%2Fb%3Apull' })
    expect(seen[0]?.headers.authorization).toBeUndefined()
  })

  it('keep the query of the realm, leave out a service that is not named, and repeat scopes', async () => {
    const { get, request, seen, listener } = await tokenServer(counted)
    const realm = new URL(`${listener.url}/token?tenant=a%20b&x=1`)
    const challenge = { kind: 'bearer', realm, service: undefined, scope: '' } as const
    await get(request({ challenge, scopes: ['one', 'two'] }))
    expect(seen[0]?.target).toBe('/token?tenant=a%20b&x=1&scope=one&scope=two')
  })

  it('carry a password by Basic', async () => {
    const { get, request, seen } = await tokenServer(counted)
    await get(request({ credential: basic }))
    expect(seen[0]?.headers.authorization).toBe(`Basic ${btoa('user:p:w')}`)
  })

  it('send an identity token by POST', async () => {
    const { get, request, seen } = await tokenServer(counted)
    await get(request({ credential: identity, scopes: ['one', 'two'] }))
    expect(seen[0]).toMatchObject({ method: 'POST', target: '/token' })
    expect(Object.fromEntries(new URLSearchParams(seen[0]?.body.toString()))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'tagboat',
      service: 'reg',
      scope: 'one two',
      refresh_token: 'refresh+/=',
    })
  })

  it.each([
    ['404', reply(404)],
    ['405', reply(405)],
    ['400 unsupported_grant_type', json({ error: 'unsupported_grant_type' }, {}, 400)],
  ])('send it as a password where POST is answered %s', async (_name, refusal) => {
    const { get, request, seen } = await tokenServer(({ method }) =>
      method === 'POST' ? refusal : json({ token: 't' }),
    )
    expect(await get(request({ credential: identity }))).toBe('t')
    expect(seen[1]?.headers.authorization).toBe(`Basic ${btoa('<token>:refresh+/=')}`)
  })

  it('do not where POST is refused for another reason', async () => {
    const { get, request, seen } = await tokenServer(() => json({ error: 'invalid_grant' }, {}, 400))
    await expect(get(request({ credential: identity }))).rejects.toMatchObject({ code: 'REGISTRY_AUTH_FAILED' })
    expect(seen).toHaveLength(1)
  })

  it('use a refresh token that was given in place of the credential', async () => {
    const { get, request, seen, tokens } = await tokenServer(() => json({ access_token: 'a', refresh_token: 'new' }))
    const one = request({ credential: basic })
    expect(await get(one)).toBe('a')
    tokens.drop(one)
    await get(one)
    expect([seen[0]?.method, seen[1]?.method]).toEqual(['GET', 'POST'])
    expect(seen[1]?.body.toString()).toContain('refresh_token=new')
  })
})

describe('lives', () => {
  it.each([
    ['nothing is said', { token: 'x' }, 48_000],
    ['expires_in', { token: 'x', expires_in: 300 }, 240_000],
    ['a long expires_in', { token: 'x', expires_in: 3600 }, 3_540_000],
    ['zero', { token: 'x', expires_in: 0 }, 8000],
    ['nonsense', { token: 'x', expires_in: 'soon' }, 48_000],
    ['a JWT', { token: jwt({ iat: 5, exp: 305 }), expires_in: 1 }, 240_000],
    ['a JWT without times', { token: jwt({}), expires_in: 100 }, 80_000],
    ['an old issued_at', { token: 'x', expires_in: 100, issued_at: '2001-01-01T00:00:00Z' }, 80_000],
  ])('%s: kept for %s', async (_name, answer, ms) => {
    const { get, request, clock, seen } = await tokenServer(() => json(answer))
    await get(request())
    clock.pass(ms - 1)
    await get(request())
    expect(seen).toHaveLength(1)
    clock.pass(1)
    await get(request())
    expect(seen).toHaveLength(2)
  })

  it('end when dropped', async () => {
    const { get, request, tokens } = await tokenServer(counted)
    await get(request())
    tokens.drop(request())
    expect(await get(request())).toBe('t2')
  })
})

describe('tokens', () => {
  it('are fetched once for all who want them at the same time, whatever the order of scopes', async () => {
    const { get, request, seen } = await tokenServer(counted)
    const one = request({ scopes: ['a', 'b'] })
    const other = request({ scopes: ['b', 'a'] })
    expect(await Promise.all([get(one), get(other), get(one)])).toEqual(['t1', 't1', 't1'])
    expect(seen).toHaveLength(1)
  })

  it.each([
    ['another credential', { call: callTo('r.io/a', { credentialId: 'secret:other' }), credential: basic }],
    ['no credential', { credential: undefined }],
    ['another transport', { call: callTo('r.io/a', { transport: { id: 'other' } }) }],
    ['another scope', { scopes: ['repository:a/c:pull'] }],
  ])('are not shared with %s', async (_name, extra) => {
    const { get, request } = await tokenServer(counted)
    await get(request({ credential: basic }))
    expect(await get(request({ credential: basic, ...extra }))).toBe('t2')
  })
})

describe('refusals', () => {
  it.each([
    ['401', json({ details: 'wrong password' }, {}, 401), 'REGISTRY_AUTH_FAILED'],
    ['403', reply(403), 'REGISTRY_AUTH_FAILED'],
    ['404', reply(404), 'REGISTRY_AUTH_FAILED'],
    ['500', reply(500), 'REGISTRY_UNAVAILABLE'],
    ['429', reply(429), 'REGISTRY_RATE_LIMITED'],
    ['a login page', reply(200, {}, '<html>'), 'REGISTRY_BAD_RESPONSE'],
    ['no token', json({ token: '' }), 'REGISTRY_BAD_RESPONSE'],
    ['a token with a line end', json({ token: 'a\r\nx: y' }), 'REGISTRY_BAD_RESPONSE'],
    ['too much', json({ token: 'x'.repeat(70_000) }), 'REGISTRY_TOO_LARGE'],
  ])('%s', async (_name, answer, code) => {
    const { get, request } = await tokenServer(() => answer)
    await expect(get(request())).rejects.toMatchObject({ code })
  })

  it('a pause is passed on', async () => {
    const { get, request } = await tokenServer(() => reply(429, { 'retry-after': '600' }))
    await expect(get(request())).rejects.toMatchObject({ retry: { afterMs: 600_000 } })
  })
})

describe('realms', () => {
  const forbidden = 'an address that may not be contacted'
  it.each([
    ['https://169.254.169.254/token', forbidden],
    ['https://0.0.0.0/t', forbidden],
    ['https://[::1]/t', forbidden],
    ['https://metadata.google.internal/t', forbidden],
    ['http://tokens.example.com/t', 'an address of the scheme http'],
    ['file:///x', 'an address of the scheme file'],
    ['https://u:p@tokens.example.com/t', 'an address with a user name in it'],
  ])('%s is not contacted, not even for nobody', async (realm, why) => {
    const { get, request, listener } = await tokenServer(counted)
    await expect(get(request({}, realm))).rejects.toMatchObject({
      code: 'REGISTRY_REALM_REFUSED',
      message: `${listener.host}: the token server is not contacted: ${why}`,
    })
  })

  it('of another domain see no credential, unless the user trusts them', async () => {
    const elsewhere = await openListener(() => json({ token: 'stolen' }))
    open.push(elsewhere)
    const { get, request } = await tokenServer(counted, [elsewhere.host])
    const realm = `${elsewhere.url}/token`
    expect(await get(request({ credential: basic }, realm))).toBe('stolen')
    const strict = await tokenServer(counted)
    const stranger = 'https://tokens.example.com/t'
    await expect(strict.get(strict.request({ credential: basic }, stranger))).rejects.toMatchObject({
      code: 'REGISTRY_REALM_REFUSED',
      hint: 'if it is the right one, add --trusted-hosts tokens.example.com',
    })
  })

  it('may not send a login on', async () => {
    const elsewhere = await openListener(() => json({ token: 'stolen' }))
    open.push(elsewhere)
    const { get, request } = await tokenServer(
      () => reply(307, { location: `${elsewhere.url}/token` }),
      [elsewhere.host],
    )
    expect(await get(request({ credential: basic }))).toBe('stolen')
    expect(elsewhere.seen[0]?.headers.authorization).toBeUndefined()
    const call = callTo('r.io/a', { credentialId: 'secret:y' })
    const post = request({ call, credential: identity })
    await expect(get(post)).rejects.toMatchObject({ code: 'REGISTRY_REDIRECT_REFUSED' })
    expect(elsewhere.seen).toHaveLength(1)
  })
})
