import { AppError } from '#core/error.ts'

/** One at a time for each key, in the order of asking. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>()

  /** Waits for the turn of a key; what it gives ends the turn. `CANCELLED` when given up. */
  async take(key: string, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) throw cancelled()
    const earlier = this.#last.get(key)
    const { promise: done, resolve: end } = Promise.withResolvers<void>()
    const mine = (earlier ?? Promise.resolve()).then(async () => done)
    this.#last.set(key, mine)
    void mine.then(() => this.#last.get(key) === mine && this.#last.delete(key))
    try {
      await orGivenUp(earlier ?? Promise.resolve(), signal)
    } catch (error) {
      end()
      throw error
    }
    return end
  }
}

async function orGivenUp(wait: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const give = (): void => reject(cancelled())
  signal.addEventListener('abort', give, { once: true })
  try {
    await Promise.race([wait, promise])
  } finally {
    signal.removeEventListener('abort', give)
  }
}

function cancelled(): AppError {
  return new AppError('CANCELLED', 'stopped while waiting for its turn')
}
