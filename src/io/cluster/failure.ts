import { AppError, quoteOutside } from '#core/error.ts'
import type { ErrorCode } from '#core/errors/index.ts'
import { redact } from '#core/secret/redact.ts'
import type { HttpCodes } from '../http/failure.ts'

/** The codes under which connections to an API server fail. */
export const httpCodes: HttpCodes = {
  unavailable: 'CLUSTER_UNAVAILABLE',
  timeout: 'CLUSTER_TIMEOUT',
  tls: 'CLUSTER_TLS',
  tooLarge: 'CLUSTER_TOO_LARGE',
  malformed: 'CLUSTER_MALFORMED',
  forbidden: 'CLUSTER_UNAVAILABLE',
}

/** One field that the server objected to, e.g. a CEL rule, or a conflict with another manager. */
export interface Cause {
  /** e.g. `FieldValueInvalid`, `FieldManagerConflict`. */
  readonly reason: string
  readonly message: string
  /** e.g. `spec.policy`. */
  readonly field: string
}

/** What the API server said instead of an answer. */
export class ClusterFailure extends AppError {
  readonly status: number
  /** Kubernetes' `Status.reason`, e.g. `Conflict`, `AlreadyExists`, `Expired`; '' where it gave none. */
  readonly statusReason: string
  readonly causes: readonly Cause[]
  /** When the server said to come back. */
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, message: string, answer: Omit<Refusal, 'message'>) {
    super(code, message, answer.retryAfterMs === undefined ? {} : { retry: { afterMs: answer.retryAfterMs } })
    this.status = answer.status
    this.statusReason = answer.reason
    this.causes = answer.causes
    this.retryAfterMs = answer.retryAfterMs
  }
}

/** A refused request as it came. */
export interface Refusal {
  readonly status: number
  readonly reason: string
  readonly message: string
  readonly causes: readonly Cause[]
  readonly retryAfterMs: number | undefined
}

/** Was this said by an API server, with one of these codes? */
export function isFailure(error: unknown, ...codes: readonly ErrorCode[]): error is ClusterFailure {
  return error instanceof ClusterFailure && codes.includes(error.code)
}

/**
 * The failure for an answer of 300 and above. `label` is what was asked for (`ImagePolicy apps/web`), `host` who
 * answered. Kubernetes sends a `Status` object; a proxy or a collection that is not served sends plain text.
 */
export function failureOf(
  answer: { readonly status: number; readonly body: Uint8Array; readonly retryAfter: string | undefined },
  asked: { readonly host: string; readonly label: string },
): ClusterFailure {
  const refusal = parseRefusal(answer)
  const said = refusal.message === '' ? '' : `: ${quoteOutside(redact(refusal.message), 1000)}`
  const message = `${asked.host}: ${asked.label}: ${refusal.status}${said}`
  return new ClusterFailure(codeOf(refusal), message, refusal)
}

/** The failure for a `Status` that came inside a stream, as watches end. */
export function failureOfStatus(
  status: unknown,
  asked: { readonly host: string; readonly label: string },
): ClusterFailure {
  const body = new TextEncoder().encode(JSON.stringify(status))
  const code = isRecord(status) && typeof status['code'] === 'number' ? status['code'] : 500
  return failureOf({ status: code, body, retryAfter: undefined }, asked)
}

function codeOf({ status, reason }: Refusal): ErrorCode {
  if (status === 409) return reason === 'AlreadyExists' ? 'CLUSTER_EXISTS' : 'CLUSTER_CONFLICT'
  // An object that is absent comes with a Status that names it; a path that nobody serves with a bare text.
  if (status === 404) return reason === 'NotFound' ? 'CLUSTER_NOT_FOUND' : 'CLUSTER_KIND_MISSING'
  return codes[status] ?? (status >= 500 ? 'CLUSTER_UNAVAILABLE' : 'CLUSTER_MALFORMED')
}

const codes: Readonly<Record<number, ErrorCode>> = {
  400: 'CLUSTER_INVALID',
  401: 'CLUSTER_UNAUTHORIZED',
  403: 'CLUSTER_FORBIDDEN',
  405: 'CLUSTER_KIND_MISSING',
  406: 'CLUSTER_MALFORMED',
  410: 'CLUSTER_EXPIRED',
  413: 'CLUSTER_INVALID',
  415: 'CLUSTER_INVALID',
  422: 'CLUSTER_INVALID',
  429: 'CLUSTER_BUSY',
  504: 'CLUSTER_TIMEOUT',
}

/** A Status beyond this is no message for a person. */
const mostStatusBytes = 64 * 1024

function parseRefusal(answer: {
  readonly status: number
  readonly body: Uint8Array
  readonly retryAfter: string | undefined
}): Refusal {
  const { status } = answer
  const text = new TextDecoder().decode(answer.body.subarray(0, mostStatusBytes))
  const object = parseStatus(text)
  const details = isRecord(object?.['details']) ? object['details'] : {}
  const retryAfterMs = secondsIn(answer.retryAfter ?? details['retryAfterSeconds'])
  return {
    status,
    reason: textIn(object?.['reason']),
    // A login page says nothing that helps.
    message: object === undefined ? (text.trim().split('\n')[0]?.slice(0, 200) ?? '') : textIn(object['message']),
    causes: Array.isArray(details['causes']) ? details['causes'].filter(isRecord).map(causeOf) : [],
    retryAfterMs,
  }
}

function parseStatus(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) && value['kind'] === 'Status' ? value : undefined
  } catch {
    return undefined
  }
}

function causeOf(cause: Readonly<Record<string, unknown>>): Cause {
  return { reason: textIn(cause['reason']), message: textIn(cause['message']), field: textIn(cause['field']) }
}

/** The server counts in whole seconds; a date (RFC 9110) is not what Kubernetes sends. */
function secondsIn(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^[0-9]{1,6}$/.test(value.trim()) ? Number(value) : value
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
