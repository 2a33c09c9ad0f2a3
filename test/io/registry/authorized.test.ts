import { afterEach, describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import { Auth } from '#io/registry/auth.ts'
import { authorized } from '#io/registry/authorized.ts'
import { Endpoint } from '#io/registry/endpoint.ts'
import type { Ask } from '#io/registry/exchange.ts'
import { HostMemory } from '#io/registry/host-memory.ts'
import { Tokens } from '#io/registry/tokens.ts'
import { openListener, type Seen } from '../../fakes/listener.ts'
import type { Reply } from '../../fakes/wire.ts'
import { callTo, configOf, reply, signal, testClock, testHttp, testLog } from './harness.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one[Symbol.asyncDispose]()))
})

async function exchangeWith(answer: (request: Seen) => Reply) {
  const listener = await openListener(answer)
  const clock = testClock()
  const http = testHttp(clock)
  open.push(listener, http)
  const config = configOf()
  const memory = new HostMemory([], clock)
  const endpoint = new Endpoint(http, memory, config)
  const tokens = new Tokens({ http, clock, config })
  const auth = new Auth({ endpoint, tokens, memory, clock, log: testLog(), smallBytes: 1000 })
  const ask: Ask<string> = {
    call: callTo(`${listener.host}/a/b`),
    kind: 'tags',
    method: 'GET',
    target: '/v2/a/b/tags/list',
    accept: 'a/b',
    label: 'the tags of a/b',
    totalMs: 5000,
    maxBytes: 1000,
    read: async (one) => `${one.status} ${Buffer.from(await one.bytes()).toString()}`,
  }
  const exchange = authorized({ auth, http, memory, config })
  return {
    run: async (extra: Partial<Ask<string>> = {}) => exchange({ ...ask, ...extra }, signal),
    listener,
    ask,
    memory,
  }
}

const inspect = async () => Promise.reject(new AppError('REGISTRY_RATE_LIMITED', 'looked at'))

describe('answers', () => {
  it.each([
    ['tags', 'gzip'],
    ['push-times', 'gzip'],
    ['manifest', 'identity'],
    ['blob', 'identity'],
    ['referrers', 'identity'],
  ] as const)('to %s are asked for as %s', async (kind, encoding) => {
    const { run, listener } = await exchangeWith(() => reply(200, {}, 'done'))
    expect(await run({ kind })).toBe('200 done')
    expect(listener.seen[0]?.headers).toMatchObject({ accept: 'a/b', 'accept-encoding': encoding })
  })

  it('may be 304 only where they were asked for on a condition', async () => {
    const { run } = await exchangeWith(() => reply(304))
    expect(await run({ headers: { 'if-none-match': '"1"' } })).toBe('304 ')
    await expect(run()).rejects.toMatchObject({ status: 304, code: 'REGISTRY_BAD_RESPONSE' })
  })

  it('are looked at before their status counts', async () => {
    const { run } = await exchangeWith(() => reply(404))
    await expect(run({ inspect })).rejects.toThrow('looked at')
  })

  it.each([201, 300, 400, 404, 500])('%i is an error that says who answered what', async (status) => {
    const { run, listener } = await exchangeWith(() => reply(status, {}, 'why'))
    await expect(run()).rejects.toMatchObject({
      status,
      message: `${listener.host}: the tags of a/b: answered ${status}: why`,
    })
  })
})

describe('hints', () => {
  it('tell somebody without a credential to give one', async () => {
    const { run, listener } = await exchangeWith(() => reply(403))
    await expect(run()).rejects.toMatchObject({ hint: expect.stringContaining(`no credential for ${listener.host}`) })
  })

  it('name the right that is missing, or another name', async () => {
    const { run, ask } = await exchangeWith(({ path }) =>
      reply(path === '/v2/x/y' ? 403 : 404, { 'x-jfrog-version': '7' }),
    )
    await expect(run()).rejects.toMatchObject({ hint: expect.stringContaining('a/library/b') })
    const known = { ...ask.call, access: { ...ask.call.access, credentialId: 'secret:x' } }
    await expect(run({ call: known, target: '/v2/x/y' })).rejects.toMatchObject({
      hint: expect.stringContaining('give a credential'),
    })
  })
})

describe('another origin', () => {
  it('is asked without a login, and its refusals are its own', async () => {
    const { run, listener, ask } = await exchangeWith(() => reply(401, { 'www-authenticate': 'Basic realm="x"' }))
    const origin = listener.url
    const call = callTo('ghcr.io/a/b', { credentialId: 'secret:x' })
    await expect(run({ origin, call, kind: 'push-times' })).rejects.toMatchObject({
      status: 401,
      code: 'REGISTRY_AUTH_FAILED',
    })
    expect([listener.seen.length, call.requests, ask.call.requests]).toEqual([1, 1, 0])
  })

  it('may not lead elsewhere', async () => {
    const { run, listener } = await exchangeWith(() => reply(302, { location: 'https://169.254.169.254/' }))
    await expect(run({ origin: listener.url })).rejects.toMatchObject({ code: 'REGISTRY_REDIRECT_REFUSED' })
  })
})
