import { TokenBucket, type Rate } from '#core/token-bucket.ts'
import type { Clock, RateBucket } from '#flow/ports.ts'

/** The bucket of a process that shares its limits with nobody. */
export class Bucket implements RateBucket {
  readonly #clock: Clock
  readonly #tokens: TokenBucket

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock
    this.#tokens = new TokenBucket(rate, clock.monotonic())
  }

  async take(signal: AbortSignal): Promise<void> {
    const waitMs = this.#tokens.take(this.#clock.monotonic())
    if (waitMs === 0) return
    try {
      await this.#clock.sleep(waitMs, signal)
    } catch (error) {
      // Whoever goes without it leaves it to the others.
      this.#tokens.charge(-1)
      throw error
    }
  }

  charge(requests: number): void {
    this.#tokens.charge(requests)
  }

  slowDown(): void {
    this.#tokens.slowDown(this.#clock.monotonic())
  }
}
