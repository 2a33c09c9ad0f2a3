import type { Clock } from '#flow/ports.ts'

/** Calls a function at the time that it named when it was last called, or earlier where an earlier one was set since. */
export class Alarm implements AsyncDisposable {
  readonly #clock: Clock
  readonly #turn: () => number
  readonly #running: Promise<void>
  /** While the function runs, what is set is in what it returns. */
  #at = Number.NEGATIVE_INFINITY
  #pause = new AbortController()
  #isClosed = false

  /** `turn` does what is due and returns when (monotonic) it is to be called again; its first call comes in a moment. */
  constructor(clock: Clock, turn: () => number) {
    this.#clock = clock
    this.#turn = turn
    this.#running = this.#run()
  }

  /** Not later than this. */
  setBy(at: number): void {
    if (at >= this.#at) return
    this.#at = at
    this.#pause.abort()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#pause.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    await Promise.resolve()
    while (!this.#isClosed) {
      this.#at = Number.NEGATIVE_INFINITY
      this.#at = this.#turn()
      for (let leftMs = this.#leftMs(); leftMs > 0 && !this.#isClosed; leftMs = this.#leftMs()) {
        this.#pause = new AbortController()
        await this.#clock.sleep(leftMs, this.#pause.signal).catch(() => undefined)
      }
    }
  }

  #leftMs(): number {
    return this.#at - this.#clock.monotonic()
  }
}
