import { describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import type { ErrorCode } from '#core/errors/index.ts'
import type { Ask, Call, Exchange } from '#io/registry/exchange.ts'
import { HostMemory } from '#io/registry/host-memory.ts'
import { HttpFailure } from '#io/http/failure.ts'
import { Limits } from '#io/registry/limits.ts'
import { cached, limited, retrying, revalidationTable } from '#io/registry/wrap.ts'
import type { Reply } from '../../fakes/wire.ts'
import { callTo, httpCodes, json, reply, scripted, signal, testClock } from './harness.ts'

function ask(extra: Partial<Ask<string>> = {}, call: Call = callTo('r.io/a')): Ask<string> {
  return {
    call,
    kind: 'tags',
    method: 'GET',
    target: '/v2/a',
    accept: '*/*',
    label: 'the tags of a',
    totalMs: 1,
    maxBytes: 1,
    read: async (answer) => Buffer.from(await answer.bytes()).toString(),
    ...extra,
  }
}

/** An exchange that fails with these errors in turn, then answers. */
function failing(...errors: readonly Error[]) {
  const clock = testClock()
  let at = 0
  const next: Exchange = async (one) => {
    const error = errors[at]
    at += 1
    if (error !== undefined) throw error
    return one.read({ bytes: async () => Buffer.from('done') } as never)
  }
  return { run: async () => retrying(next, clock)(ask(), signal), clock, tries: () => at }
}
const unavailable = () => new AppError('REGISTRY_UNAVAILABLE', 'down')
const limitedFor = (afterMs: number) => new AppError('REGISTRY_RATE_LIMITED', 'slow down', { retry: { afterMs } })

const down: Exchange = async () => Promise.reject(unavailable())

describe('retrying', () => {
  it('tries three times in all, with pauses', async () => {
    const { run, clock } = failing(unavailable(), unavailable())
    expect(await run()).toBe('done')
    expect(clock.slept).toEqual([1000, 3000])
    const more = failing(unavailable(), unavailable(), unavailable())
    await expect(more.run()).rejects.toThrow('down')
    expect(more.tries()).toBe(3)
  })

  it('waits a short pause out, once', async () => {
    const { run, clock } = failing(limitedFor(5000))
    expect(await run()).toBe('done')
    expect(clock.slept).toEqual([5000])
    const more = failing(limitedFor(10), limitedFor(10))
    await expect(more.run()).rejects.toThrow('slow down')
    expect(more.tries()).toBe(2)
  })

  it.each([
    ['a long pause', limitedFor(5001)],
    ['a pause without end', new AppError('REGISTRY_RATE_LIMITED', 'x')],
    ['an open breaker', new AppError('REGISTRY_UNAVAILABLE', 'x', { retry: { afterMs: 10 } })],
    ['a timeout', new AppError('REGISTRY_TIMEOUT', 'x')],
    ['a refusal', new AppError('REGISTRY_AUTH_FAILED', 'x')],
    ['a defect', new TypeError('x')],
  ])('gives up at once at %s', async (_name, error) => {
    const { run, tries } = failing(error)
    await expect(run()).rejects.toBe(error)
    expect(tries()).toBe(1)
  })

  it('does not go on when stopped', async () => {
    await expect(retrying(down, testClock())(ask(), AbortSignal.abort())).rejects.toThrow('down')
  })
})

function over(script: () => Reply | Error) {
  const clock = testClock()
  const { exchange, asked } = scripted(() => {
    const next = script()
    if (next instanceof Error) throw next
    return next
  })
  const run = limited(exchange, new Limits(clock, new HostMemory([], clock)), clock)
  return { run: async (extra: Partial<Ask<string>> = {}) => run(ask(extra), signal), asked, clock }
}

describe('limited', () => {
  it.each([
    ['429 with a time', reply(429, { 'retry-after': '60' }, 'enough'), 63_000],
    ['503 with a time', reply(503, { 'retry-after': '60' }), 63_000],
    ['429 alone', reply(429), 31_500],
  ])('%s is kept to', async (_name, refusal, afterMs) => {
    const { run, asked } = over(() => refusal)
    for (let times = 0; times < 3; times += 1) {
      await expect(run()).rejects.toMatchObject({ code: 'REGISTRY_RATE_LIMITED', retry: { afterMs } })
    }
    expect(asked).toHaveLength(1)
  })

  it('tells what the registry said', async () => {
    await expect(over(() => reply(429, {}, 'enough')).run()).rejects.toThrow(
      'r.io: the tags of a: answered 429: enough',
    )
  })

  it("is not stopped by Quay's word for a page that is too large", async () => {
    const { run, asked } = over(() => json({ errors: [{ code: 'TOO_MANY_TAGS_REQUESTED' }] }, {}, 429))
    for (let times = 0; times < 2; times += 1) await expect(run()).rejects.toMatchObject({ status: 429 })
    expect(asked).toHaveLength(2)
  })

  it('stops for a limit of the token server too', async () => {
    const { run, asked } = over(
      () => new AppError('REGISTRY_RATE_LIMITED', 'the token server', { retry: { afterMs: 60_000 } }),
    )
    await expect(run()).rejects.toThrow('the token server')
    await expect(run()).rejects.toThrow('r.io: asked for a pause')
    expect(asked).toHaveLength(1)
  })

  it.each([
    ['refused', 5],
    ['unreachable', 5],
    ['timeout', 5],
    ['tls', 7],
    ['too-large', 7],
  ] as const)('after %s five times nobody is asked: %i requests', async (kind, requests) => {
    const { run, asked } = over(() => new HttpFailure(httpCodes, kind, 'lost'))
    for (let times = 0; times < 7; times += 1) await expect(run()).rejects.toBeInstanceOf(AppError)
    expect(asked).toHaveLength(requests)
  })

  it.each<ErrorCode>(['REGISTRY_UNAVAILABLE', 'CANCELLED'])('a probe that ends in %s decides nothing', async (code) => {
    const answers: (Reply | Error)[] = [reply(429), new AppError(code, 'x'), reply(200, {}, 'done')]
    const { run, clock } = over(() => answers.shift() ?? reply(500))
    await expect(run()).rejects.toMatchObject({ code: 'REGISTRY_RATE_LIMITED' })
    clock.pass(31_500)
    await expect(run()).rejects.toMatchObject({ code })
    expect(await run()).toBe('done')
  })
})

const table = () => revalidationTable(1000)

describe('cached', () => {
  const kept = { costOf: () => 10 }

  it.each([
    ['etag', { etag: '"1"' }, { 'if-none-match': '"1"' }],
    [
      'date',
      { 'last-modified': 'Tue, 24 Nov 2026 12:00:00 GMT' },
      { 'if-modified-since': 'Tue, 24 Nov 2026 12:00:00 GMT' },
    ],
  ])('asks by %s whether a value is still so', async (_name, headers, conditions) => {
    const sent: unknown[] = []
    const { exchange } = scripted((question) => {
      sent.push(question.headers)
      return sent.length === 1 ? reply(200, headers, 'value') : reply(304)
    })
    const run = cached(exchange, table())
    expect([await run(ask(kept), signal), await run(ask(kept), signal)]).toEqual(['value', 'value'])
    expect(sent).toEqual([{}, conditions])
  })

  it('takes a new value, and forgets one without a mark', async () => {
    const answers = [reply(200, { etag: '1' }, 'old'), reply(200, {}, 'new'), reply(200, {}, 'newest')]
    const sent: unknown[] = []
    const { exchange } = scripted((question) => {
      sent.push(question.headers)
      return answers.shift() ?? reply(500)
    })
    const run = cached(exchange, table())
    for (const value of ['old', 'new', 'newest']) expect(await run(ask(kept), signal)).toBe(value)
    expect(sent).toEqual([{}, { 'if-none-match': '1' }, {}])
  })

  it.each([
    ['another credential', ask(kept, callTo('r.io/a', { credentialId: 'secret:x' }))],
    ['another transport', ask(kept, callTo('r.io/a', { transport: { id: 'other' } }))],
    ['another host', ask(kept, callTo('other.io/a'))],
    ['another page', ask({ ...kept, target: '/v2/a?n=2' })],
    ['another type', ask({ ...kept, accept: 'a/b' })],
  ])('keeps values apart for %s', async (_name, other) => {
    const { exchange } = scripted(({ headers }) =>
      headers?.['if-none-match'] === undefined ? reply(200, { etag: '1' }, 'own') : reply(304),
    )
    const run = cached(exchange, table())
    await run(ask({ ...kept, read: async () => "somebody else's" }), signal)
    expect(await run(other, signal)).toBe('own')
  })

  it('leaves alone what is not to be kept', async () => {
    const { exchange } = scripted((question) =>
      question.headers === undefined ? reply(200, { etag: '1' }, 'x') : reply(500),
    )
    const run = cached(exchange, table())
    expect([await run(ask(), signal), await run(ask(), signal)]).toEqual(['x', 'x'])
  })
})
