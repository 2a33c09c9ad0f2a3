import type { Clock, Log } from '#flow/ports.ts'
import type { RedisConnection } from './connect.ts'
import { cancelled, causeOf, notConnected } from './failure.ts'

const beatMs = 2000
/** So many beats without answer, and the connection is made anew: the other end may be gone without a word. */
const beatsToReconnect = 3

/** Is Redis there? Told by the connection's own events, and by a ping every two seconds. */
export class RedisState implements Disposable {
  readonly #connection: RedisConnection
  readonly #shown: string
  readonly #clock: Clock
  readonly #log: Log
  readonly #listeners = new Set<(up: boolean) => void>()
  readonly #stopping = new AbortController()
  #downAt: number | undefined
  #told = false
  #missed = 0
  #cause: string | undefined

  constructor(
    connection: RedisConnection,
    { shown, clock, log }: { readonly shown: string; readonly clock: Clock; readonly log: Log },
  ) {
    this.#connection = connection
    this.#shown = shown
    this.#clock = clock
    this.#log = log
    this.#downAt = clock.monotonic()
    connection.on('ready', () => this.#setUp())
    connection.on('close', () => this.#setDown())
    connection.on('error', (error: unknown) => {
      this.#note(error)
      this.#setDown()
    })
    // Of a cluster; the members tell more than the whole.
    connection.on('node error', (error: unknown) => this.#note(error))
    void this.#beat()
  }

  isUp(): boolean {
    return this.#downAt === undefined
  }

  /** For how many milliseconds it has been away; undefined while it is there. */
  downSinceMs(): number | undefined {
    return this.#downAt === undefined ? undefined : this.#clock.monotonic() - this.#downAt
  }

  /** Why the connection was lost, or could not be made, the last time. */
  get cause(): string | undefined {
    return this.#cause
  }

  /** Tells of each change; gives what ends that. */
  onChange(listener: (up: boolean) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Waits until Redis is there; `CANCELLED` when given up. */
  async ready(signal: AbortSignal): Promise<void> {
    if (this.isUp()) return
    if (signal.aborted) throw cancelled()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const give = (): void => reject(cancelled())
    const forget = this.onChange((up) => up && resolve())
    signal.addEventListener('abort', give, { once: true })
    try {
      await promise
    } finally {
      forget()
      signal.removeEventListener('abort', give)
    }
  }

  [Symbol.dispose](): void {
    this.#stopping.abort()
    this.#listeners.clear()
  }

  async #beat(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await this.#clock.sleep(beatMs, signal).catch(() => undefined)
      if (!signal.aborted && this.#connection.status === 'ready') await this.#ping()
    }
  }

  async #ping(): Promise<void> {
    try {
      await this.#connection.ping()
      this.#missed = 0
      this.#setUp()
    } catch (error) {
      this.#note(error)
      this.#missed += 1
      this.#setDown()
      if (this.#missed % beatsToReconnect === 0) this.#connection.disconnect(true)
    }
  }

  #note(error: unknown): void {
    const cause = causeOf(error)
    if (cause !== notConnected || this.#cause === undefined) this.#cause = cause
  }

  #setUp(): void {
    if (this.#downAt === undefined || this.#stopping.signal.aborted) return
    if (this.#told) this.#log.info(`${this.#shown}: connected again`)
    this.#told = false
    this.#cause = undefined
    this.#downAt = undefined
    for (const listener of this.#listeners) listener(true)
  }

  #setDown(): void {
    if (this.#stopping.signal.aborted) return
    if (!this.#told && this.#cause !== undefined) {
      this.#log.warn(`${this.#shown}: ${this.#cause}; trying again until it is there`)
      this.#told = true
    }
    if (this.#downAt !== undefined) return
    this.#downAt = this.#clock.monotonic()
    for (const listener of this.#listeners) listener(false)
  }
}
