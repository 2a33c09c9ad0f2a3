import { AppError } from '#core/error.ts'
import type { Clock } from '#flow/ports.ts'
import { header } from '../http/headers.ts'
import type { StreamSink } from '../http/origin.ts'
import type { ClusterRequestSeen, Gvr, KubeObject, Scope } from './cluster.ts'
import type { Asked, Connection } from './connection.ts'
import { failureOf, failureOfStatus } from './failure.ts'
import { Lines } from './lines.ts'
import { isRecord, objectIn } from './objects.ts'
import { labelOf, pathOf, queryOf, selectorsOf } from './paths.ts'

/** One line of a watch. */
export interface StreamEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'
  readonly object: KubeObject
}

export interface StreamOptions {
  readonly connection: Pick<Connection, 'stream'>
  readonly clock: Pick<Clock, 'monotonic'>
  readonly host: string
  readonly onRequest: (seen: ClusterRequestSeen) => void
}

/** Where one watch begins and ends. */
export interface StreamRange {
  readonly resourceVersion: string
  /** The server ends it then. */
  readonly timeoutSeconds: number
}

export interface StreamListener {
  /** The server has accepted the watch. */
  opened(): void
  event(event: StreamEvent): void
}

const openMs = 30_000
/** etcd keeps nothing above 1.5 MiB; JSON and a second copy in managedFields make it more. */
const mostLineBytes = 16 * 1024 * 1024

/**
 * One watch request, until the server ends it. Fails with `CLUSTER_EXPIRED` when its version is too old, and with
 * whatever else went wrong. After `signal` it fails with CANCELLED.
 */
export async function streamEvents(
  { gvr, scope, range }: { readonly gvr: Gvr; readonly scope: Scope; readonly range: StreamRange },
  listener: StreamListener,
  { options, signal }: { readonly options: StreamOptions; readonly signal: AbortSignal },
): Promise<void> {
  const asked = { host: options.host, label: `watch of ${labelOf(gvr, scope)}` }
  const startedAt = options.clock.monotonic()
  const seen = (code: number): void => {
    options.onRequest({ verb: 'watch', resource: gvr.resource, code, ms: options.clock.monotonic() - startedAt })
  }
  const opened = (): void => {
    seen(200)
    listener.opened()
  }
  const reader = new EventReader({ opened, event: (event) => listener.event(event) }, asked)
  try {
    const both = AbortSignal.any([signal, reader.broken])
    const answer = await options.connection.stream(requestOf(gvr, scope, range), reader, both)
    if (answer.status < 300) return
    seen(answer.status)
    throw failureOf({ ...answer, retryAfter: header(answer.headers, 'retry-after') }, asked)
  } catch (error) {
    throw reader.failure ?? error
  }
}

function requestOf(gvr: Gvr, scope: Scope, { resourceVersion, timeoutSeconds }: StreamRange): Asked {
  const query = queryOf({ ...selectorsOf(scope), watch: 1, allowWatchBookmarks: true, resourceVersion, timeoutSeconds })
  return {
    method: 'GET',
    path: pathOf(gvr, scope) + query,
    headers: { accept: 'application/json' },
    body: undefined,
    label: `watch of ${labelOf(gvr, scope)}`,
    totalMs: openMs,
    maxBytes: mostLineBytes,
  }
}

/** Makes events of what comes; the first thing that is none ends the stream. */
class EventReader implements StreamSink {
  failure: AppError | undefined
  readonly #listener: StreamListener
  readonly #asked: { readonly host: string; readonly label: string }
  readonly #ending = new AbortController()
  readonly #lines = new Lines(mostLineBytes)

  constructor(listener: StreamListener, asked: { readonly host: string; readonly label: string }) {
    this.#listener = listener
    this.#asked = asked
  }

  get broken(): AbortSignal {
    return this.#ending.signal
  }

  open(): void {
    this.#listener.opened()
  }

  piece(chunk: Buffer): void {
    if (this.failure !== undefined) return
    try {
      for (const line of this.#lines.add(chunk)) this.#listener.event(parseLine(line, this.#asked))
    } catch (cause) {
      this.failure = cause instanceof AppError ? cause : malformed(this.#asked.label, cause)
      this.#ending.abort()
    }
  }
}

function parseLine(line: string, asked: { readonly host: string; readonly label: string }): StreamEvent {
  const value: unknown = JSON.parse(line)
  const type = isRecord(value) ? value['type'] : undefined
  if (!isRecord(value) || typeof type !== 'string') throw new TypeError('a line is no event')
  if (type === 'ERROR') throw failureOfStatus(value['object'], asked)
  if (type === 'BOOKMARK') return { type, object: bookmarkIn(value['object']) }
  const object = objectIn(value['object'])
  if (object === undefined) throw new TypeError('an event holds no object')
  if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') return { type, object }
  throw new TypeError('an event is of a type that is not known')
}

/** It has a version and no name. */
function bookmarkIn(value: unknown): KubeObject {
  const metadata = isRecord(value) && isRecord(value['metadata']) ? value['metadata'] : {}
  return { apiVersion: '', kind: '', metadata: { ...metadata, name: '' } }
}

/** The message of a syntax error shows a part of the text, which may be a Secret's. */
function malformed(label: string, cause: unknown): AppError {
  const what = cause instanceof SyntaxError || !(cause instanceof Error) ? 'a line is no JSON' : cause.message
  return new AppError('CLUSTER_MALFORMED', `${label}: ${what}`)
}
