import { generateKeyPairSync, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { reveal } from '#core/secret/reveal.ts'
import { Secret } from '#core/secret/secret.ts'
import { InstallationTokens, type ApiRequest, type AskApi, type GitHubApp } from '#io/git/github-app.ts'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key = new Secret(pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString())
const app: GitHubApp = {
  id: '7',
  installation: { id: '42' },
  key,
  baseUrl: 'https://api.github.com',
  identity: 'apps/git 1',
}
const start = Date.parse('2026-11-24T10:00:00Z')

/** An API that gives tokens for an hour, numbered. */
function api(now: () => number, answer?: { status: number; body: string }) {
  const asked: ApiRequest[] = []
  const ask: AskApi = async (request) => {
    asked.push(request)
    const expires = new Date(now() + 3_600_000).toISOString()
    return answer ?? { status: 201, body: JSON.stringify({ token: `ghs_token-${asked.length}`, expires_at: expires }) }
  }
  return { asked, ask }
}

function decode(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString())
}

const signal = new AbortController().signal

it('asks with a claim that the app’s key has signed, and GitHub’s bounds of time', async () => {
  const { asked, ask } = api(() => start)
  const token = await new InstallationTokens(() => start).of(app, ask, signal)
  expect(reveal(token)).toBe('ghs_token-1')
  expect(asked[0]).toMatchObject({ method: 'POST', url: 'https://api.github.com/app/installations/42/access_tokens' })
  const [head = '', claim = '', signature = ''] = reveal(asked[0]?.authorization ?? key)
    .replace('Bearer ', '')
    .split('.')
  expect(decode(head)).toEqual({ alg: 'RS256', typ: 'JWT' })
  expect(decode(claim)).toEqual({ iat: start / 1000 - 60, exp: start / 1000 + 540, iss: '7' })
  const signed = Buffer.from(`${head}.${claim}`)
  expect(verify('RSA-SHA256', signed, pair.publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
})

it('keeps a token until five minutes before its end, and per Secret', async () => {
  let now = start
  const { asked, ask } = api(() => now)
  const tokens = new InstallationTokens(() => now)
  await tokens.of(app, ask, signal)
  now += 54 * 60_000
  await tokens.of(app, ask, signal)
  expect(asked).toHaveLength(1)
  now += 2 * 60_000
  expect(reveal(await tokens.of(app, ask, signal))).toBe('ghs_token-2')
  await tokens.of({ ...app, identity: 'apps/git 2' }, ask, signal)
  await tokens.of({ ...app, installation: { id: '43' } }, ask, signal)
  expect(asked).toHaveLength(4)
})

describe('answers that are no token', () => {
  it.each([
    [
      { status: 401, body: '{"message": "Bad credentials"}' },
      'GIT_AUTH_FAILED',
      /42: the API answered 401: Bad credentials/,
    ],
    [{ status: 404, body: '<html>' }, 'GIT_AUTH_FAILED', /answered 404$/],
    [{ status: 201, body: '{"token": 1}' }, 'GIT_AUTH_FAILED', /answered 201$/],
    [{ status: 200, body: 'null' }, 'GIT_AUTH_FAILED', /answered 200$/],
    [{ status: 502, body: '' }, 'GIT_REMOTE_UNAVAILABLE', /answered 502$/],
    [{ status: 429, body: '' }, 'GIT_REMOTE_UNAVAILABLE', /answered 429$/],
  ])('%j', async (answer, code, message) => {
    const asking = new InstallationTokens(() => start).of(app, api(() => start, answer).ask, signal)
    await expect(asking).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('an owner that has not installed the app', async () => {
    const { ask, asked } = api(() => start, { status: 404, body: '{"message": "Not Found"}' })
    const asking = new InstallationTokens(() => start).of({ ...app, installation: { owner: 'a/b' } }, ask, signal)
    await expect(asking).rejects.toMatchObject({
      code: 'GIT_AUTH_FAILED',
      message: expect.stringContaining('for owner a/b'),
    })
    expect(asked.map(({ url }) => url)).toEqual([
      'https://api.github.com/orgs/a%2Fb/installation',
      'https://api.github.com/users/a%2Fb/installation',
    ])
  })
})

it('a token without a readable end is used once', async () => {
  const { ask, asked } = api(() => start, { status: 201, body: '{"token": "ghs_token-x", "expires_at": "soon"}' })
  const tokens = new InstallationTokens(() => start)
  await tokens.of(app, ask, signal)
  await tokens.of(app, ask, signal)
  expect(asked).toHaveLength(2)
})

it('a key that cannot sign is an error without the key', async () => {
  const broken = { ...app, key: new Secret('-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----') }
  const caught: unknown = await new InstallationTokens(() => start)
    .of(broken, api(() => start).ask, signal)
    .catch((error: unknown) => error)
  expect(caught).toMatchObject({ code: 'GIT_CREDENTIALS_INVALID' })
  expect(caught instanceof Error && `${caught.stack}${String(caught.cause)}`).not.toContain('canary')
})
