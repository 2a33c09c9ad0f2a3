import { AppError } from '#core/error.ts'
import type { Log } from '#flow/ports.ts'
import { causeOf, notConnected } from './failure.ts'
import type { Redis } from './open.ts'

/** Asks for what may be lost: a failure counts as "nothing there", and is told once for each outage. */
export class Hints {
  readonly #redis: Redis
  readonly #log: Log
  /** What is lost meanwhile, e.g. `lists of tags are not kept`. */
  readonly #loss: string
  #told = false

  constructor(redis: Redis, log: Log, loss: string) {
    this.#redis = redis
    this.#log = log
    this.#loss = loss
  }

  async ask<Answer>(question: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      if (!this.#redis.isUp()) throw new AppError('QUEUE_UNAVAILABLE', notConnected)
      const answer = await question()
      this.#told = false
      return answer
    } catch (error) {
      if (!this.#told) this.#log.warn(`${this.#redis.shown}: ${causeOf(error)}; ${this.#loss} meanwhile`)
      this.#told = true
      return undefined
    }
  }
}
