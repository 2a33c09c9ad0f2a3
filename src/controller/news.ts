/** So long a change may reach this replica later than the one that leads. */
const trailMs = 15_000

/**
 * Objects whose jobs have lately begun in this process. What such a job saw may have been older than the change for
 * which the leader sent it; when that change arrives here, the object needs another run.
 */
export class RecentJobs {
  readonly #startedAt = new Map<string, number>()

  started(name: string, now: number): void {
    this.#startedAt.delete(name)
    this.#startedAt.set(name, now)
    for (const [old, at] of this.#startedAt) {
      if (now - at <= trailMs) return
      this.#startedAt.delete(old)
    }
  }

  /** Did a job for it begin within the last 15 s? */
  has(name: string, now: number): boolean {
    const at = this.#startedAt.get(name)
    return at !== undefined && now - at <= trailMs
  }
}
