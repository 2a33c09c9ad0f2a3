import { hash, randomUUID } from 'node:crypto'
import { TokenBucket, type Rate } from '#core/token-bucket.ts'
import type { Clock, Log, RateBucket, RateBuckets } from '#flow/ports.ts'
import { cancelled } from './failure.ts'
import { Hints } from './hint.ts'
import type { Redis } from './open.ts'
import { runScript, script } from './script.ts'

const keptMs = 3_600_000
/** Buckets that nobody has used for long are forgotten; Redis knows them for an hour. */
const maxBuckets = 5000
/** A replica that has asked for nothing for so long is none. */
const replicaMs = 60_000

/**
 * Takes tokens by the rules of `TokenBucket`, in the time of Redis. Gives the balance before, the rate (a second) and how
 * many replicas use buckets at present. A clock that was put back fills nothing.
 */
const takeTokens = script(`
local normal, burst, want, extra, slower = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('time')
local now = time[1] * 1000 + time[2] / 1000
local known = redis.call('hmget', KEYS[1], 'tokens', 'at', 'rate', 'slowed')
local tokens, at = tonumber(known[1]) or burst, tonumber(known[2]) or now
local rate, slowed = tonumber(known[3]) or normal, tonumber(known[4]) or now
local minutes = math.floor((now - slowed) / 60000)
if rate < normal and minutes > 0 then
  rate = math.min(normal, rate + minutes * normal / 10)
  slowed = slowed + minutes * 60000
end
rate = math.min(rate, normal)
tokens = math.min(burst, tokens + math.max(0, now - at) / 1000 * rate)
if slower > 0 then
  rate = math.max(math.min(normal, 0.1), rate / 2 ^ slower)
  slowed = now
end
local left = tokens - want - extra
redis.call('hset', KEYS[1], 'tokens', string.format('%.6f', left), 'at', string.format('%.3f', now),
  'rate', string.format('%.6f', rate), 'slowed', string.format('%.3f', slowed))
redis.call('pexpire', KEYS[1], math.ceil(tonumber(ARGV[6]) + math.max(0, -left / rate * 1000)))
redis.call('zadd', KEYS[2], now, ARGV[7])
redis.call('zremrangebyscore', KEYS[2], '-inf', now - tonumber(ARGV[8]))
redis.call('pexpire', KEYS[2], ARGV[8])
return { string.format('%.6f', tokens - extra), string.format('%.6f', rate), redis.call('zcard', KEYS[2]) }
`)

interface Shared {
  readonly redis: Redis
  readonly clock: Clock
  readonly hints: Hints
  /** Name of this replica among those that use buckets. */
  readonly self: string
  /** How many there are, as far as is known. */
  replicas: number
}

/**
 * Buckets that all replicas share. Where Redis does not answer, each has its own, of a part of the rate: as many parts as
 * there were replicas.
 */
export function openRedisBuckets(
  redis: Redis,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): RateBuckets {
  const hints = new Hints(redis, log, 'each replica keeps to its part of the rate by itself')
  const shared: Shared = { redis, clock, hints, self: randomUUID(), replicas: 1 }
  const buckets = new Map<string, RedisBucket>()
  return (key, rate) => {
    const bucket = buckets.get(key) ?? new RedisBucket(shared, key, rate)
    buckets.delete(key)
    buckets.set(key, bucket)
    for (const oldest of buckets.keys()) {
      if (buckets.size <= maxBuckets) break
      buckets.delete(oldest)
    }
    return bucket
  }
}

interface Waiting {
  readonly signal: AbortSignal
  /** Milliseconds until its turn. */
  readonly told: (waitMs: number) => void
}

/** Whoever asks while a question is on its way shares the next one, so that a rush costs few questions. */
class RedisBucket implements RateBucket {
  readonly #shared: Shared
  readonly #name: string
  readonly #rate: Rate
  #waiting: Waiting[] = []
  #extra = 0
  #slower = 0
  #isAsking = false
  #own: TokenBucket | undefined

  constructor(shared: Shared, key: string, rate: Rate) {
    this.#shared = shared
    this.#name = hash('sha256', key, 'base64url').slice(0, 22)
    this.#rate = rate
  }

  async take(signal: AbortSignal): Promise<void> {
    const { clock } = this.#shared
    if (signal.aborted) throw cancelled()
    const { promise, resolve } = Promise.withResolvers<number>()
    this.#waiting.push({ signal, told: resolve })
    void this.#ask()
    const waitMs = await promise
    try {
      if (signal.aborted) throw cancelled()
      if (waitMs > 0) await clock.sleep(waitMs, signal)
    } catch (error) {
      // Whoever goes without it leaves it to the others.
      this.charge(-1)
      throw error
    }
  }

  charge(requests: number): void {
    if (requests === 0) return
    this.#extra += requests
    void this.#ask()
  }

  slowDown(): void {
    this.#slower += 1
    void this.#ask()
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    // What is asked for in the same moment goes together.
    await Promise.resolve()
    while (this.#waiting.length > 0 || this.#extra !== 0 || this.#slower > 0) {
      const [waiting, extra, slower] = [this.#waiting, this.#extra, this.#slower]
      this.#waiting = []
      this.#extra = this.#slower = 0
      const waits = await this.#takeAll(waiting.length, extra, slower)
      for (const [index, { told }] of waiting.entries()) told(waits(index))
    }
    this.#isAsking = false
  }

  /** Gives how long each of those who want a token has to wait, by its place in the line. */
  async #takeAll(want: number, extra: number, slower: number): Promise<(index: number) => number> {
    const { hints, redis, self } = this.#shared
    const { perSecond, burst } = this.#rate
    const keys = [`${redis.prefix}:rate:${this.#name}`, `${redis.prefix}:rates`]
    const values = [perSecond, burst, want, extra, slower, keptMs, self, replicaMs]
    const answer = await hints.ask(async () => runScript(redis.store, takeTokens, { keys, values }))
    if (answer === undefined) return this.#takeOwn(extra, slower)
    const [balance = 0, rate = perSecond, replicas = 1] = (answer as readonly (string | number)[]).map(Number)
    this.#shared.replicas = replicas
    this.#own = undefined
    return (index) => Math.max(0, ((index + 1 - balance) / rate) * 1000)
  }

  #takeOwn(extra: number, slower: number): () => number {
    const { clock, replicas } = this.#shared
    const { perSecond, burst } = this.#rate
    const now = clock.monotonic()
    const own = (this.#own ??= new TokenBucket({ perSecond: perSecond / replicas, burst: burst / replicas }, now))
    own.charge(extra)
    for (let times = 0; times < slower; times += 1) own.slowDown(now)
    return () => own.take(now)
  }
}
