/** So long a delivery is known again, and so many of them. */
const keepMs = 600_000
const most = 10_000

/** Deliveries of the last minutes by their ids: senders repeat what they think was lost, and others replay. */
export class Deliveries {
  readonly #monotonic: () => number
  /** In the order in which they came. */
  readonly #seenAt = new Map<string, number>()

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  /** Remembers a delivery; false if it was there already. */
  add(id: string): boolean {
    const now = this.#monotonic()
    const seenAt = this.#seenAt.get(id)
    if (seenAt !== undefined && now - seenAt <= keepMs) return false
    for (const [old, at] of this.#seenAt) {
      if (now - at <= keepMs && this.#seenAt.size < most) break
      this.#seenAt.delete(old)
    }
    this.#seenAt.delete(id)
    this.#seenAt.set(id, now)
    return true
  }

  /** Forgets one that came to nothing, so that it may be sent again. */
  remove(id: string): void {
    this.#seenAt.delete(id)
  }
}
