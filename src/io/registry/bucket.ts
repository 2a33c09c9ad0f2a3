import type { Clock } from '#flow/ports.ts'

const minuteMs = 60_000
const floorPerSecond = 0.1

/** Lets so many requests a second through, and a burst at first. */
export class Bucket {
  readonly #clock: Clock
  readonly #normalPerSecond: number
  readonly #burst: number
  #perSecond: number
  #tokens: number
  #filledAt: number
  #slowedAt = 0

  constructor(clock: Clock, { perSecond, burst }: { readonly perSecond: number; readonly burst: number }) {
    this.#clock = clock
    this.#normalPerSecond = this.#perSecond = perSecond
    this.#burst = this.#tokens = burst
    this.#filledAt = clock.monotonic()
  }

  /** Waits for its turn; who asked first goes first. */
  async take(signal: AbortSignal): Promise<void> {
    this.#fill()
    this.#tokens -= 1
    // Below zero the token is one that is still to come.
    if (this.#tokens < 0) await this.#clock.sleep((-this.#tokens / this.#perSecond) * 1000, signal)
  }

  /** Accounts for requests that were made beside the one that was taken for. */
  charge(requests: number): void {
    this.#tokens -= requests
  }

  /** Half the rate, since the other side complains. It comes back by a tenth of the normal one each quiet minute. */
  slowDown(): void {
    this.#fill()
    this.#perSecond = Math.max(floorPerSecond, this.#perSecond / 2)
    this.#slowedAt = this.#filledAt
  }

  #fill(): void {
    const now = this.#clock.monotonic()
    const minutes = Math.floor((now - this.#slowedAt) / minuteMs)
    if (this.#perSecond < this.#normalPerSecond && minutes > 0) {
      this.#perSecond = Math.min(this.#normalPerSecond, this.#perSecond + (minutes * this.#normalPerSecond) / 10)
      this.#slowedAt += minutes * minuteMs
    }
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filledAt) / 1000) * this.#perSecond)
    this.#filledAt = now
  }
}
