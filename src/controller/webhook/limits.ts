import { TokenBucket, type Rate } from '#core/token-bucket.ts'

/** A minute's worth of deliveries may come at once. */
const perPath: Rate = { perSecond: 1, burst: 60 }
const inAll: Rate = { perSecond: 10, burst: 600 }

/** Paths of which the rate is kept; there are no more than hooks, but those come and go. */
const mostPaths = 10_000

/** How often deliveries may come: 60 a minute by each path that exists, 600 by all. */
export class RateLimits {
  readonly #monotonic: () => number
  readonly #all: TokenBucket
  readonly #paths = new Map<string, TokenBucket>()

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
    this.#all = new TokenBucket(inAll, monotonic())
  }

  /** 0, or after how many milliseconds the sender may come again. */
  take(path: string): number {
    const now = this.#monotonic()
    const own = this.#paths.get(path) ?? new TokenBucket(perPath, now)
    if (this.#paths.size >= mostPaths) this.#paths.clear()
    this.#paths.set(path, own)
    return takeOne(own, now) || takeOne(this.#all, now)
  }
}

/** Takes a token that is there, or none. */
function takeOne(bucket: TokenBucket, now: number): number {
  const waitMs = bucket.take(now)
  if (waitMs > 0) bucket.charge(-1)
  return waitMs
}
