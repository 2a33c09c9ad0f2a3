import { afterEach, describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import { Secret } from '#core/secret/secret.ts'
import { openHttp, type HttpRequest } from '#io/http.ts'
import { sendFollowing, type RedirectRules } from '#io/http/redirect.ts'
import { openListener, type Listener, type Seen } from '../../fakes/listener.ts'
import type { Reply } from '../../fakes/wire.ts'

const signal = new AbortController().signal
const done: Reply = { status: 200, headers: {}, body: Buffer.from('done') }
const to = (location: string, status = 307): Reply => ({ status, headers: { location }, body: Buffer.alloc(0) })

const client = openHttp({
  codes: {
    unavailable: 'REGISTRY_UNAVAILABLE',
    timeout: 'REGISTRY_TIMEOUT',
    tls: 'REGISTRY_TLS_FAILED',
    tooLarge: 'REGISTRY_TOO_LARGE',
    malformed: 'REGISTRY_BAD_RESPONSE',
    forbidden: 'REGISTRY_HOST_REFUSED',
  },
  userAgent: 'tagboat/test',
  environment: {},
  forbiddenHosts: [],
  clock: { monotonic: () => 0 },
})

const open: Listener[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one[Symbol.asyncDispose]()))
})

async function origin(answer: (request: Seen) => Reply): Promise<Listener> {
  const listener = await openListener(answer)
  open.push(listener)
  return listener
}

const rules: RedirectRules = {
  judge: () => ({ loopback: true, private: true }),
  refused: (why) => new AppError('REGISTRY_REDIRECT_REFUSED', why),
}

const anonymous = async () => new Secret('Bearer anonymous')

const judge = () => {
  throw new AppError('REGISTRY_REDIRECT_REFUSED', 'refused by the judge')
}

function ask(url: string, options: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'GET',
    url: new URL(url),
    headers: { accept: 'a/b', range: 'bytes=0-9', 'if-none-match': '"x"', 'x-registry-auth': 'canary' },
    authorization: new Secret('Bearer canary'),
    transport: { id: 'plain' },
    rule: { loopback: true, private: true },
    offerCertificate: true,
    totalMs: 10_000,
    maxBytes: 1000,
    label: 'a blob',
    ...options,
  }
}

describe('within the origin', () => {
  it.each([301, 302, 303, 307, 308])('%i is followed with all headers', async (status) => {
    const here = await origin(({ path }) => (path === '/a' ? to('/b?c=%2F', status) : done))
    const { answer, strayed } = await sendFollowing(client, ask(`${here.url}/a`), { rules: rules, signal })
    expect([answer.status, strayed, here.seen[1]?.target]).toEqual([200, false, '/b?c=%2F'])
    expect(here.seen[1]?.headers).toMatchObject({ authorization: 'Bearer canary', 'if-none-match': '"x"' })
  })

  it.each([
    [302, 302],
    [307, 200],
  ])('a POST answered %i ends as %i', async (status, end) => {
    const here = await origin(({ path }) => (path === '/a' ? to('/b', status) : done))
    const post = ask(`${here.url}/a`, { method: 'POST', body: new Secret('k=v') })
    const { answer } = await sendFollowing(client, post, { rules: rules, signal })
    expect(answer.status).toBe(end)
    await answer.discard()
  })
})

describe('to another origin', () => {
  it('goes no header of ours but harmless ones, also on the way back', async () => {
    const away: Listener = await origin(() => to(`${here.url}/end`))
    const here: Listener = await origin(({ path }) => (path === '/a' ? to(`${away.url}/x`) : done))
    const { answer, strayed } = await sendFollowing(client, ask(`${here.url}/a`), { rules: rules, signal })
    expect([answer.status, strayed]).toEqual([200, true])
    for (const request of [away.seen[0], here.seen[1]]) {
      expect(request?.headers).toMatchObject({ accept: 'a/b', range: 'bytes=0-9', 'user-agent': 'tagboat/test' })
      expect(JSON.stringify(request?.headers)).not.toContain('canary')
      expect(request?.headers).not.toHaveProperty('if-none-match')
    }
  })

  it('a POST does not go', async () => {
    const away = await origin(() => done)
    const here = await origin(() => to(`${away.url}/x`))
    const post = ask(here.url, { method: 'POST', body: new Secret('k=v') })
    await expect(sendFollowing(client, post, { rules: rules, signal })).rejects.toThrow(
      'a login is not sent on to another host',
    )
    expect(away.seen).toEqual([])
  })

  it('a 401 is met once with what the rules give, and that stays at its host', async () => {
    const last = await origin(() => done)
    const away = await origin(({ headers }) =>
      headers.authorization === undefined ? { ...done, status: 401 } : to(`${last.url}/y`),
    )
    const here = await origin(() => to(`${away.url}/x`))
    const { answer } = await sendFollowing(client, ask(here.url), { rules: { ...rules, anonymous }, signal })
    expect(answer.status).toBe(200)
    expect(away.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer anonymous'])
    expect(last.seen[0]?.headers.authorization).toBeUndefined()
  })

  it('a second 401 is the answer', async () => {
    const away = await origin(() => ({ ...done, status: 401 }))
    const here = await origin(() => to(`${away.url}/x`))
    const { answer, strayed } = await sendFollowing(client, ask(here.url), { rules: { ...rules, anonymous }, signal })
    expect([answer.status, strayed, away.seen.length]).toEqual([401, true, 2])
  })
})

describe('what is not followed', () => {
  it('more than three redirects', async () => {
    const here = await origin(({ path }) => to(`${path}a`))
    await expect(sendFollowing(client, ask(`${here.url}/a`), { rules: rules, signal })).rejects.toThrow(
      'more than 3 redirects',
    )
    expect(here.seen).toHaveLength(4)
  })

  it.each(['', 'http://', 'https://[::'])('the address %j', async (location) => {
    const here = await origin(() => to(location))
    const work = sendFollowing(client, ask(`${here.url}/a`), { rules: rules, signal })
    await expect(work).rejects.toThrow('a redirect without a usable address')
    expect(here.seen).toHaveLength(1)
  })

  it('what the rules refuse, of which nothing is asked', async () => {
    const away = await origin(() => done)
    const here = await origin(() => to(away.url))
    await expect(sendFollowing(client, ask(here.url), { rules: { ...rules, judge }, signal })).rejects.toThrow(
      'by the judge',
    )
    expect(away.seen).toEqual([])
  })
})
