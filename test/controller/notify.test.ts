import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { Clock } from '#flow/ports.ts'
import { openNotifier, type Notifier, type NotifierOptions } from '#controller/notify.ts'
import type { Told } from '#controller/notify/flux-event.ts'
import { openListener, type Listener, type Seen } from '../fakes/listener.ts'
import type { Reply } from '../fakes/wire.ts'
import { reply, testClock, testLog } from '../io/registry/harness.ts'
import { freePort } from '../services/ports.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]()
})

const about: Told = {
  group: 'tagboat.dev',
  apiVersion: 'tagboat.dev/v1',
  kind: 'ImagePolicy',
  metadata: { namespace: 'apps', name: 'web', generation: 1, annotations: {}, labels: {} },
}

/** A receiver as notification-controller is one, and a notifier of it. */
async function scene(
  answer: (request: Seen, count: number) => Reply = () => reply(202),
  some: Partial<NotifierOptions> = {},
) {
  let count = 0
  const receiver = await openListener((request) => answer(request, (count += 1)))
  open.push(receiver)
  return { receiver, ...notifierOf(receiver.url, some) }
}

function notifierOf(address: string, some: Partial<NotifierOptions> = {}) {
  const clock = testClock()
  const log = testLog()
  const dropped: string[] = []
  const notifier = openNotifier({
    address,
    identity: 'tagboat-0',
    userAgent: 'tagboat/1.2.3',
    environment: {},
    clock,
    log,
    onDropped: () => dropped.push('x'),
    ...some,
  })
  open.push(notifier)
  return { notifier, clock, log, dropped }
}

function say(notifier: Notifier, message: string): void {
  notifier.notify(about, { type: 'Normal', reason: 'Succeeded', message, metadata: {} })
}

/** Messages that have come in, repetitions included. */
function heard({ seen }: Listener): readonly string[] {
  return seen.map(({ body }) => String(JSON.parse(Buffer.from(body).toString()).message))
}

async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { timeout: 5000, interval: 5 }).toBe(true)
}

describe('events', () => {
  it('come in order, as JSON, by POST', async () => {
    const { receiver, notifier } = await scene()
    for (const message of ['a', 'b', 'c']) say(notifier, message)
    await until(() => notifier.waiting() === 0)
    expect(heard(receiver)).toEqual(['a', 'b', 'c'])
    expect(receiver.seen[0]).toMatchObject({
      method: 'POST',
      target: '/',
      headers: { 'content-type': 'application/json', 'user-agent': 'tagboat/1.2.3' },
    })
  })

  it.each([500, 502, 503, 408])('are sent again after %j, ever later, and stay in order', async (status) => {
    const { receiver, notifier, clock, log, dropped } = await scene((_request, count) =>
      reply(count <= 3 ? status : 202),
    )
    say(notifier, 'a')
    say(notifier, 'b')
    await until(() => notifier.waiting() === 0)
    expect(heard(receiver)).toEqual(['a', 'a', 'a', 'a', 'b'])
    expect(clock.slept).toEqual([1000, 2000, 4000])
    expect(log.warnings).toHaveLength(1)
    expect(dropped).toEqual([])
  })

  it('are sent again where the answer breaks off', async () => {
    const { receiver, notifier } = await scene((_request, count) => {
      return count === 1 ? { ...reply(202), wire: { raw: Buffer.from('HTTP/1.1 ') } } : reply(202)
    })
    say(notifier, 'a')
    await until(() => notifier.waiting() === 0)
    expect(heard(receiver)).toEqual(['a', 'a'])
  })

  it.each([400, 401, 404, 413, 301])('that are refused with %j are not sent again', async (status) => {
    const { receiver, notifier, dropped, log } = await scene((_request, count) => reply(count === 1 ? status : 202))
    say(notifier, 'a')
    say(notifier, 'b')
    await until(() => notifier.waiting() === 0)
    expect(heard(receiver)).toEqual(['a', 'b'])
    expect(dropped).toHaveLength(1)
    expect(log.warnings).toEqual([expect.stringContaining(`the receiver of events answered ${status}`)])
  })

  it('that the receiver knows already are not sent again, and do not count as lost', async () => {
    const { receiver, notifier, clock, dropped } = await scene(() =>
      reply(429, { 'x-ratelimit-limit': '1', 'retry-after': 'Tue, 24 Nov 2026 12:05:00 UTC' }),
    )
    say(notifier, 'a')
    say(notifier, 'b')
    await until(() => notifier.waiting() === 0)
    expect(heard(receiver)).toEqual(['a', 'b'])
    expect([clock.slept, dropped]).toEqual([[], []])
  })

  it.each([
    ['7', 7000],
    ['86400', 300_000],
    ['soon', 30_000],
  ])('wait where the receiver asks for it: %s', async (after, slept) => {
    const { receiver, notifier, clock } = await scene((_request, count) =>
      count === 1 ? reply(429, { 'retry-after': after }) : reply(202),
    )
    say(notifier, 'a')
    await until(() => notifier.waiting() === 0)
    expect(heard(receiver)).toEqual(['a', 'a'])
    expect(clock.slept).toEqual([slept])
  })

  it('older than an hour are let go', async () => {
    const { receiver, notifier, clock, dropped } = await scene(() => {
      clock.pass(3_600_001)
      return reply(500)
    })
    say(notifier, 'a')
    await until(() => dropped.length === 1)
    expect(heard(receiver)).toEqual(['a'])
  })
})

/** A clock whose sleeps end only with their signal. */
function sleepless(): Clock {
  return {
    ...testClock(),
    sleep: async (_ms, signal) => {
      await wait(60_000, undefined, { signal })
    },
  }
}

describe('a receiver that is away', () => {
  it('keeps nobody waiting; the oldest events beyond a thousand are dropped and counted', async () => {
    const address = `http://127.0.0.1:${await freePort()}/`
    const { notifier, dropped } = notifierOf(address, { clock: sleepless() })
    for (let count = 0; count < 1200; count += 1) say(notifier, `m${count}`)
    expect(notifier.waiting()).toBe(1000)
    expect(dropped).toHaveLength(200)
  })

  it('gets the latest when it is back', async () => {
    const back = Promise.withResolvers<void>()
    const clock: Clock = { ...testClock(), sleep: async () => back.promise }
    let isAway = true
    const { receiver, notifier, log } = await scene(() => reply(isAway ? 503 : 202), { clock })
    for (let count = 0; count < 1001; count += 1) say(notifier, `m${count}`)
    await until(() => log.warnings.length === 1)
    receiver.forget()
    isAway = false
    back.resolve()
    await until(() => receiver.seen.length > 2)
    isAway = true
    expect(heard(receiver).slice(0, 3)).toEqual(['m1', 'm2', 'm3'])
  })
})

describe('at the end of the process', () => {
  it('what waits is still sent', async () => {
    const { receiver, notifier } = await scene()
    for (const message of ['a', 'b']) say(notifier, message)
    await notifier[Symbol.asyncDispose]()
    expect(heard(receiver)).toEqual(['a', 'b'])
  })

  it('a pause is cut short for one more try', async () => {
    const { receiver, notifier, dropped, log } = await scene((_request, count) => reply(count === 2 ? 202 : 503), {
      clock: sleepless(),
    })
    for (const message of ['a', 'b', 'c']) say(notifier, message)
    await until(() => log.warnings.length === 1)
    await notifier[Symbol.asyncDispose]()
    expect(heard(receiver)).toEqual(['a', 'a', 'b'])
    expect(dropped).toHaveLength(2)
  })

  it('what cannot be sent counts as lost, and so does what comes later', async () => {
    const { notifier, dropped } = await scene((): Reply => ({ ...reply(202), wire: { delayMs: 60_000 } }))
    say(notifier, 'a')
    say(notifier, 'b')
    await notifier[Symbol.asyncDispose]()
    say(notifier, 'c')
    expect(dropped).toHaveLength(3)
  })
})

it.each(['', 'notification-controller', 'ftp://x/', 'http://user:password@x/', 'http://'])(
  '%j is no address',
  (address) => {
    expect(() => notifierOf(address)).toThrow(
      '--events-addr: expected an address such as http://host/, without credentials',
    )
  },
)
