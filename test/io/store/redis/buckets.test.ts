import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Clock, RateBucket } from '#flow/ports.ts'
import { openRedisBuckets } from '#io/store/redis/buckets.ts'
import { clock, listeningLog, signal, startScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await startScene()
})
afterAll(async () => scene[Symbol.asyncDispose]())

/** A replica whose waits are written down instead of waited for. */
async function replica(redis = scene.redis) {
  const waits: number[] = []
  const noting: Clock = {
    ...clock,
    sleep: async (ms, stop) => {
      stop.throwIfAborted()
      waits.push(ms)
    },
  }
  const log = listeningLog()
  return { waits, log, buckets: openRedisBuckets(redis, { clock: noting, log }) }
}

async function takeAll(bucket: RateBucket, times: number): Promise<void> {
  await Promise.all(Array.from({ length: times }, async () => bucket.take(signal)))
}

/** So slow that the time which the test itself takes does not count. */
const rate = { perSecond: 0.1, burst: 5 }
const rounded = (waits: readonly number[]): readonly number[] => waits.map((ms) => Math.round(ms / 5000) * 5000)

it('lets a burst pass and spaces the rest, in the order of asking', async () => {
  const { buckets, waits } = await replica()
  await takeAll(buckets(randomUUID(), rate), 8)
  expect(rounded(waits)).toEqual([10_000, 20_000, 30_000])
})

it('is one for all replicas', async () => {
  const [one, two] = [await replica(), await replica(await scene.join())]
  const key = randomUUID()
  await takeAll(one.buckets(key, rate), 4)
  await takeAll(two.buckets(key, rate), 4)
  await takeAll(one.buckets(key, rate), 1)
  expect([rounded(one.waits), rounded(two.waits)]).toEqual([[40_000], [10_000, 20_000, 30_000]])
  const apart = await replica()
  await takeAll(apart.buckets(`${key}-another`, rate), 5)
  expect(apart.waits).toEqual([])
})

it('gives the same bucket for the same key', async () => {
  const { buckets } = await replica()
  expect(buckets('a', rate)).toBe(buckets('a', rate))
  expect(buckets('a', rate)).not.toBe(buckets('b', rate))
})

it('charges what nobody waits for', async () => {
  const { buckets, waits } = await replica()
  const bucket = buckets(randomUUID(), rate)
  bucket.charge(7)
  await bucket.take(signal)
  expect(rounded(waits)).toEqual([30_000])
})

it('halves the rate for everybody when the other side complains', async () => {
  const [one, two] = [await replica(), await replica(await scene.join())]
  const key = randomUUID()
  const fast = { perSecond: 0.8, burst: 1 }
  one.buckets(key, fast).slowDown()
  one.buckets(key, fast).slowDown()
  await takeAll(one.buckets(key, fast), 1)
  await takeAll(two.buckets(key, fast), 3)
  expect(tokenMs(two.waits)).toBe(5000)
})

/** Milliseconds from one to the next of those who asked together. */
function tokenMs(waits: readonly number[]): number {
  const [former = 0, last = 0] = waits.slice(-2)
  return Math.round(last - former)
}

it.each([
  // [times slowed, quiet minutes, milliseconds for one token]
  [1, 0, 200],
  [1, 1, 167],
  [1, 5, 100],
  [20, 0, 10_000],
  [20, 1, 909],
])('slowed %d times, after %d quiet minutes: a token takes %d ms', async (times, minutes, ms) => {
  const { buckets, waits } = await replica()
  const key = randomUUID()
  const bucket = buckets(key, { perSecond: 10, burst: 1 })
  for (let time = 0; time < times; time += 1) bucket.slowDown()
  await bucket.take(signal)
  await passMinutes(minutes)
  await takeAll(bucket, 5)
  expect(tokenMs(waits)).toBe(ms)
})

/** What was written down in Redis happened so much earlier. */
async function passMinutes(minutes: number): Promise<void> {
  const back = `for _, key in ipairs(redis.call('keys', '*:rate:*')) do
    for _, field in ipairs({ 'at', 'slowed' }) do
      redis.call('hset', key, field, string.format('%.3f', redis.call('hget', key, field) - ARGV[1]))
    end
  end`
  await scene.server.command('eval', back, '0', String(minutes * 60_000 + (minutes > 0 ? 100 : 0)))
}

it('fills nothing for a clock that was put back', async () => {
  const { buckets, waits } = await replica()
  const bucket = buckets(randomUUID(), rate)
  await takeAll(bucket, 5)
  await passMinutes(-60)
  await bucket.take(signal)
  expect(rounded(waits)).toEqual([10_000])
})

describe('whoever gives up', () => {
  it('before its turn takes nothing', async () => {
    const { buckets, waits } = await replica()
    const bucket = buckets(randomUUID(), { perSecond: 1, burst: 1 })
    await expect(bucket.take(AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
    await bucket.take(signal)
    expect(waits).toEqual([])
  })

  it('while waiting leaves its token to the others', async () => {
    const { buckets, waits } = await replica()
    const other = buckets(randomUUID(), { ...rate, burst: 1 })
    const stopping = new AbortController()
    await other.take(signal)
    const given = other.take(stopping.signal)
    stopping.abort()
    await expect(given).rejects.toMatchObject({ code: 'CANCELLED' })
    await other.take(signal)
    expect(rounded(waits)).toEqual([10_000])
  })
})

describe('without Redis', () => {
  it('each replica keeps to its part of the rate, and to the common one afterwards', async () => {
    await scene.server.command('flushall')
    const [one, two] = [await replica(), await replica(await scene.join())]
    const key = randomUUID()
    await takeAll(one.buckets(key, rate), 1)
    await takeAll(two.buckets(key, rate), 1)
    await takeAll(one.buckets(key, rate), 1)
    await scene.server.kill()
    const bucket = one.buckets(`${key}-new`, { perSecond: 0.2, burst: 4 })
    await takeAll(bucket, 5)
    expect(rounded(one.waits)).toEqual([10_000, 20_000, 30_000])
    expect(one.log.warnings).toHaveLength(1)
    await scene.server.start()
    await scene.redis.ready(signal)
    await takeAll(bucket, 4)
    expect(one.waits).toHaveLength(3)
  })

  it('waits for one that stands still two seconds at most', async () => {
    const { buckets, waits, log } = await replica()
    scene.server.freeze(true)
    try {
      await takeAll(buckets(randomUUID(), rate), 5)
    } finally {
      scene.server.freeze(false)
    }
    expect(waits).toEqual([])
    expect(log.warnings).toHaveLength(1)
    await scene.redis.ready(signal)
  })
})
