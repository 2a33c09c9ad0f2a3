import { keyText, type ObjectRef } from '#core/api/object-ref.ts'
import type { Clock, Log } from '#flow/ports.ts'

/** What is needed of the queues to fill them. */
export interface JobAdder {
  /** Adds a job for each object; one that waits already is not added twice. `QUEUE_UNAVAILABLE` within seconds. */
  addAll(keys: readonly ObjectRef[]): Promise<void>
  /** Does a job for the object wait or run? */
  holds(key: ObjectRef): Promise<boolean>
}

export interface OutboxOptions {
  readonly queues: Pick<JobAdder, 'addAll'>
  readonly clock: Clock
  readonly log: Log
}

const mostAtOnce = 500
const retryMs = 1000

/**
 * Objects on their way into the queues. What cannot be added is kept and tried every second; what comes while a
 * request is under way goes with the next, so that a thousand changes are a few requests.
 */
export class Outbox implements AsyncDisposable {
  readonly #options: OutboxOptions
  readonly #waiting = new Map<string, ObjectRef>()
  readonly #sent = new Map<string, ObjectRef>()
  readonly #closing = new AbortController()
  #sending: Promise<void> | undefined
  #isDown = false

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#waiting.size + this.#sent.size
  }

  /** Is it not known yet to be in the queue? */
  has(text: string): boolean {
    return this.#waiting.has(text) || this.#sent.has(text)
  }

  /** Takes an object; false if it waits here anyway. One that is just being sent goes once more: its job may run. */
  put(key: ObjectRef): boolean {
    const text = keyText(key)
    if (this.#closing.signal.aborted || this.#waiting.has(text)) return false
    this.#waiting.set(text, key)
    this.#sending ??= this.#send()
    return true
  }

  delete(text: string): void {
    this.#waiting.delete(text)
    this.#sent.delete(text)
  }

  /** Forgets everything; what is just being sent is not sent again if that fails. */
  clear(): void {
    this.#waiting.clear()
    this.#sent.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    this.clear()
    await this.#sending
  }

  async #send(): Promise<void> {
    await Promise.resolve() // what is put in one go goes together
    while (this.#waiting.size > 0) {
      for (const [text, key] of [...this.#waiting].slice(0, mostAtOnce)) {
        this.#waiting.delete(text)
        this.#sent.set(text, key)
      }
      await this.#sendOnce()
      this.#sent.clear()
    }
    this.#sending = undefined
  }

  async #sendOnce(): Promise<void> {
    const { queues, log, clock } = this.#options
    try {
      await queues.addAll([...this.#sent.values()])
      if (this.#isDown) log.info('jobs can be added again')
      this.#isDown = false
    } catch (error) {
      if (this.#closing.signal.aborted) return
      if (!this.#isDown) log.warn('jobs cannot be added; trying again every second', { error })
      this.#isDown = true
      for (const [text, key] of this.#sent) this.#waiting.set(text, key)
      this.#sent.clear()
      await clock.sleep(retryMs, this.#closing.signal).catch(() => this.clear())
    }
  }
}
