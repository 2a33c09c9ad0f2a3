import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openRegistry, type RegistryOptions } from '#io/registry/open.ts'
import { openListener, type Seen } from '../../fakes/listener.ts'
import type { Reply } from '../../fakes/wire.ts'
import { configOf, json, loginSecret, reply, secretOf, signal, sourceOf, testClock, testLog } from './harness.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one[Symbol.asyncDispose]()))
})

async function registry(answer: (request: Seen, count: number) => Reply) {
  let count = 0
  const listener = await openListener((request) => answer(request, (count += 1)))
  open.push(listener)
  return listener
}

function clientOf(options: Partial<RegistryOptions> = {}) {
  const clock = testClock()
  const client = openRegistry({ clock, log: testLog(), ...options })
  open.push(client)
  return { client, clock }
}

describe('all parts together', () => {
  it('list tags, and later ask whether the list is still so', async () => {
    const { host, seen } = await registry(({ headers }) =>
      headers['if-none-match'] === '"1"' ? reply(304) : json({ tags: ['a', 'b'] }, { etag: '"1"' }),
    )
    const { client } = clientOf({ userAgent: 'tagboat/1.2.3' })
    for (let times = 0; times < 2; times += 1) {
      expect(await client.listTags(sourceOf(`${host}/a`), signal)).toEqual({
        tags: ['b', 'a'],
        dropped: { invalid: 0, artefact: 0 },
        requests: 1,
      })
    }
    expect(seen).toHaveLength(2)
    expect(seen[0]?.headers['user-agent']).toBe('tagboat/1.2.3')
  })

  it('try again after a fault, and count it', async () => {
    const { host } = await registry((_request, count) => (count < 3 ? reply(502) : json({ tags: ['a'] })))
    const { client, clock } = clientOf()
    expect(await client.listTags(sourceOf(`${host}/a`), signal)).toMatchObject({ tags: ['a'], requests: 3 })
    expect(clock.slept).toEqual([1000, 3000])
  })

  it('leave a host alone that asks for it', async () => {
    const { host, seen } = await registry((_request, count) =>
      count === 1 ? reply(429, { 'retry-after': '3600' }) : json({ tags: ['a'] }),
    )
    const { client, clock } = clientOf()
    const ask = async (path: string) => client.listTags(sourceOf(`${host}/${path}`), signal)
    for (const path of ['a', 'b', 'c']) await expect(ask(path)).rejects.toMatchObject({ code: 'REGISTRY_RATE_LIMITED' })
    expect(seen).toHaveLength(1)
    clock.pass(3_600_000 * 1.1)
    expect(await ask('b')).toMatchObject({ tags: ['a'] })
  })

  it('log in with the own docker config where no Secret is named', async () => {
    const { host, seen } = await registry(({ headers }) =>
      headers.authorization === undefined ? reply(401, { 'www-authenticate': 'Basic' }) : json({ tags: ['a'] }),
    )
    const home = await mkdtemp(join(tmpdir(), 'tagboat-open-'))
    const file = join(home, 'config.json')
    await writeFile(file, JSON.stringify({ auths: { [host]: { username: 'me', password: 'mine' } } }))
    const { client } = clientOf({ local: { environment: {}, home, file } })
    await client.listTags(sourceOf(`${host}/a`), signal)
    const pullSecrets = [loginSecret(host, { username: 'team', password: 'ours' })]
    await client.listTags(sourceOf(`${host}/a`, { pullSecrets }), signal)
    const logins = [btoa('me:mine'), btoa('team:ours')].map((text) => `Basic ${text}`)
    expect(seen.map(({ headers }) => headers.authorization).filter((text) => text !== undefined)).toEqual(logins)
    await rm(home, { recursive: true })
  })
})

describe('what is settled by configuration', () => {
  it.each([
    [{ allowLoopback: false }, 'REGISTRY_HOST_REFUSED'],
    [{ forbiddenHosts: ['127.0.0.1'] }, 'REGISTRY_HOST_REFUSED'],
    [{ allowedHosts: ['ghcr.io'] }, 'REGISTRY_HOST_REFUSED'],
    [{ limits: { ...configOf().limits, tags: 2 } }, 'REGISTRY_BUDGET_EXCEEDED'],
    [{ limits: { ...configOf().limits, pageBytes: 10 } }, 'REGISTRY_TOO_LARGE'],
  ])('%j', async (config, code) => {
    const { host } = await registry(() => json({ tags: ['a', 'b', 'c'] }))
    const { client } = clientOf({ config: configOf(config) })
    await expect(client.listTags(sourceOf(`${host}/a`), signal)).rejects.toMatchObject({ code })
  })
})

it('the API server is never asked', async () => {
  const { host, seen } = await registry(() => json({ tags: ['a'] }))
  const { client } = clientOf({ environment: { KUBERNETES_SERVICE_HOST: '127.0.0.1' } })
  await expect(client.listTags(sourceOf(`${host}/a`), signal)).rejects.toMatchObject({ code: 'REGISTRY_HOST_REFUSED' })
  expect(seen).toEqual([])
})

it('a proxy that cannot be used is an error of the login, without its password', async () => {
  const proxySecret = secretOf({ address: 'gopher://canary@p' })
  const work = clientOf().client.listTags(sourceOf('ghcr.io/a', { proxySecret }), signal)
  await expect(work).rejects.toMatchObject({
    code: 'RESOURCE_URL_INVALID',
    message: expect.not.stringContaining('canary'),
  })
})

describe('requests and quotas', () => {
  it('are told of', async () => {
    const { host } = await registry(({ path, headers }) => {
      if (path.startsWith('/token')) return json({ token: 't' })
      if (headers.authorization === undefined) {
        return reply(401, { 'www-authenticate': `Bearer realm="http://${host}/token",service="s"` })
      }
      return json({ tags: ['a'] }, { 'ratelimit-remaining': '42;w=60' })
    })
    const told: unknown[] = []
    const { client } = clientOf({ onRequest: ({ kind, code, ...rest }) => told.push([rest.host, kind, code]) })
    await client.listTags(sourceOf(`${host}/a`), signal)
    expect(told).toEqual([
      // TLS is tried first.
      [host, 'tags', 0],
      [host, 'tags', 401],
      [host, 'token', 200],
      [host, 'tags', 200],
    ])
    expect(client.hosts()).toEqual([{ host, remaining: 42, blockedUntil: undefined }])
  })

  it('are told of where the host does not answer', async () => {
    const { host } = await registry(() => reply(200))
    await open[0]?.[Symbol.asyncDispose]()
    const told: unknown[] = []
    const { client } = clientOf({ onRequest: ({ kind, code, ...rest }) => told.push([rest.host, kind, code]) })
    await expect(client.listTags(sourceOf(`${host}/a`), signal)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' })
    expect(new Set(told.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify([host, 'tags', 0])]))
  })
})
