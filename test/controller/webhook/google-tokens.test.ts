import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { GoogleTokens } from '#controller/webhook/google-tokens.ts'
import { TestClock } from './scene.ts'

const { signal } = new AbortController()
const expected = { audience: 'https://tagboat.example.com/hook', email: 'push@acme.iam.gserviceaccount.com' }
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const others = generateKeyPairSync('rsa', { modulusLength: 2048 })

const jwk = (key: KeyObject, kid: string): object => ({
  ...key.export({ format: 'jwk' }),
  kid,
  use: 'sig',
  alg: 'RS256',
})
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const clock = new TestClock()
const now = clock.now() / 1000
const claims = {
  iss: 'https://accounts.google.com',
  aud: expected.audience,
  azp: '113774264463038321964',
  sub: '113774264463038321964',
  email: expected.email,
  email_verified: true,
  iat: now - 10,
  exp: now + 3600,
}

function jwt({ head = {}, body = {}, key = keys.privateKey, alg = 'RSA-SHA256' } = {}): string {
  const text = `${encode({ alg: 'RS256', kid: 'a', typ: 'JWT', ...head })}.${encode({ ...claims, ...body })}`
  return `${text}.${sign(alg, Buffer.from(text), key).toString('base64url')}`
}

function open(sets: readonly unknown[] = [{ keys: [jwk(keys.publicKey, 'a')] }]) {
  const fetched = { count: 0 }
  const time = new TestClock()
  const tokens = new GoogleTokens(async () => {
    const set = sets[Math.min(fetched.count, sets.length - 1)]
    fetched.count += 1
    if (set instanceof Error) throw set
    return set
  }, time)
  return { tokens, fetched, time }
}

describe('a token of Google', () => {
  it.each([
    ['as Pub/Sub sends it', jwt()],
    ['of the issuer without scheme', jwt({ body: { iss: 'accounts.google.com' } })],
    ['by a clock that is a little ahead', jwt({ body: { iat: now + 30 } })],
  ])('is valid %s', async (_what, token) => {
    expect(await open().tokens.isValid(token, expected, signal)).toBe(true)
  })

  const symmetric = (): string => {
    const text = `${encode({ alg: 'HS256', kid: 'a' })}.${encode(claims)}`
    const pem = createPublicKey(keys.privateKey).export({ type: 'spki', format: 'pem' })
    return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`
  }
  it.each([
    ['of another key', jwt({ key: others.privateKey })],
    ['of an unknown key', jwt({ head: { kid: 'b' } })],
    ['without key id', jwt({ head: { kid: undefined } })],
    ['of algorithm none', `${encode({ alg: 'none', kid: 'a' })}.${encode(claims)}.`],
    ['signed by the public key as a secret', symmetric()],
    ['of another algorithm', jwt({ head: { alg: 'RS512' }, alg: 'RSA-SHA512' })],
    ['for another audience', jwt({ body: { aud: 'https://other.example.com' } })],
    ['for several audiences', jwt({ body: { aud: [expected.audience] } })],
    ['of another account', jwt({ body: { email: 'mallory@example.com' } })],
    ['of an account that is not verified', jwt({ body: { email_verified: false } })],
    ['of another issuer', jwt({ body: { iss: 'https://accounts.example.com' } })],
    ['that has expired', jwt({ body: { exp: now - 61 } })],
    ['from the future', jwt({ body: { iat: now + 120 } })],
    ['without expiry', jwt({ body: { exp: undefined } })],
    ['with changed claims', jwt().replace(/\.[^.]+\./, `.${encode({ ...claims, sub: 'x' })}.`)],
    ['of garbage', 'a.b.c'],
    ['of nothing', ''],
  ])('is refused %s', async (_what, token) => {
    expect(await open().tokens.isValid(token, expected, signal)).toBe(false)
  })
})

describe('the keys', () => {
  it('are fetched once an hour, and for an unknown one once a minute', async () => {
    const { tokens, fetched, time } = open()
    for (let count = 0; count < 5; count += 1) await tokens.isValid(jwt(), expected, signal)
    await tokens.isValid(jwt({ head: { kid: 'b' } }), expected, signal)
    expect(fetched.count).toBe(1)
    await time.pass(61_000)
    await tokens.isValid(jwt(), expected, signal)
    expect(fetched.count).toBe(1)
    await tokens.isValid(jwt({ head: { kid: 'b' } }), expected, signal)
    await tokens.isValid(jwt({ head: { kid: 'b' } }), expected, signal)
    expect(fetched.count).toBe(2)
    await time.pass(3_500_000)
    await tokens.isValid(jwt(), expected, signal)
    expect(fetched.count).toBe(2)
    await time.pass(200_000)
    await tokens.isValid(jwt({ body: { exp: now + 36_000 } }), expected, signal)
    expect(fetched.count).toBe(3)
  })

  it('are those that came last, where new ones cannot be had', async () => {
    const { tokens, fetched, time } = open([{ keys: [jwk(keys.publicKey, 'a')] }, new Error('no network')])
    expect(await tokens.isValid(jwt(), expected, signal)).toBe(true)
    await time.pass(3_590_000)
    const body = { iat: time.now() / 1000 - 10, exp: time.now() / 1000 + 3600 }
    await time.pass(20_000)
    expect(await tokens.isValid(jwt({ body }), expected, signal)).toBe(true)
    expect(await tokens.isValid(jwt({ body }), expected, signal)).toBe(true)
    expect(fetched.count).toBe(2)
  })

  it.each([
    [new Error('no network'), 'no network'],
    [{ keys: 7 }, 'expected array'],
    ['<html>', 'expected object'],
  ])('that cannot be had are an error: %s', async (set, message) => {
    await expect(open([set]).tokens.isValid(jwt(), expected, signal)).rejects.toThrow(message)
  })

  it('may be of kinds that are not used', async () => {
    const elliptic = jwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey, 'e')
    const { tokens } = open([{ keys: [elliptic, jwk(keys.publicKey, 'a')] }])
    expect(await tokens.isValid(jwt(), expected, signal)).toBe(true)
    expect(await tokens.isValid(jwt({ head: { kid: 'e' } }), expected, signal)).toBe(false)
  })
})
