import { createSecureContext } from 'node:tls'
import { Pool, ProxyAgent, type Dispatcher } from 'undici'
import { reveal } from '#core/secret/reveal.ts'
import type { RemoteUrl } from '#core/secret/remote-url.ts'
import type { Secret } from '#core/secret/secret.ts'
import { encodingOf } from './body.ts'
import { failureText, HttpFailure, kindOf, type FailureKind, type HttpCodes } from './failure.ts'
import { header, type HttpHeaders } from './headers.ts'

/** How one server is reached, for an edge that talks to it alone and all the time. */
export interface OriginOptions {
  /** `https://host:port`, without a path. */
  readonly origin: string
  readonly tls: OriginTls
  readonly proxy: RemoteUrl | undefined
  /** Connections at most. */
  readonly connections: number
  readonly codes: HttpCodes
}

/** TLS of one server; what is absent is Node's default. */
export interface OriginTls {
  /** PEM; replaces the system's certificates. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: Secret
  readonly passphrase?: Secret
  /** Name in the server's certificate, if it is not the host's. */
  readonly servername?: string
  /** Any certificate will do: only for what its user wrote into a kubeconfig. */
  readonly insecure?: boolean
}

export interface OriginRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** Whole value of the header `Authorization`. */
  readonly authorization: Secret | undefined
  readonly body: string | undefined
  /** What is asked for, for messages. */
  readonly label: string
  /** Until the end of the answer, of a stream until its beginning. */
  readonly totalMs: number
  /** Of an answer that is read whole. */
  readonly maxBytes: number
}

export interface OriginAnswer {
  readonly status: number
  readonly headers: HttpHeaders
  readonly body: Buffer
}

/** Where the pieces of a stream go. An answer of 300 and above is no stream and comes back whole. */
export interface StreamSink {
  /** The stream has begun. */
  open(): void
  piece(chunk: Buffer): void
}

/** Kept connections to one server. Fails with `HttpFailure`, under the codes of its owner. */
export interface Origin extends AsyncDisposable {
  /** Sends and reads the whole answer. */
  exchange(request: OriginRequest, signal: AbortSignal): Promise<OriginAnswer>
  /** Fulfilled with an empty body when the stream has ended, with a whole answer if it was refused. */
  stream(request: OriginRequest, sink: StreamSink, signal: AbortSignal): Promise<OriginAnswer>
  /** Lets what runs end, takes nothing new. */
  close(): void
}

const mostHeaderBytes = 64 * 1024
const connectMs = 10_000
/** Below the 90 s after which Go's servers close an idle connection. */
const keepAliveMs = 30_000
/** A connection whose other end is gone is noticed within 25 s: Node probes every second from here on, ten times. */
const probeAfterMs = 15_000

export function openOrigin(options: OriginOptions): Origin {
  const dispatcher = dispatcherOf(options)
  const host = new URL(options.origin).host
  return {
    exchange: (request, signal) => dispatch(request, { options, dispatcher, host, signal }),
    stream: (request, sink, signal) => dispatch(request, { options, dispatcher, host, signal, sink }),
    close: () => void dispatcher.close().catch(() => undefined),
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  }
}

function dispatcherOf({ origin, tls, proxy, connections }: OriginOptions): Dispatcher {
  const secureContext = createSecureContext({
    minVersion: 'TLSv1.2',
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.cert !== undefined && { cert: tls.cert }),
    ...(tls.key !== undefined && { key: reveal(tls.key) }),
    ...(tls.passphrase !== undefined && { passphrase: reveal(tls.passphrase) }),
  })
  const secure = {
    secureContext,
    rejectUnauthorized: tls.insecure !== true,
    ...(tls.servername !== undefined && { servername: tls.servername }),
  }
  const shared = {
    connections,
    pipelining: 1,
    // Our own timer runs over the whole exchange, and a watch may be silent for long.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    maxHeaderSize: mostHeaderBytes,
    // Measured against kube-apiserver: no faster than these connections, and one that breaks takes all with it.
    allowH2: false,
  }
  if (proxy === undefined) {
    const connect = { ...secure, timeout: connectMs, keepAliveInitialDelay: probeAfterMs }
    return new Pool(origin, { ...shared, connect })
  }
  const password = proxy.password === undefined ? '' : reveal(proxy.password)
  const token = `Basic ${Buffer.from(`${proxy.user}:${password}`).toString('base64')}`
  const login = proxy.scheme === 'socks5' ? { username: proxy.user, password } : { token }
  const options = { ...shared, uri: proxy.origin, connectTimeout: connectMs, requestTls: secure }
  return new ProxyAgent({ ...options, ...(proxy.user === '' ? {} : login) })
}

interface Dispatching {
  readonly options: OriginOptions
  readonly dispatcher: Dispatcher
  readonly host: string
  readonly signal: AbortSignal
  readonly sink?: StreamSink
}

/** undici's lowest way: neither a stream nor a promise of its own for each answer, which doubles what a core can do. */
async function dispatch(
  request: OriginRequest,
  { options, dispatcher, host, signal, sink }: Dispatching,
): Promise<OriginAnswer> {
  const reading = new Reading(request, { codes: options.codes, sink, host, signal })
  const { authorization, body, method, path } = request
  const headers: Record<string, string | string[]> = { ...(request.headers as Record<string, string | string[]>) }
  if (authorization !== undefined) headers['authorization'] = reveal(authorization)
  try {
    if (signal.aborted) reading.fail(abortedBy(signal))
    else dispatcher.dispatch({ origin: options.origin, method, path, headers, body: body ?? null }, reading)
  } catch (error) {
    reading.fail(kindOf(error))
  }
  return reading.answer
}

interface ReadingOptions {
  readonly codes: HttpCodes
  readonly sink: StreamSink | undefined
  readonly host: string
  readonly signal: AbortSignal
}

/** Takes one answer as it comes. */
class Reading implements Dispatcher.DispatchHandler {
  readonly answer: Promise<OriginAnswer>
  readonly #settle: Omit<PromiseWithResolvers<OriginAnswer>, 'promise'>
  readonly #request: OriginRequest
  readonly #options: ReadingOptions
  readonly #chunks: Buffer[] = []
  readonly #timer: NodeJS.Timeout
  readonly #stop = (): void => this.fail(abortedBy(this.#options.signal))
  #controller: Dispatcher.DispatchController | undefined
  #bytes = 0
  #status = 0
  #headers: HttpHeaders = {}
  #streams = false
  #done = false

  constructor(request: OriginRequest, options: ReadingOptions) {
    const { promise, ...settle } = Promise.withResolvers<OriginAnswer>()
    this.answer = promise
    this.#settle = settle
    this.#request = request
    this.#options = options
    this.#timer = setTimeout(() => this.fail('timeout'), request.totalMs)
    onAbort(options.signal).add(this.#stop)
  }

  /** Fails at once; undici itself notices an abort only once it is connected. */
  fail(kind: FailureKind): void {
    if (this.#done) return
    this.#finish()
    const { codes, host, signal } = this.#options
    const { label, totalMs } = this.#request
    const withinMs = signal.aborted ? undefined : totalMs
    this.#settle.reject(new HttpFailure(codes, kind, failureText(kind, { host, label, withinMs })))
    this.#controller?.abort(new Error('stopped'))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#done) controller.abort(new Error('stopped'))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: HttpHeaders): void {
    if (this.#done || status < 200) return
    this.#status = status
    this.#headers = headers
    const { sink } = this.#options
    if (encodingOf(header(headers, 'content-encoding')) !== 'identity') this.fail('malformed')
    else if (sink !== undefined && status < 300) {
      this.#streams = true
      clearTimeout(this.#timer)
      sink.open()
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#done) return
    if (this.#streams) {
      this.#options.sink?.piece(chunk)
      return
    }
    this.#bytes += chunk.byteLength
    if (this.#bytes > this.#request.maxBytes) this.fail('too-large')
    else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    if (this.#done) return
    this.#finish()
    const [only] = this.#chunks
    const body = this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks)
    this.#settle.resolve({ status: this.#status, headers: this.#headers, body })
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(kindOf(error))
  }

  #finish(): void {
    this.#done = true
    clearTimeout(this.#timer)
    onAbort(this.#options.signal).delete(this.#stop)
  }
}

const stops = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * What is to happen when a signal aborts. One listener for all requests of a signal: adding and removing one by one
 * takes time for each that is there, and hundreds may share a signal.
 */
function onAbort(signal: AbortSignal): Set<() => void> {
  const known = stops.get(signal)
  if (known !== undefined) return known
  const added = new Set<() => void>()
  stops.set(signal, added)
  signal.addEventListener('abort', () => [...added].forEach((stop) => stop()), { once: true })
  return added
}

/** The caller's signal may be a deadline of its own. */
function abortedBy({ reason }: AbortSignal): FailureKind {
  return reason instanceof Error && reason.name === 'TimeoutError' ? 'timeout' : 'cancelled'
}
