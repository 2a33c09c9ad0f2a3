import { afterEach, describe, expect, it } from 'vitest'
import { Secret } from '#core/secret/secret.ts'
import type { Access } from '#io/registry/access.ts'
import { Auth } from '#io/registry/auth.ts'
import { Endpoint } from '#io/registry/endpoint.ts'
import { HostMemory } from '#io/registry/host-memory.ts'
import { Tokens } from '#io/registry/tokens.ts'
import { openListener, type Seen } from '../../fakes/listener.ts'
import type { Reply } from '../../fakes/wire.ts'
import { callTo, configOf, json, reply, signal, testClock, testHttp, testLog } from './harness.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one[Symbol.asyncDispose]()))
})

const login: Partial<Access> = {
  credential: { kind: 'basic', username: 'user', password: new Secret('password') },
  credentialId: 'secret:x',
}
const passwordHeader = `Basic ${btoa('user:password')}`

/** A registry with a script; its own token server gives t1, t2, … */
async function registry(script: (request: Seen, url: string) => Reply) {
  let given = 0
  const listener = await openListener((request) => {
    if (request.path === '/token') return json({ token: `t${(given += 1)}`, expires_in: 300 })
    return script(request, `http://127.0.0.1:${listener.port}`)
  })
  const clock = testClock()
  const http = testHttp(clock)
  open.push(listener, http)
  const log = testLog()
  const memory = new HostMemory([], clock)
  const endpoint = new Endpoint(http, memory, configOf())
  const tokens = new Tokens({ http, clock, config: configOf() })
  const auth = new Auth({ endpoint, tokens, memory, clock, log, smallBytes: 1000 })
  const call = (access: Partial<Access> = {}, path = 'a/b') => callTo(`${listener.host}/${path}`, access)
  const send = async (one = call()) => {
    const target = `/v2/${one.access.image.path}/tags/list`
    const answer = await auth.send(
      { call: one, kind: 'tags', method: 'GET', target, headers: {}, label: 'tags', totalMs: 5000, maxBytes: 1000 },
      signal,
    )
    await answer.discard()
    return answer.status
  }
  /** What was asked, in short: path and login. */
  const asked = () => listener.seen.map(({ path, headers }) => [path, headers.authorization].filter(Boolean).join(' '))
  return { send, call, asked, clock, log, memory, seen: listener.seen }
}

const demand = (url: string, scope = '') =>
  reply(401, {
    'www-authenticate': `Bearer realm="${url}/token",service="s"${scope === '' ? '' : `,scope="${scope}"`}`,
  })
const list = '/v2/a/b/tags/list'

describe('without a login', () => {
  it('every request is bare', async () => {
    const { send, asked } = await registry(() => reply(200))
    expect([await send(), await send()]).toEqual([200, 200])
    expect(asked()).toEqual([list, list])
  })

  it.each([403, 404])('the first %i is looked into at /v2/, once', async (status) => {
    const { send, asked } = await registry(({ path }) => reply(path === '/v2/' ? 200 : status))
    expect([await send(), await send()]).toEqual([status, status])
    expect(asked()).toEqual([list, '/v2/', list])
  })

  it('a 401 that demands nothing stands, where there is no password', async () => {
    const { send, asked } = await registry(({ path }) => reply(path === '/v2/' ? 200 : 401))
    expect(await send()).toBe(401)
    expect(asked()).toEqual([list, '/v2/'])
  })
})

const admits = (token: string) => (request: Seen, url: string) =>
  request.headers.authorization === `Bearer ${token}` ? reply(200) : demand(url)

describe('by token', () => {
  it('is admitted by three requests, later by one', async () => {
    const { send, asked, call } = await registry(admits('t1'))
    const one = call()
    expect([await send(one), one.requests]).toEqual([200, 3])
    expect(await send()).toBe(200)
    expect(asked()).toEqual([list, '/token', `${list} Bearer t1`, `${list} Bearer t1`])
  })

  it('shows a password to the token server alone', async () => {
    const { send, asked, call } = await registry(admits('t1'))
    await send(call(login))
    expect(asked()).toEqual([list, `/token ${passwordHeader}`, `${list} Bearer t1`])
  })

  it('is asked for at /v2/ where the list hides it', async () => {
    const { send, asked } = await registry((request, url) => {
      if (request.headers.authorization === 'Bearer t1') return reply(200)
      return request.path === '/v2/' ? demand(url) : reply(404)
    })
    expect(await send()).toBe(200)
    expect(asked()).toEqual([list, '/v2/', '/token', `${list} Bearer t1`])
  })

  it('lets all others wait for the first to learn it', async () => {
    const { send, asked } = await registry(admits('t1'))
    expect(await Promise.all([send(), send(), send()])).toEqual([200, 200, 200])
    expect(asked().filter((one) => one === list)).toHaveLength(1)
    expect(asked().filter((one) => one === '/token')).toHaveLength(1)
  })

  it('fails for all who wait when the first has no answer, each in its own words', async () => {
    const { send, call, asked } = await registry(() => ({ ...reply(200), wire: { raw: new Uint8Array() } }))
    const paths = ['a/b', 'c/d', 'e/f']
    const ended = await Promise.allSettled(paths.map(async (path) => send(call({}, path))))
    const texts = ended.map((one) => (one.status === 'rejected' ? String(one.reason) : 'an answer'))
    for (const text of texts) expect(text).toContain('could not be reached')
    expect(asked()).toHaveLength(1)
    expect((await Promise.allSettled([send()]))[0]).toMatchObject({ status: 'rejected' })
    expect(asked()).toHaveLength(2)
  })

  it('is asked for again after an hour without knowing', async () => {
    const { send, asked, clock } = await registry(() => reply(200))
    await send()
    clock.pass(3_600_000)
    await send()
    expect(asked()).toEqual([list, list])
  })

  it('renews a token that is refused, once for a request', async () => {
    const { send, asked, call } = await registry((request, url) => {
      const fresh = ['Bearer t1', 'Bearer t3'].includes(request.headers.authorization ?? '')
      return fresh && asked().length !== 4 ? reply(200) : demand(url)
    })
    expect(await send()).toBe(200)
    const one = call()
    expect([await send(one), one.renewals]).toEqual([401, 1])
    expect(asked().slice(3)).toEqual([`${list} Bearer t1`, '/token', `${list} Bearer t2`])
  })

  it('renews three times a call', async () => {
    const { send, call, asked } = await registry((_request, url) => demand(url))
    const one = call()
    const statuses: number[] = []
    for (let times = 0; times < 5; times += 1) statuses.push(await send(one))
    expect([new Set(statuses), one.renewals]).toEqual([new Set([401]), 3])
    expect(asked().filter((text) => text === '/token')).toHaveLength(4)
  })

  it('asks for what is demanded, in front of what is usual', async () => {
    const scope = 'repository:a/b:pull,push repository:other:pull'
    const { send, seen } = await registry((request, url) => {
      if (request.headers.authorization === 'Bearer t2') return reply(200)
      return demand(url, request.headers.authorization === undefined ? scope : 'repository:a/b:content_read')
    })
    expect(await send()).toBe(200)
    const scopes = seen.filter(({ path }) => path === '/token').map(({ query }) => query.getAll('scope'))
    expect(scopes).toEqual([['repository:a/b:pull'], ['repository:a/b:content_read', 'repository:a/b:pull']])
  })

  it('sends a registry token as it is, and no second time', async () => {
    const { send, asked, call } = await registry((_request, url) => demand(url))
    expect(
      await send(call({ credential: { kind: 'bearer', token: new Secret('given') }, credentialId: 'secret:y' })),
    ).toBe(401)
    expect(asked()).toEqual([list, `${list} Bearer given`])
  })
})

describe('by password', () => {
  const basic = reply(401, { 'www-authenticate': 'Basic realm="r"' })

  it('goes to the registry itself', async () => {
    const { send, asked, call } = await registry(({ headers }) =>
      headers.authorization === passwordHeader ? reply(200) : basic,
    )
    expect([await send(call(login)), await send(call(login))]).toEqual([200, 200])
    expect(asked()).toEqual([list, `${list} ${passwordHeader}`, `${list} ${passwordHeader}`])
  })

  it('is sent once', async () => {
    const { send, asked, call } = await registry(() => basic)
    expect([await send(call(login)), await send(call())]).toEqual([401, 401])
    expect(asked()).toEqual([list, `${list} ${passwordHeader}`, list])
  })

  it('is tried where a 401 demands nothing', async () => {
    const { send, asked, call } = await registry(({ headers, path }) =>
      reply(path === '/v2/' || headers.authorization ? 200 : 401),
    )
    expect([await send(call(login)), await send(call(login))]).toEqual([200, 200])
    expect(asked()).toEqual([list, '/v2/', `${list} ${passwordHeader}`, list, `${list} ${passwordHeader}`])
  })

  it('of an identity token has its name', async () => {
    const { send, asked, call } = await registry(({ headers }) =>
      headers.authorization === undefined ? basic : reply(200),
    )
    await send(
      call({ credential: { kind: 'identity', username: '', token: new Secret('refresh') }, credentialId: 'secret:z' }),
    )
    expect(asked()[1]).toBe(`${list} Basic ${btoa('<token>:refresh')}`)
  })
})

it.each(['Negotiate', 'Bearer realm="/relative"'])('a demand of the kind %s is an error', async (challenge) => {
  const { send } = await registry(() => reply(401, { 'www-authenticate': challenge }))
  await expect(send()).rejects.toMatchObject({ code: 'REGISTRY_CHALLENGE_UNSUPPORTED' })
})

it('a demand that changes is followed', async () => {
  const { send, asked, call } = await registry(({ headers }, url) => {
    if (headers.authorization === passwordHeader) return reply(200)
    return headers.authorization === undefined ? demand(url) : reply(401, { 'www-authenticate': 'Basic realm="r"' })
  })
  expect([await send(call(login)), await send(call(login))]).toEqual([200, 200])
  const passwordSent = `${list} ${passwordHeader}`
  expect(asked()).toEqual([list, `/token ${passwordHeader}`, `${list} Bearer t1`, passwordSent, passwordSent])
})

it('learns the software, and tells a warning once for each repository', async () => {
  const { send, call, memory, log } = await registry(() =>
    reply(200, { warning: '299 - "this is old"', 'x-jfrog-version': 'Artifactory/7' }),
  )
  for (const path of ['a/b', 'a/b', 'a/c']) await send(call({}, path))
  expect(memory.provider(call().access.image.host).name).toBe('artifactory')
  expect(log.warnings).toHaveLength(2)
  expect(log.warnings[0]).toContain('299 - "this is old"')
})
