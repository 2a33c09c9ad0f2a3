const minuteMs = 60_000
const floorPerSecond = 0.1

/** How fast a bucket fills, and how much it holds. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/**
 * So many tokens a second, and a burst at first. Below zero a token is one that is still to come, so whoever asks is
 * told how long to wait. Times are milliseconds that never go back.
 */
export class TokenBucket {
  readonly #rate: Rate
  #perSecond: number
  #tokens: number
  #filledAt: number
  #slowedAt = 0

  constructor(rate: Rate, now: number) {
    this.#rate = rate
    this.#perSecond = rate.perSecond
    this.#tokens = rate.burst
    this.#filledAt = now
  }

  /** Takes a token. Gives the milliseconds after which it is there: 0 for one that is there already. */
  take(now: number): number {
    this.#fill(now)
    this.#tokens -= 1
    return this.#tokens < 0 ? (-this.#tokens / this.#perSecond) * 1000 : 0
  }

  /** Takes tokens that nobody waits for; a negative number gives tokens back. */
  charge(tokens: number): void {
    this.#tokens -= tokens
  }

  /** Half the rate, at least 0.1 a second. It comes back by a tenth of the normal one each quiet minute. */
  slowDown(now: number): void {
    this.#fill(now)
    this.#perSecond = Math.max(Math.min(floorPerSecond, this.#rate.perSecond), this.#perSecond / 2)
    this.#slowedAt = now
  }

  #fill(now: number): void {
    const { perSecond, burst } = this.#rate
    const minutes = Math.floor((now - this.#slowedAt) / minuteMs)
    if (this.#perSecond < perSecond && minutes > 0) {
      this.#perSecond = Math.min(perSecond, this.#perSecond + (minutes * perSecond) / 10)
      this.#slowedAt += minutes * minuteMs
    }
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) / 1000) * this.#perSecond)
    this.#filledAt = now
  }
}
