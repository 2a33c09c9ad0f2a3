import { describe, expect, it } from 'vitest'
import type { Hook } from '#core/webhook/hook.ts'
import { webhookFixtures, wireBody, type WebhookFixture } from '../../core/webhook/fixtures.ts'
import { hookAt, hookOwner, hookSecret, openScene, signed, token } from './scene.ts'

const json = { 'content-type': 'application/json' }
const push = JSON.stringify({ image: 'ghcr.io/acme/web:1.4.2' })
const web = hookAt(hookOwner('ImageRepository', { type: 'generic-hmac' }, { image: 'ghcr.io/acme/web' }))
const api = hookAt(
  hookOwner('ImageRepository', { type: 'generic-hmac', name: 'web' }, { image: 'acme/api', metadata: { name: 'api' } }),
)
const proof = { ...json, 'x-signature': signed(push) }

/** What each sender shows besides what stands in the fixtures. */
function proofOf({ sender }: WebhookFixture, body: string): Readonly<Record<string, string>> {
  const proofs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    github: { 'x-hub-signature-256': signed(body) },
    bitbucket: { 'x-hub-signature': signed(body) },
    gitlab: { 'x-gitlab-token': token },
    gitea: { 'x-gitea-signature': signed(body, { prefix: '' }) },
    'generic-hmac': { 'x-signature': signed(body) },
    harbor: { authorization: token },
    acr: { authorization: token },
    ecr: { 'x-tagboat-token': token },
    jfrog: { 'x-jfrog-event-auth': signed(body, { prefix: '' }) },
    nexus: { 'x-nexus-webhook-signature': signed(body, { prefix: '', hash: 'sha1' }) },
    distribution: { authorization: `Bearer ${token}` },
  }
  return proofs[sender] ?? {}
}

/** Who is concerned, and a stranger at the same path. */
function listeners({ sender, reads, news }: WebhookFixture): {
  readonly concerned: readonly Hook[]
  readonly stranger: Hook
} {
  const webhook = { type: sender, name: 'shared' }
  const repository = (image: string) =>
    hookAt(hookOwner('ImageRepository', webhook, { image, metadata: { name: image } }))
  const source = (name: string) => hookAt(hookOwner('GitRepository', webhook, { ref: { name }, metadata: { name } }))
  const stranger = reads === 'images' ? repository('ghcr.io/acme/other') : source('refs/heads/other')
  if (news.is === 'images') {
    const names = news.images.map(({ host = 'registry.example.com', path }) => `${host}/${path}`)
    return { concerned: [...new Set(names)].map(repository), stranger }
  }
  return { concerned: news.is === 'refs' ? news.refs.map(source) : [], stranger }
}

describe('the deliveries of every sender', () => {
  // What Google signs has tests of its own.
  const sent = webhookFixtures.filter(({ sender }) => sender !== 'gcr')
  const cases = sent.map((fixture) => [fixture.name, fixture] as const)

  it.each(cases)('%s wakes whom it concerns, once', async (_name, fixture) => {
    const { concerned, stranger } = listeners(fixture)
    const body = wireBody(fixture)
    const headers = { ...fixture.headers, ...proofOf(fixture, body) }
    const { post, announced } = openScene([...concerned, stranger])
    const woken = fixture.news.is === 'unnamed' ? [stranger] : concerned
    const answer = await post(stranger.path, body, headers)
    expect([answer.status, await answer.json()]).toEqual([200, { matched: woken.length }])
    const names = woken.map(({ object }) => `${object.kind} ${object.name}`)
    expect(announced).toEqual(names)
    // Sent again: by its id it is known again, without one it is put off.
    expect((await post(stranger.path, body, headers)).status).toBe(200)
    expect(announced).toEqual(names)
  })

  const proving = cases.filter(([, fixture]) => Object.keys(proofOf(fixture, '')).length > 0)
  it.each(proving)('%s is refused when it is forged', async (_name, fixture) => {
    const { concerned, stranger } = listeners(fixture)
    const body = wireBody(fixture)
    const { post, announced } = openScene([...concerned, stranger])
    const [name = ''] = Object.keys(proofOf(fixture, body))
    for (const wrong of ['', 'wrong', 'sha256=', signed('another body'), token.slice(1)]) {
      expect((await post(stranger.path, body, { ...fixture.headers, [name]: wrong })).status).toBe(401)
    }
    expect(announced).toEqual([])
  })
})

describe('an answer', () => {
  it('tells how many objects are concerned', async () => {
    const { post, announced, seen, log } = openScene([web, api])
    const answer = await post(web.path, push, proof)
    expect([answer.status, await answer.json()]).toEqual([200, { matched: 1 }])
    expect(announced).toEqual(['ImageRepository web'])
    expect(seen).toEqual(['generic-hmac 200'])
    expect(log.lines.filter(({ level }) => level === 'info')).toMatchObject([
      { message: 'webhook: there may be news', fields: { kind: 'ImageRepository', name: 'web' } },
    ])
  })

  const suspended = { ...web, suspended: true }
  const notFound = `/hook/${'0'.repeat(64)}`
  const deep = '['.repeat(40) + ']'.repeat(40)
  const cases: readonly (readonly [
    string,
    readonly Hook[],
    string,
    string,
    Readonly<Record<string, string>>,
    number,
  ])[] = [
    ['an unknown path', [web], notFound, push, proof, 404],
    ['a path that is none', [web], '/hook/abc', push, proof, 404],
    ['a wrong signature', [web], web.path, push, { ...json, 'x-signature': signed('x') }, 401],
    ['no signature', [web], web.path, push, json, 401],
    ['an empty signature', [web], web.path, push, { ...json, 'x-signature': 'sha256=' }, 401],
    ['bad JSON', [web], web.path, '{', { ...json, 'x-signature': signed('{') }, 400],
    ['bad JSON that is not signed', [web], web.path, '{', json, 401],
    ['deep JSON', [web], web.path, deep, { ...json, 'x-signature': signed(deep) }, 400],
    ['a wrong field', [web], web.path, '{"image":7}', { ...json, 'x-signature': signed('{"image":7}') }, 400],
    ['another type', [web], web.path, push, { ...proof, 'content-type': 'text/plain' }, 415],
    ['a body that is too large', [web], web.path, 'x'.repeat((1 << 20) + 1), json, 413],
    ['a suspended object', [suspended], web.path, push, proof, 503],
    ['a suspended object and a wrong proof', [suspended], web.path, push, json, 401],
    ['a suspended object beside another', [suspended, web], web.path, push, proof, 200],
    ['nothing at all', [web], web.path, '', { 'x-signature': signed('') }, 200],
  ]
  it.each(cases)('to %s', async (_what, hooks, path, body, headers, code) => {
    const { post, announced, log } = openScene(hooks)
    const answer = await post(path, body, headers)
    expect(answer.status).toBe(code)
    expect(announced).toHaveLength(code === 200 ? 1 : 0)
    expect(answer.headers.get('retry-after')).toBe(code === 503 ? '60' : null)
    // Neither the path nor the token shows anywhere.
    const said = `${JSON.stringify(log.lines)} ${await answer.text()}`
    expect(said).not.toContain(web.path.slice('/hook/'.length))
    expect(said).not.toContain(token)
  })

  it('to other methods', async () => {
    const { app } = openScene([web])
    const answer = await app.request(web.path)
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('to too many deliveries', async () => {
    const { post, announced, clock, seen } = openScene([web])
    for (let count = 0; count < 60; count += 1) await post(web.path, push, json)
    const answer = await post(web.path, push, proof)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1'])
    expect(seen.at(-1)).toBe('generic-hmac 429')
    // Who does not know the path takes nothing of what others may send.
    for (let count = 0; count < 2000; count += 1) await post(`/hook/${'0'.repeat(64)}`, push, proof)
    await clock.pass(1000)
    expect((await post(web.path, push, proof)).status).toBe(200)
    expect(announced).toHaveLength(1)
  })

  it.each([
    ['rejects', async () => Promise.reject(new Error('Redis is gone'))],
    ['hangs', async () => new Promise<never>(() => {})],
  ])('asks to come again while the queue %s', async (_what, announce) => {
    const { post, log } = openScene([web], { announce, deadlineMs: 30 })
    const answer = await post(web.path, push, proof)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10'])
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn' })
  })

  it('asks to come again while hooks are not known', async () => {
    const { post } = openScene([], { lookup: async () => Promise.reject(new Error('no API server')) })
    expect((await post(web.path, push, proof)).status).toBe(503)
  })

  it('asks to come again while tokens of Google cannot be checked', async () => {
    const secret = hookSecret({ token, audience: 'a', email: 'e' })
    const hook = hookAt(hookOwner('ImageRepository', { type: 'gcr' }), secret)
    const { post } = openScene([hook])
    expect((await post(hook.path, '{}', { ...json, authorization: 'Bearer a.b.c' })).status).toBe(401)
  })
})

it('does not let a call that hangs lock its object', async () => {
  const tries = { count: 0 }
  const announce = async (): Promise<void> => {
    tries.count += 1
    if (tries.count === 1) await new Promise<never>(() => {})
  }
  const { post } = openScene([web], { announce, deadlineMs: 30 })
  expect((await post(web.path, push, proof)).status).toBe(503)
  expect((await post(web.path, push, proof)).status).toBe(200)
  expect(tries.count).toBe(2)
})

describe('a delivery that comes again', () => {
  const github = hookAt(hookOwner('GitRepository', { type: 'github' }, { ref: { branch: 'main' } }))
  const body = JSON.stringify({ ref: 'refs/heads/main' })
  const headers = (id: string) => ({
    ...json,
    'x-github-event': 'push',
    'x-github-delivery': id,
    'x-hub-signature-256': signed(body),
  })

  it('does nothing more within ten minutes', async () => {
    const { post, announced, clock } = openScene([github])
    for (const id of ['a', 'a', 'a']) expect((await post(github.path, body, headers(id))).status).toBe(200)
    await clock.pass(2000)
    expect(announced).toEqual(['GitRepository web'])
    await clock.pass(600_000)
    await post(github.path, body, headers('a'))
    expect(announced).toHaveLength(2)
  })

  it('counts where it could not be noted before', async () => {
    const tries = { count: 0 }
    const { post } = openScene([github], {
      announce: async () => {
        tries.count += 1
        if (tries.count === 1) throw new Error('Redis is gone')
      },
    })
    expect((await post(github.path, body, headers('a'))).status).toBe(503)
    expect((await post(github.path, body, headers('a'))).status).toBe(200)
    expect(tries.count).toBe(2)
  })

  it('is not remembered without a proof, so nobody can take the place of another', async () => {
    const { post, announced } = openScene([github])
    await post(github.path, body, { ...headers('a'), 'x-hub-signature-256': signed('x') })
    await post(github.path, body, headers('a'))
    expect(announced).toEqual(['GitRepository web'])
  })
})

it('verifies each object of a path by its own Secret', async () => {
  const foreign: Hook = { ...api, path: web.path, secret: hookSecret({ token: 'another-token-of-some-bytes' }) }
  const { post, announced } = openScene([web, foreign])
  const all = JSON.stringify({})
  await post(web.path, all, { ...json, 'x-signature': signed(all) })
  expect(announced).toEqual(['ImageRepository web'])
})

it('keeps a flood of one path to a few announcements', async () => {
  const { post, announced, clock } = openScene([web])
  for (let count = 0; count < 500; count += 1) await post(web.path, push, proof)
  await clock.pass(1000)
  await clock.pass(1000)
  expect(announced).toHaveLength(2)
})
