/** The way through a gate: `isProbe` for the one who has to find out whether it may open again. */
export interface Pass {
  readonly isProbe: boolean
}

/**
 * Closed until a time, then open for one: a probe, whose outcome all others await. Times are monotonic milliseconds.
 */
export class Gate {
  #closedUntil = -1
  #probe: PromiseWithResolvers<void> | undefined
  #streak = 0

  /** How often in a row it was closed before the time that it is closed for now, or is about to be. */
  earlier(now: number): number {
    return this.closedFor(now) === undefined ? this.#streak : this.#streak - 1
  }

  /** How long it is still closed, in milliseconds; undefined if somebody may pass, or is about to find out. */
  closedFor(now: number): number | undefined {
    return this.#closedUntil > now ? this.#closedUntil - now : undefined
  }

  /** Ends when the probe that is under way is back; undefined if there is none. */
  get probe(): Promise<void> | undefined {
    return this.#probe?.promise
  }

  /** Passes; only where `closedFor` and `probe` are undefined in the same instant. */
  pass(): Pass {
    const isProbe = this.#closedUntil >= 0
    if (isProbe) this.#probe = Promise.withResolvers()
    return { isProbe }
  }

  /** Closes it for a while; what closes it again meanwhile counts as the same time. */
  close(now: number, ms: number): void {
    if (this.closedFor(now) === undefined) this.#streak += 1
    this.#closedUntil = Math.max(this.#closedUntil, now + ms)
  }

  open(): void {
    this.#closedUntil = -1
    this.#streak = 0
  }

  /** The one who passed is back; what he found out has been told by `close` or `open` before. */
  leave({ isProbe }: Pass): void {
    if (!isProbe) return
    this.#probe?.resolve()
    this.#probe = undefined
  }
}
