import type { Readable } from 'node:stream'
import { request as undiciRequest, type Dispatcher } from 'undici'
import { reveal } from '#core/secret/reveal.ts'
import type { Secret } from '#core/secret/secret.ts'
import type { Clock } from '#flow/ports.ts'
import { permitsHost, type AddressRule } from './http/address.ts'
import { Agents, type Transport } from './http/agents.ts'
import { decodedPieces, encodingOf, readHead } from './http/body.ts'
import { orAborted, startDeadline, type Deadline } from './http/deadline.ts'
import { BodyTooLarge, failureText, HttpFailure, kindOf, type FailureKind, type HttpCodes } from './http/failure.ts'
import { header, type HttpHeaders } from './http/headers.ts'
import { proxyOf, type Environment } from './http/proxy.ts'

export interface HttpOptions {
  readonly codes: HttpCodes
  /** Sent with every request, e.g. `tagboat/0.1.0`. */
  readonly userAgent: string
  /** `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` and their lower-case forms are read from it. */
  readonly environment: Environment
  /** Host names and addresses that are refused beside the built-in ones. */
  readonly forbiddenHosts: readonly string[]
  readonly clock: Pick<Clock, 'monotonic'>
}

/** One request to one address; redirects are the business of `http/redirect.ts`. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly url: URL
  /** Without credentials. */
  readonly headers: Readonly<Record<string, string>>
  /** Whole value of the header `Authorization`. */
  readonly authorization?: Secret
  readonly body?: Secret
  readonly transport: Transport
  readonly rule: AddressRule
  /** Whether the client certificate of the transport may be shown to this host. */
  readonly offerCertificate: boolean
  /** From the start to the end of the body. */
  readonly totalMs: number
  /** Cap of the body, on the wire and decoded. */
  readonly maxBytes: number
  /** What is asked for, for messages, e.g. `page 3 of the tags`. */
  readonly label: string
}

/** An answer whose body is still to be read: exactly one of the last four must be called. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: HttpHeaders
  /** The decoded body in pieces. */
  pieces(): AsyncGenerator<Uint8Array>
  /** The whole decoded body. */
  bytes(): Promise<Uint8Array>
  /** At most the first `maxBytes` of the decoded body; a body that breaks off counts as ended. */
  head(maxBytes: number): Promise<Uint8Array>
  /** Drops the body; the connection is kept if little is left of it. */
  discard(): Promise<void>
}

/** The only way out over HTTP. Fails with `HttpFailure`, under the codes of its owner. */
export interface Http extends AsyncDisposable {
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
}

/** Opens the connections of one edge. */
export function openHttp(options: HttpOptions): Http {
  const agents = new Agents(() => options.clock.monotonic())
  return {
    send: (request, signal) => send(request, { agents, options, signal }),
    [Symbol.asyncDispose]: () => agents.destroy(),
  }
}

interface Sending {
  readonly agents: Agents
  readonly options: HttpOptions
  readonly signal: AbortSignal
}

async function send(request: HttpRequest, { agents, options, signal }: Sending): Promise<HttpAnswer> {
  const { url, transport, rule } = request
  const failure = failureOf(options.codes, request, signal)
  if (!permitsHost(rule, url.hostname, options.forbiddenHosts)) throw failure('forbidden')
  const dispatcher = agents.of({ ...request, transport, proxy: transport.proxy ?? proxyOf(url, options.environment) })
  const deadline = startDeadline(signal, request.totalMs)
  try {
    const pending = undiciRequest(url, { dispatcher, ...dispatchOptions(request, options), signal: deadline.signal })
    const response = await orAborted(pending, deadline.signal, ({ body }) => body.destroy())
    return answerOf(response, { request, deadline, failure: (error) => failure(kindUnder(deadline, error)) })
  } catch (error) {
    deadline.clear()
    throw error instanceof HttpFailure ? error : failure(kindUnder(deadline, error))
  }
}

function dispatchOptions(request: HttpRequest, { userAgent }: HttpOptions) {
  const authorization = request.authorization === undefined ? undefined : reveal(request.authorization)
  return {
    method: request.method,
    headers: {
      'user-agent': userAgent,
      ...request.headers,
      ...(authorization !== undefined && { authorization }),
    },
    ...(request.body !== undefined && { body: reveal(request.body) }),
  }
}

/** An abort shows itself as whatever it interrupted, so the signal is asked first. */
function kindUnder(deadline: Deadline, error: unknown): FailureKind {
  if (!deadline.signal.aborted) return kindOf(error)
  const { reason } = deadline.signal
  return reason instanceof Error && reason.name === 'TimeoutError' ? 'timeout' : 'cancelled'
}

type Fail = (kind: FailureKind, cause?: unknown) => HttpFailure

function failureOf(codes: HttpCodes, { url, label, totalMs }: HttpRequest, caller: AbortSignal): Fail {
  return (kind) => {
    // Where the caller's time was over first, ours says nothing.
    const withinMs = caller.aborted ? undefined : totalMs
    return new HttpFailure(codes, kind, failureText(kind, { host: url.host, label, withinMs }))
  }
}

interface Reading {
  readonly request: HttpRequest
  readonly deadline: Deadline
  readonly failure: (error: unknown) => HttpFailure
}

function answerOf(response: Dispatcher.ResponseData, reading: Reading): HttpAnswer {
  const { body, headers, statusCode } = response
  const pieces = () => readPieces(body, headers, reading)
  return {
    status: statusCode,
    headers,
    pieces,
    async bytes() {
      const read: Uint8Array[] = []
      for await (const piece of pieces()) read.push(piece)
      return Buffer.concat(read)
    },
    async head(maxBytes) {
      try {
        return await readHead(pieces(), maxBytes)
      } catch {
        return new Uint8Array()
      }
    },
    async discard() {
      try {
        await body.dump()
      } catch {
        // A body that nobody wants may break off.
      } finally {
        reading.deadline.clear()
      }
    },
  }
}

async function* readPieces(body: Readable, headers: HttpHeaders, reading: Reading): AsyncGenerator<Uint8Array> {
  const { request, deadline, failure } = reading
  try {
    const encoding = encodingOf(header(headers, 'content-encoding'))
    if (encoding === undefined) throw Object.assign(new Error('encoding'), { code: 'Z_UNKNOWN_ENCODING' })
    const announced = Number(header(headers, 'content-length') ?? 0)
    if (request.method !== 'HEAD' && announced > request.maxBytes) throw new BodyTooLarge('announced')
    yield* decodedPieces(body, encoding, request.maxBytes)
  } catch (error) {
    throw failure(error)
  } finally {
    deadline.clear()
    body.on('error', () => undefined).destroy()
  }
}
