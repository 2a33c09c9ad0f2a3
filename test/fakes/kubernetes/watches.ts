import type { ServerResponse } from 'node:http'
import type { Stored } from './json.ts'
import { selects } from './selectors.ts'
import { tooOld } from './status.ts'
import type { Change, Store } from './store.ts'

export interface WatchFaults {
  /** Every event is sent twice. */
  doubled: boolean
  /** After each event comes the one before it of the same object again. */
  replayed: boolean
}

interface Stream {
  readonly outgoing: ServerResponse
  readonly query: URLSearchParams
  readonly collection: string
  readonly namespace: string | undefined
  frozen: boolean
}

/** The streams of a fake API server. */
export class Watches {
  readonly faults: WatchFaults = { doubled: false, replayed: false }
  readonly #store: Store
  readonly #streams = new Set<Stream>()

  constructor(store: Store) {
    this.#store = store
    store.onChange((change) => {
      for (const stream of this.#streams) this.#tell(stream, change)
    })
  }

  get open(): number {
    return this.#streams.size
  }

  /** Ends every stream in the midst of it. */
  cut(): void {
    for (const { outgoing } of this.#streams) outgoing.destroy()
  }

  /** The present streams stay open and say nothing any more. */
  freeze(): void {
    for (const stream of this.#streams) stream.frozen = true
  }

  /** As a real server sends them once a minute. */
  bookmark(): void {
    for (const stream of this.#streams) {
      const metadata = { resourceVersion: String(this.#store.version), creationTimestamp: null }
      if (stream.query.get('allowWatchBookmarks') === 'true')
        send(stream, 'BOOKMARK', { kind: 'X', apiVersion: 'v1', metadata })
    }
  }

  start(
    target: { readonly collection: string; readonly namespace: string | undefined; readonly query: URLSearchParams },
    outgoing: ServerResponse,
  ): void {
    const stream: Stream = { ...target, outgoing, frozen: false }
    const from = Number(target.query.get('resourceVersion') ?? 0)
    outgoing.writeHead(200, { 'content-type': 'application/json' })
    outgoing.flushHeaders()
    if (from < this.#store.oldest) {
      send(stream, 'ERROR', tooOld().body)
      outgoing.end()
      return
    }
    this.#streams.add(stream)
    const seconds = Number(target.query.get('timeoutSeconds') ?? 1800)
    const timer = setTimeout(() => outgoing.end(), seconds * 1000).unref()
    outgoing.once('close', () => {
      clearTimeout(timer)
      this.#streams.delete(stream)
    })
    for (const change of this.#store.since(target.collection, from)) this.#tell(stream, change)
  }

  #tell(stream: Stream, change: Change): void {
    if (change.collection !== stream.collection) return
    const event = eventOf(stream, change)
    if (event === undefined) return
    send(stream, event, change.object)
    if (this.faults.doubled) send(stream, event, change.object)
    if (this.faults.replayed && change.before !== undefined) send(stream, 'MODIFIED', change.before)
  }
}

/** An object that no longer matches a selector is deleted for that watch, one that begins to match is new. */
function eventOf(stream: Stream, { type, object, before }: Change): string | undefined {
  const fits = (one: Stored | undefined): boolean => {
    if (one === undefined) return false
    return (stream.namespace === undefined || one.metadata.namespace === stream.namespace) && selects(stream.query, one)
  }
  const was = fits(before)
  const is = type !== 'DELETED' && fits(object)
  if (is) return was ? 'MODIFIED' : 'ADDED'
  return was ? 'DELETED' : undefined
}

function send(stream: Stream, type: string, object: unknown): void {
  if (!stream.frozen) stream.outgoing.write(`${JSON.stringify({ type, object })}\n`)
}
