import { Timers } from './timers.ts'

/** How long an object waits for more triggers, in milliseconds. */
export interface WindowLimits {
  /** It closes when for so long none came, */
  readonly quietMs: number
  /** and at the latest so long after the first. */
  readonly maxMs: number
}

/** Gathers triggers of one object that come close together, so that they are one job. */
export class Windows {
  readonly #limits: WindowLimits
  readonly #closes = new Timers()
  readonly #opened = new Map<string, number>()

  constructor(limits: WindowLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#closes.size
  }

  has(name: string): boolean {
    return this.#closes.has(name)
  }

  /** A trigger: opens the window, or keeps it open. Returns when it closes if no other comes. */
  open(name: string, now: number): number {
    const { quietMs, maxMs } = this.#limits
    const openedAt = this.#opened.get(name) ?? now
    this.#opened.set(name, openedAt)
    const closesAt = Math.min(now + quietMs, openedAt + maxMs)
    this.#closes.set(name, closesAt)
    return closesAt
  }

  delete(name: string): void {
    this.#closes.delete(name)
    this.#opened.delete(name)
  }

  clear(): void {
    this.#closes.clear()
    this.#opened.clear()
  }

  /** When the next one closes; undefined: none is open. */
  nextAt(): number | undefined {
    return this.#closes.nextAt()
  }

  /** Takes out those that are to close by now. */
  takeClosed(now: number): readonly string[] {
    const closed = this.#closes.takeDue(now)
    for (const name of closed) this.#opened.delete(name)
    return closed
  }
}
