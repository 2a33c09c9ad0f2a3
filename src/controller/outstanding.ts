interface Job {
  since: number
  /** Was it asked for once more, so that what ends next may be the run before? */
  again: boolean
}

/** Jobs that were asked for and whose results have not come; times are monotonic milliseconds. */
export class Outstanding {
  readonly #jobs = new Map<string, Job>()

  get size(): number {
    return this.#jobs.size
  }

  has(name: string): boolean {
    return this.#jobs.has(name)
  }

  add(name: string, now: number): void {
    const job = this.#jobs.get(name)
    if (job === undefined) this.#jobs.set(name, { since: now, again: false })
    else job.again = true
  }

  /** It begins here, now: whatever it was asked for before, it sees. */
  started(name: string): void {
    const job = this.#jobs.get(name)
    if (job !== undefined) job.again = false
  }

  /**
   * A result came. Where a further run may be to come, the object stays; better one run too many than none.
   */
  finished(name: string, now: number): void {
    const job = this.#jobs.get(name)
    if (job?.again === true) this.#jobs.set(name, { since: now, again: false })
    else this.#jobs.delete(name)
  }

  delete(name: string): void {
    this.#jobs.delete(name)
  }

  clear(): void {
    this.#jobs.clear()
  }

  /** Those that have waited for a result for at least so long. */
  olderThan(ms: number, now: number): readonly string[] {
    return [...this.#jobs].filter(([, { since }]) => now - since >= ms).map(([name]) => name)
  }

  /** Since when the longest has waited; undefined: nothing does. */
  oldestAt(): number | undefined {
    let oldest: number | undefined
    for (const { since } of this.#jobs.values()) oldest = oldest === undefined ? since : Math.min(oldest, since)
    return oldest
  }
}
