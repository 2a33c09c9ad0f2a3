import { describe, expect, it } from 'vitest'
import { isProven } from '#controller/webhook/proof.ts'
import { GoogleTokens } from '#controller/webhook/google-tokens.ts'
import { hookAt, hookOwner, hookSecret, signed, TestClock, token } from './scene.ts'

const { signal } = new AbortController()
const google = new GoogleTokens(async () => ({ keys: [] }), new TestClock())
const body = '{"a":1}'
const bare = { prefix: '' }

async function proven(type: string, headers: Readonly<Record<string, string>>, bytes = body): Promise<boolean> {
  const kind = type === 'bitbucket' ? 'GitRepository' : 'ImageRepository'
  const secret = hookSecret({ token, audience: 'https://tagboat.example.com', email: 'push@example.com' })
  const hook = hookAt(hookOwner(kind, { type }), secret)
  return isProven(hook, { headers: new Headers(headers), bytes: Buffer.from(bytes) }, { google, signal })
}

describe('isProven', () => {
  it.each([
    ['generic', {}],
    ['dockerhub', {}],
    ['quay', {}],
    ['github', { 'x-hub-signature-256': signed(body) }],
    ['github', { 'x-hub-signature-256': `sha256=${signed(body, bare).toUpperCase()}` }],
    ['bitbucket', { 'x-hub-signature': signed(body) }],
    ['generic-hmac', { 'x-signature': signed(body) }],
    ['generic-hmac', { 'x-signature': signed(body, { hash: 'sha512' }) }],
    ['gitea', { 'x-gitea-signature': signed(body, bare) }],
    ['gitea', { 'x-forgejo-signature': signed(body, bare) }],
    ['gitea', { 'x-hub-signature-256': signed(body) }],
    ['gitlab', { 'x-gitlab-token': token }],
    ['harbor', { authorization: token }],
    ['acr', { authorization: token }],
    ['acr', {}],
    ['ecr', { 'x-tagboat-token': token }],
    ['ecr', { 'x-webhook-secret': token }],
    ['jfrog', { 'x-jfrog-event-auth': token }],
    ['jfrog', { 'x-jfrog-event-auth': signed(body, bare) }],
    ['nexus', { 'x-nexus-webhook-signature': signed(body, { hash: 'sha1', prefix: '' }) }],
    ['distribution', { authorization: `Bearer ${token}` }],
  ])('%s by %j', async (type, headers) => {
    expect(await proven(type, headers)).toBe(true)
  })

  const other = { by: 'another-token-of-someone' }
  it.each([
    ['github', {}],
    ['github', { 'x-hub-signature-256': '' }],
    ['github', { 'x-hub-signature-256': 'sha256=' }],
    ['github', { 'x-hub-signature-256': signed(body, other) }],
    ['github', { 'x-hub-signature-256': signed('{"a":2}') }],
    ['github', { 'x-hub-signature-256': `${signed(body)}, ${signed(body)}` }],
    // The older header, the weaker hash, and those of others.
    ['github', { 'x-hub-signature': signed(body, { hash: 'sha1' }) }],
    ['github', { 'x-hub-signature-256': signed(body, { hash: 'sha1' }) }],
    ['github', { 'x-hub-signature-256': signed(body, { hash: 'sha1', prefix: 'sha256=' }) }],
    ['github', { 'x-hub-signature-256': signed(body, { hash: 'sha512' }) }],
    ['github', { 'x-gitlab-token': token }],
    ['github', { authorization: token }],
    ['bitbucket', { 'x-hub-signature': signed(body, { hash: 'sha1' }) }],
    ['generic-hmac', { 'x-signature': signed(body, { hash: 'sha1' }) }],
    ['generic-hmac', { 'x-signature': signed(body, bare) }],
    ['gitlab', { 'x-gitlab-token': `${token}x` }],
    ['gitlab', { 'x-gitlab-token': token.slice(0, -1) }],
    ['harbor', { authorization: `Bearer ${token}` }],
    ['harbor', {}],
    ['acr', { authorization: 'wrong' }],
    ['ecr', { 'x-tagboat-token': 'wrong', 'x-webhook-secret': 'wrong' }],
    ['jfrog', { 'x-jfrog-event-auth': signed(body) }],
    ['nexus', { 'x-nexus-webhook-signature': signed(body, other) }],
    ['distribution', { authorization: token }],
    ['distribution', { authorization: 'Bearer ' }],
    ['gcr', {}],
    ['gcr', { authorization: `Bearer ${token}` }],
    ['gcr', { authorization: 'Bearer a.b.c' }],
  ])('not %s by %j', async (type, headers) => {
    expect(await proven(type, headers)).toBe(false)
  })

  it('computes what GitHub documents', async () => {
    // Example of GitHub's page on validating deliveries.
    const hook = hookAt(
      hookOwner('GitRepository', { type: 'github' }),
      hookSecret({ token: "It's a Secret to Everybody" }),
    )
    const headers = new Headers({
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    })
    expect(await isProven(hook, { headers, bytes: Buffer.from('Hello, World!') }, { google, signal })).toBe(true)
  })
})
