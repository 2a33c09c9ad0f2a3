import type { Clock, Log } from '#flow/ports.ts'
import type { RedisConnection } from './connect.ts'
import { causeOf } from './failure.ts'

/** How long a new subscription is waited for; one that takes longer takes hold when Redis is there. */
const confirmMs = 2000
const beatMs = 10_000

type Listener = (text: string) => void

/** What is heard on channels, by one connection that is made with the first of them. */
export class Channels implements Disposable {
  readonly #connect: () => RedisConnection
  readonly #clock: Clock
  readonly #log: Log
  readonly #stopping = new AbortController()
  readonly #listeners = new Map<string, Set<Listener>>()
  #connection: RedisConnection | undefined

  constructor(connect: () => RedisConnection, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#connect = connect
    this.#clock = clock
    this.#log = log
  }

  /** Hears what is published from now on. The connection subscribes anew whenever it is made anew. */
  async subscribe(channel: string, listener: Listener): Promise<() => void> {
    const known = this.#listeners.get(channel)
    const listeners = known ?? new Set()
    // Each subscription is one of its own, even if its listener is there already.
    const own: Listener = (text) => listener(text)
    listeners.add(own)
    this.#listeners.set(channel, listeners)
    const waiting = new AbortController()
    const patience = this.#clock.sleep(confirmMs, waiting.signal).catch(() => undefined)
    await Promise.race([this.#confirm(channel), patience])
    waiting.abort()
    return () => this.#leave(channel, own)
  }

  /** Subscribes until it is confirmed, or nobody listens any more. */
  async #confirm(channel: string): Promise<void> {
    const { signal } = this.#stopping
    const connection = (this.#connection ??= this.#open())
    for (let told = false; this.#listeners.has(channel); told = true) {
      try {
        await connection.subscribe(channel)
        return
      } catch (error) {
        if (signal.aborted) return
        if (!told) this.#log.warn(`cannot listen on channel ${channel}: ${causeOf(error)}`)
        await this.#clock.sleep(confirmMs, signal).catch(() => undefined)
      }
    }
  }

  [Symbol.dispose](): void {
    this.#stopping.abort()
    this.#listeners.clear()
    this.#connection?.disconnect()
  }

  #open(): RedisConnection {
    const connection = this.#connect()
    connection.on('message', (channel: string, text: string) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener(text)
    })
    void this.#beat(connection)
    return connection
  }

  /** Without traffic nobody would notice that the other end is gone: a question that gets no answer ends the connection. */
  async #beat(connection: RedisConnection): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await this.#clock.sleep(beatMs, signal).catch(() => undefined)
      if (!signal.aborted && connection.status === 'ready') connection.ping().catch(() => undefined)
    }
  }

  #leave(channel: string, own: Listener): void {
    const listeners = this.#listeners.get(channel)
    if (listeners?.delete(own) !== true || listeners.size > 0) return
    this.#listeners.delete(channel)
    this.#connection?.unsubscribe(channel).catch(() => undefined)
  }
}
