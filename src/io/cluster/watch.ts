import { AppError } from '#core/error.ts'
import type { Clock, Log } from '#flow/ports.ts'
import type { Gvr, ObjectList, Scope, WatchEvent, Watching } from './cluster.ts'
import { isFailure } from './failure.ts'
import { Known } from './known.ts'
import { listAll } from './list.ts'
import { labelOf } from './paths.ts'
import type { Send } from './request.ts'
import { streamEvents, type StreamEvent, type StreamOptions } from './watch-stream.ts'

export interface WatchOptions extends StreamOptions {
  readonly send: Send
  readonly clock: Clock
  readonly log: Log
  readonly limits?: Partial<WatchLimits>
}

/** All in milliseconds. */
export interface WatchLimits {
  /** A watch that says nothing for so long is asked anew; bookmarks come once a minute, too late to wait for. */
  readonly silenceMs: number
  readonly relistMs: number
  readonly longestPauseMs: number
  /** A collection that is not served for so long is empty: its CustomResourceDefinition was deleted. */
  readonly missingMs: number
  /** For so long a list that is older than what is known is not believed. */
  readonly behindMs: number
}

const defaults: WatchLimits = {
  silenceMs: 50_000,
  relistMs: 600_000,
  longestPauseMs: 15_000,
  missingMs: 60_000,
  behindMs: 60_000,
}

const firstPauseMs = 250
/** A stream that ends sooner has not shown that the server is well. */
const provenMs = 1000

/** Lists and watches one collection until it is closed, whatever happens. */
export class Watcher implements Watching {
  readonly synced: Promise<void>
  readonly #target: { readonly gvr: Gvr; readonly scope: Scope }
  readonly #listener: (event: WatchEvent) => void
  readonly #options: WatchOptions
  readonly #limits: WatchLimits
  readonly #known = new Known()
  readonly #closing = new AbortController()
  readonly #settle: Omit<PromiseWithResolvers<void>, 'promise'>
  /** Fulfilled once it has been closed and does nothing more. */
  readonly ended: Promise<void>
  #stream: AbortController | undefined
  #heardAt: number | undefined
  #listedAt: number | undefined
  #missingSince: number | undefined
  #isMissing = false
  #mustList = true
  #failures = 0
  #behindSince: number | undefined
  #failure: Error | undefined
  #listenerErrors = 0
  #logged: { readonly message: string; readonly at: number } | undefined

  constructor(
    target: { readonly gvr: Gvr; readonly scope: Scope },
    listener: (event: WatchEvent) => void,
    options: WatchOptions,
  ) {
    const { promise, ...settle } = Promise.withResolvers<void>()
    this.synced = promise
    promise.catch(() => undefined) // closing before the first list is no failure of whoever does not wait
    this.#settle = settle
    this.#target = target
    this.#listener = listener
    this.#options = options
    this.#limits = { ...defaults, ...options.limits }
    this.ended = this.#run()
  }

  ageMs(): number {
    return this.#heardAt === undefined ? Number.POSITIVE_INFINITY : this.#now() - this.#heardAt
  }

  failure(): Error | undefined {
    return this.#failure
  }

  listenerErrors(): number {
    return this.#listenerErrors
  }

  relist(): void {
    this.#mustList = true
    this.#stream?.abort()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    this.#settle.reject(new AppError('CANCELLED', `${this.#label()}: closed`))
    await this.ended
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      try {
        if (this.#isListDue()) await this.#list()
        await this.#follow()
        await this.#pause(this.#options.clock.random() * firstPauseMs)
      } catch (error) {
        if (signal.aborted) return
        await this.#pause(this.#noteFailure(error)).catch(() => undefined)
      }
    }
  }

  #isListDue(): boolean {
    return this.#mustList || this.#listedAt === undefined || this.#untilListMs() <= 0
  }

  #untilListMs(): number {
    return (this.#listedAt ?? 0) + this.#limits.relistMs - this.#now()
  }

  async #list(): Promise<void> {
    const { gvr, scope } = this.#target
    const list = await listAll(gvr, scope, { send: this.#options.send, signal: this.#closing.signal })
    this.#refuseOld(list)
    this.#mustList = false
    this.#listedAt = this.#now()
    this.#missingSince = undefined
    this.#isMissing = false
    this.#heard()
    this.#recover()
    this.#tell(this.#known.replace(list))
    this.#settle.resolve()
  }

  /** A server that trails behind catches up; a backup that was restored stays behind, and is the truth then. */
  #refuseOld(list: ObjectList): void {
    const isBehind = this.#known.isBehind(list)
    this.#behindSince = isBehind ? (this.#behindSince ?? this.#now()) : undefined
    if (this.#behindSince === undefined || this.#now() - this.#behindSince > this.#limits.behindMs) return
    throw new AppError('CLUSTER_MALFORMED', `${this.#label()}: the list is older than what is known`)
  }

  /** One watch request, until it ends in whatever way. */
  async #follow(): Promise<void> {
    if (this.#mustList) return // asked for since the last one
    const stream = new AbortController()
    this.#stream = stream
    const startedAt = this.#now()
    const watch = this.#watchSilence(stream)
    try {
      await streamEvents(
        {
          ...this.#target,
          range: { resourceVersion: this.#known.version ?? '0', timeoutSeconds: this.#lastsSeconds() },
        },
        { opened: () => this.#opened(), event: (event) => this.#take(event) },
        { options: this.#options, signal: AbortSignal.any([stream.signal, this.#closing.signal]) },
      )
      this.#recover()
    } catch (error) {
      // We ended it ourselves: it was silent, or a list is wanted.
      if (stream.signal.aborted && !this.#closing.signal.aborted) return
      if (this.#now() - startedAt > provenMs) this.#failures = 0
      throw error
    } finally {
      clearInterval(watch)
      this.#stream = undefined
    }
  }

  /** Between 5 and 10 minutes, so that not all end at once; no longer than until the next list. */
  #lastsSeconds(): number {
    const chosen = 300 + Math.floor(this.#options.clock.random() * 300)
    return Math.max(1, Math.min(chosen, Math.ceil(this.#untilListMs() / 1000)))
  }

  #watchSilence(stream: AbortController): NodeJS.Timeout {
    const { silenceMs } = this.#limits
    const startedAt = this.#now()
    const timer = setInterval(() => {
      if (this.#now() - Math.max(this.#heardAt ?? 0, startedAt) > silenceMs) stream.abort()
    }, silenceMs / 20)
    return timer.unref()
  }

  /** The server is there; whether it stays is seen by what follows. */
  #opened(): void {
    this.#heard()
    this.#failure = undefined
  }

  #take({ type, object }: StreamEvent): void {
    this.#heard()
    this.#recover()
    if (type === 'BOOKMARK') this.#known.advance(object.metadata.resourceVersion)
    else this.#tell(type === 'DELETED' ? this.#known.remove(object) : this.#known.put(object))
  }

  #tell(events: readonly WatchEvent[]): void {
    for (const event of events) {
      try {
        this.#listener(event)
      } catch (error) {
        this.#listenerErrors += 1
        this.#options.log.error(`${this.#label()}: a listener failed; the watch goes on`, { error })
      }
    }
  }

  /** Remembers why, and says how long to wait. */
  #noteFailure(error: unknown): number {
    const failure = error instanceof Error ? error : new Error(String(error))
    const { clock } = this.#options
    this.#failure = failure
    this.#failures += 1
    this.#logFailure(failure)
    const doubled = Math.min(firstPauseMs * 2 ** (this.#failures - 1), this.#limits.longestPauseMs)
    const jittered = doubled * (0.5 + clock.random() / 2)
    if (isFailure(failure, 'CLUSTER_EXPIRED')) this.#mustList = true
    if (isFailure(failure, 'CLUSTER_KIND_MISSING')) this.#noteMissing()
    return isFailure(failure, 'CLUSTER_BUSY') ? Math.max(jittered, failure.retryAfterMs ?? 0) : jittered
  }

  /** Nobody serves it. That may be a server that is only just starting, so what is known is not given up at once. */
  #noteMissing(): void {
    this.#mustList = true
    this.#missingSince ??= this.#now()
    if (this.#listedAt !== undefined && this.#now() - this.#missingSince < this.#limits.missingMs) return
    const gone = this.#known.clear()
    if (gone.length > 0 || !this.#isMissing) this.#tell([...gone, { type: 'synced' }])
    this.#isMissing = true
    this.#heard()
    this.#settle.resolve()
  }

  #recover(): void {
    if (this.#failures > 1) this.#options.log.info(`${this.#label()}: works again`)
    this.#failure = undefined
    this.#failures = 0
  }

  /** What recurs is said once a minute. */
  #logFailure(failure: Error): void {
    const { message } = failure
    const isNews = this.#logged?.message !== message || this.#now() - this.#logged.at > 60_000
    if (!isNews) return
    this.#logged = { message, at: this.#now() }
    this.#options.log.warn(`${this.#label()}: interrupted`, { error: failure })
  }

  #heard(): void {
    this.#heardAt = this.#now()
  }

  async #pause(ms: number): Promise<void> {
    await this.#options.clock.sleep(ms, this.#closing.signal)
  }

  #now(): number {
    return this.#options.clock.monotonic()
  }

  #label(): string {
    return `watch of ${labelOf(this.#target.gvr, this.#target.scope)}`
  }
}
