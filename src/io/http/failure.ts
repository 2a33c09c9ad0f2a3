import { AppError, type AppErrorOptions } from '#core/error.ts'
import type { ErrorCode } from '#core/errors/index.ts'

/**
 * Why an exchange failed below HTTP: `refused` (nobody listens), `not-tls` (an answer, but not in TLS), `unreachable`
 * (DNS, reset, closed early), `timeout`, `tls` (certificate or handshake), `too-large`, `malformed` (HTTP or encoding),
 * `forbidden` (an address that may not be contacted), `cancelled` (the caller's signal).
 */
export type FailureKind =
  | 'refused'
  | 'not-tls'
  | 'unreachable'
  | 'timeout'
  | 'tls'
  | 'too-large'
  | 'malformed'
  | 'forbidden'
  | 'cancelled'

/** The codes under which an edge reports failures of its connections. */
export interface HttpCodes {
  readonly unavailable: ErrorCode
  readonly timeout: ErrorCode
  readonly tls: ErrorCode
  readonly tooLarge: ErrorCode
  readonly malformed: ErrorCode
  readonly forbidden: ErrorCode
}

/** A failed exchange; `kind` lets an edge decide on another way, e.g. plain HTTP. */
export class HttpFailure extends AppError {
  readonly kind: FailureKind
  readonly #codes: HttpCodes

  constructor(codes: HttpCodes, kind: FailureKind, message: string, options: AppErrorOptions = {}) {
    super(kind === 'cancelled' ? 'CANCELLED' : codes[codeKeys[kind]], message, options)
    this.kind = kind
    this.#codes = codes
  }

  /** The same failure, of another request to the same server. */
  of(asked: { readonly host: string; readonly label: string }): HttpFailure {
    return new HttpFailure(this.#codes, this.kind, failureText(this.kind, { ...asked, withinMs: undefined }))
  }
}

/** Did the server not answer at all, so that it would not answer another request either? */
export function isConnectionLost(error: unknown): error is HttpFailure {
  return error instanceof HttpFailure && ['refused', 'unreachable', 'timeout'].includes(error.kind)
}

const codeKeys: Readonly<Record<Exclude<FailureKind, 'cancelled'>, keyof HttpCodes>> = {
  refused: 'unavailable',
  unreachable: 'unavailable',
  'not-tls': 'tls',
  tls: 'tls',
  timeout: 'timeout',
  'too-large': 'tooLarge',
  malformed: 'malformed',
  forbidden: 'forbidden',
}

const texts: Readonly<Record<FailureKind, string>> = {
  refused: 'connection refused',
  'not-tls': 'the server does not speak TLS',
  unreachable: 'could not be reached, or broke off its answer',
  timeout: 'no complete answer in time',
  tls: 'the TLS connection could not be made',
  'too-large': 'the answer is too large',
  malformed: 'the answer is not valid HTTP, or encoded in a way that was not asked for',
  forbidden: 'not a host that may be contacted',
  cancelled: 'stopped',
}

/** `ghcr.io: the tags: no complete answer in time (30 s)`; `withinMs`: the time that was given, if it was ours. */
export function failureText(
  kind: FailureKind,
  asked: { readonly host: string; readonly label: string; readonly withinMs: number | undefined },
): string {
  const isKnown = kind === 'timeout' && asked.withinMs !== undefined
  const within = isKnown ? ` (${(asked.withinMs ?? 0) / 1000} s)` : ''
  return `${asked.host}: ${asked.label}: ${texts[kind]}${within}`
}

/** Thrown inside a connection when an address is not permitted; never leaves `io/http`. */
export class ForbiddenAddress extends Error {
  readonly code = 'TAGBOAT_FORBIDDEN_ADDRESS'
}

/** Thrown by our own body reader; never leaves `io/http`. */
export class BodyTooLarge extends Error {
  readonly code = 'TAGBOAT_BODY_TOO_LARGE'
}

const kindOfCode: Readonly<Record<string, FailureKind>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'too-large',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'too-large',
  TAGBOAT_BODY_TOO_LARGE: 'too-large',
  TAGBOAT_FORBIDDEN_ADDRESS: 'forbidden',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not-tls',
  ERR_SSL_UNKNOWN_PROTOCOL: 'not-tls',
  ERR_SSL_HTTP_REQUEST: 'not-tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  UND_ERR_PRX_TLS: 'tls',
}

/** The kind of whatever undici, Node or our own reader threw; an error that nobody knows is `unreachable`. */
export function kindOf(error: unknown): FailureKind {
  for (const { code, name } of chain(error)) {
    if (name === 'TimeoutError') return 'timeout'
    const known = kindOfCode[code] ?? kindByShape(code, name)
    if (known !== undefined) return known
  }
  return 'unreachable'
}

function kindByShape(code: string, name: string): FailureKind | undefined {
  if (/^(?:CERT_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH)/.test(code)) return 'tls'
  if (name === 'HTTPParserError' || code.startsWith('HPE_') || code.startsWith('Z_')) return 'malformed'
  return undefined
}

/** The error, what caused it, and the single attempts of a connection to several addresses. */
function* chain(error: unknown, depth = 0): Generator<{ code: string; name: string }> {
  if (!(error instanceof Error) || depth > 4) return
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  yield { code, name: error.name }
  yield* chain(error.cause, depth + 1)
  if (error instanceof AggregateError) for (const attempt of error.errors) yield* chain(attempt, depth + 1)
}
