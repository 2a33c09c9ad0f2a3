import { describe, expect, it } from 'vitest'
import { Bucket } from '#io/registry/bucket.ts'
import type { Question } from '#io/registry/exchange.ts'
import { HostMemory } from '#io/registry/host-memory.ts'
import { Limits } from '#io/registry/limits.ts'
import type { HostOptions } from '#io/registry/options.ts'
import { callTo, signal, testClock } from './harness.ts'

function question(image: string, extra: Partial<Question> & { credentialId?: string } = {}): Question {
  const { credentialId = 'anon', ...rest } = extra
  return {
    call: callTo(image, { credentialId }),
    kind: 'tags',
    method: 'GET',
    target: '/v2/',
    accept: '*/*',
    label: 'the tags',
    totalMs: 1,
    maxBytes: 1,
    ...rest,
  }
}

function limitsOf(hosts: readonly HostOptions[] = []) {
  const clock = testClock()
  const limits = new Limits(clock, new HostMemory(hosts, clock))
  const enter = async (image: string, extra: Parameters<typeof question>[1] = {}) =>
    limits.enter(question(image, extra), signal)
  /** Asks once, and tells what became of it. */
  const ask = async (
    image: string,
    outcome: 'answered' | 'limited' | 'quota' | 'unreachable' | 'failed',
    extra = {},
  ) => {
    const leave = await enter(image, extra)
    if (outcome === 'answered') leave.answered()
    if (outcome === 'unreachable') leave.unreachable()
    if (outcome === 'limited' || outcome === 'quota')
      leave.limited({ isQuota: outcome === 'quota', retry: { afterMs: 60_000 } })
    leave.end(0)
  }
  return { clock, enter, ask, states: () => limits.states() }
}

const limited = { code: 'REGISTRY_RATE_LIMITED' }

describe('pauses', () => {
  it('stop everybody where no quota is named, for the time said and a little more', async () => {
    const { ask, clock } = limitsOf()
    await ask('r.io/a', 'limited')
    await expect(ask('r.io/b', 'answered')).rejects.toMatchObject({ ...limited, retry: { afterMs: 63_000 } })
    await expect(ask('r.io/b', 'answered', { credentialId: 'secret:x' })).rejects.toMatchObject(limited)
    await ask('other.io/a', 'answered')
    clock.pass(62_999)
    await expect(ask('r.io/a', 'answered')).rejects.toThrow('r.io: asked for a pause of 1 s')
    clock.pass(1)
    await ask('r.io/a', 'answered')
  })

  it('are not ended by an answer to an earlier request', async () => {
    const { enter, ask } = limitsOf()
    const [first, second] = [await enter('r.io/a'), await enter('r.io/b')]
    first.limited({ isQuota: false, retry: { afterMs: 60_000 } })
    first.end(0)
    second.answered()
    second.end(0)
    await expect(ask('r.io/c', 'answered')).rejects.toMatchObject(limited)
  })

  it('stop one credential where a quota is named', async () => {
    const { ask } = limitsOf()
    await ask('r.io/a', 'quota', { credentialId: 'secret:x' })
    await expect(ask('r.io/b', 'answered', { credentialId: 'secret:x' })).rejects.toMatchObject(limited)
    await ask('r.io/b', 'answered')
    await ask('r.io/b', 'answered', { credentialId: 'secret:y' })
  })

  it('of pulls on Docker Hub stop GET of manifests alone', async () => {
    const { ask } = limitsOf()
    await ask('alpine', 'quota', { kind: 'manifest' })
    await expect(ask('busybox', 'answered', { kind: 'manifest' })).rejects.toMatchObject(limited)
    await ask('alpine', 'answered', { kind: 'manifest', method: 'HEAD' })
    await ask('alpine', 'answered', { kind: 'tags' })
  })

  it('grow from 30 s to an hour where no time is said, until an answer comes', async () => {
    const { enter, clock } = limitsOf()
    const pauses: number[] = []
    for (let times = 0; times < 9; times += 1) {
      const leave = await enter('r.io/a')
      pauses.push(leave.limited({ isQuota: false }) / 1.05)
      leave.end(0)
      clock.pass(4_000_000)
    }
    expect(pauses.map(Math.round)).toEqual([
      30_000, 60_000, 120_000, 240_000, 480_000, 960_000, 1_920_000, 3_600_000, 3_600_000,
    ])
    const leave = await enter('r.io/a')
    leave.answered()
    leave.end(0)
    const next = await enter('r.io/a')
    expect(Math.round(next.limited({ isQuota: false }) / 1.05)).toBe(30_000)
    next.end(0)
  })

  it('end with one probe, for all repositories; the others go by what it brings', async () => {
    const { ask, enter, clock } = limitsOf([{ host: 'r.io', concurrency: 100 }])
    await ask('r.io/a', 'limited')
    clock.pass(63_000)
    const entered: string[] = []
    const others = Array.from({ length: 99 }, async (_, position) => {
      const probe = await enter(`r.io/${position}`)
      entered.push('probe')
      return probe
    })
    const probe = await Promise.race(others)
    expect(entered).toEqual(['probe'])
    probe.limited({ isQuota: false, retry: { afterMs: 60_000 } })
    probe.end(0)
    const outcomes = await Promise.allSettled(others)
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(98)
    clock.pass(63_000)
    await ask('r.io/a', 'answered')
    await Promise.all(Array.from({ length: 20 }, async () => ask('r.io/a', 'answered')))
  })
})

describe('the breaker', () => {
  it('keeps away from a host after five failed connections, ever longer, and tries once', async () => {
    const { ask, clock } = limitsOf()
    for (let times = 0; times < 5; times += 1) await ask('r.io/a', 'unreachable')
    await expect(ask('r.io/a', 'answered')).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      message: 'r.io: could not be reached; left alone for a while',
      retry: { afterMs: 30_000 },
    })
    clock.pass(30_000)
    await ask('r.io/a', 'unreachable')
    await expect(ask('r.io/a', 'answered')).rejects.toMatchObject({ retry: { afterMs: 60_000 } })
    clock.pass(60_000)
    await ask('r.io/a', 'answered')
    await ask('r.io/a', 'unreachable')
    await ask('r.io/a', 'answered')
  })

  it('takes failures of the same moment for one', async () => {
    const { enter, ask } = limitsOf()
    const leaves = await Promise.all(Array.from({ length: 8 }, async () => enter('r.io/a')))
    for (const leave of leaves) {
      leave.unreachable()
      leave.end(0)
    }
    await expect(ask('r.io/a', 'answered')).rejects.toMatchObject({ retry: { afterMs: 30_000 } })
  })

  it('counts failures in a row', async () => {
    const { ask } = limitsOf()
    for (let times = 0; times < 4; times += 1) await ask('r.io/a', 'unreachable')
    await ask('r.io/a', 'answered')
    for (let times = 0; times < 4; times += 1) await ask('r.io/a', 'unreachable')
    await ask('r.io/a', 'failed')
    await expect(ask('r.io/a', 'answered')).resolves.toBeUndefined()
  })
})

describe('rates', () => {
  it.each([
    ['r.io/a', [], 40],
    ['alpine', [], 10],
    ['quay.io/a', [], 10],
    ['127.0.0.1:5000/a', [], 400],
    ['r.io/a', [{ host: 'r.io', perSecond: 3 }], 6],
  ])('%s with %j: a burst of %i', async (image, hosts, burst) => {
    const { ask, clock } = limitsOf(hosts)
    for (let times = 0; times < burst; times += 1) await ask(image, 'answered')
    expect(clock.slept).toEqual([])
    await ask(image, 'answered')
    expect(clock.slept).toHaveLength(1)
  })

  it('count requests on top, and are apart for each credential', async () => {
    const { enter, ask, clock } = limitsOf([{ host: 'r.io', perSecond: 2 }])
    const leave = await enter('r.io/a')
    leave.end(3)
    await ask('r.io/a', 'answered', { credentialId: 'secret:x' })
    expect(clock.slept).toEqual([])
    await ask('r.io/a', 'answered')
    expect(clock.slept).toEqual([500])
  })
})

it('take the buckets that they are given, one for each host and credential', async () => {
  const clock = testClock()
  const asked: unknown[] = []
  const limits = new Limits(clock, new HostMemory([], clock), (key, rate) => {
    asked.push([key, rate])
    return new Bucket(clock, { perSecond: 4, burst: 0 })
  })
  for (let times = 0; times < 2; times += 1) (await limits.enter(question('r.io/a'), signal)).end(0)
  expect(clock.slept).toEqual([250, 250])
  expect(asked).toEqual([
    ['registry:["r.io","anon"]', { perSecond: 20, burst: 40 }],
    ['registry:["r.io","*"]', { perSecond: 20, burst: 40 }],
  ])
})

it('lets eight through to a host at a time', async () => {
  const { enter } = limitsOf()
  const leaves = await Promise.all(Array.from({ length: 8 }, async () => enter('r.io/a')))
  let entered = false
  const ninth = enter('r.io/a').then((leave) => {
    entered = true
    return leave
  })
  await enter('other.io/a')
  expect(entered).toBe(false)
  leaves[0]?.end(0)
  await ninth
})

it('another origin has limits of its own', async () => {
  const { ask } = limitsOf()
  await ask('alpine', 'limited', { origin: 'https://hub.docker.com' })
  await expect(ask('alpine', 'answered', { origin: 'https://hub.docker.com' })).rejects.toThrow('hub.docker.com: asked')
  await ask('alpine', 'answered')
})

it('gives its slot back where it may not go on', async () => {
  const { ask, clock } = limitsOf([{ host: 'r.io', concurrency: 1 }])
  await ask('r.io/a', 'limited')
  for (let times = 0; times < 3; times += 1) await expect(ask('r.io/a', 'answered')).rejects.toMatchObject(limited)
  clock.pass(63_000)
  await ask('r.io/a', 'answered')
})

describe('what is known of hosts', () => {
  it('is the least that is left of a quota, for as long as the host said, and until when nobody is let through', async () => {
    const { enter, ask, clock, states } = limitsOf()
    await ask('silent.io/a', 'answered')
    for (const [credentialId, remaining] of [
      ['secret:x', 70],
      ['secret:y', 12],
      ['anon', undefined],
    ] as const) {
      const leave = await enter('r.io/a', { credentialId })
      leave.shown({ limit: 100, windowMs: 60_000, ...(remaining !== undefined && { remaining }) })
      leave.end(0)
    }
    await ask('busy.io/a', 'limited')
    expect(states()).toEqual([
      { host: 'r.io', remaining: 12, blockedUntil: undefined },
      { host: 'busy.io', remaining: undefined, blockedUntil: clock.now() + 63_000 },
    ])
    clock.pass(63_000)
    expect(states()).toEqual([])
  })

  it('names a host that is down', async () => {
    const { ask, clock, states } = limitsOf()
    for (let times = 0; times < 5; times += 1) await ask('r.io/a', 'unreachable')
    expect(states()).toEqual([{ host: 'r.io', remaining: undefined, blockedUntil: clock.now() + 30_000 }])
  })
})
