import { orAborted } from '../http/deadline.ts'

/** So many at a time; the others wait in order. */
export class Slots {
  readonly #waiting: PromiseWithResolvers<void>[] = []
  #free: number

  constructor(count: number) {
    this.#free = count
  }

  /** Waits for a slot. Whoever took one must give it back. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#free > 0) {
      this.#free -= 1
      return
    }
    const turn = Promise.withResolvers<void>()
    this.#waiting.push(turn)
    try {
      await orAborted(turn.promise, signal, () => undefined)
    } catch (error) {
      const at = this.#waiting.indexOf(turn)
      // The turn may have come in the same instant: then it is another's.
      if (at < 0) this.giveBack()
      else this.#waiting.splice(at, 1)
      throw error
    }
  }

  giveBack(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free += 1
    else next.resolve()
  }
}
