import { AppError } from '#core/error.ts'
import type { Clock } from '#flow/ports.ts'
import { HttpFailure } from '../http/failure.ts'
import { header, type HttpHeaders } from '../http/headers.ts'
import type { OriginAnswer, OriginRequest } from '../http/origin.ts'
import type { ClusterRequestSeen } from './cluster.ts'
import type { Connection } from './connection.ts'
import { failureOf, isFailure } from './failure.ts'

/** One call to the API server. */
export interface Call {
  /** As RBAC and metrics name it: get, list, watch, create, apply, patch, update, delete; read and discover for what is no object. */
  readonly verb: string
  readonly method: OriginRequest['method']
  readonly path: string
  /** Plural of the collection; '' for none. */
  readonly resource: string
  /** What is asked for, for messages. */
  readonly label: string
  readonly accept?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: { readonly type: string; readonly text: string }
  /** Statuses of 300 and above that are answers and no failures. */
  readonly accepts?: readonly number[]
  readonly maxBytes?: number
}

/** What came back, parsed; `value` is undefined for an empty body. */
interface Answer {
  readonly status: number
  readonly headers: HttpHeaders
  readonly value: unknown
  readonly bytes: number
}

export interface RequestOptions {
  readonly connection: Pick<Connection, 'exchange'>
  readonly clock: Pick<Clock, 'monotonic' | 'sleep' | 'random'>
  /** Who answers, for messages. */
  readonly host: string
  readonly onRequest: (seen: ClusterRequestSeen) => void
}

/** Sends one call, again where that can help and do no harm. */
export type Send = (call: Call, signal: AbortSignal) => Promise<Answer>

const attempts = 5
const attemptMs = 30_000
const firstPauseMs = 250
const longestPauseMs = 15_000
/** After this no further try begins: the caller's queue waits better than a request. */
const patienceMs = 60_000
const mostBytes = 64 * 1024 * 1024

/** Verbs that may be sent twice: what is read, and what says the whole state that is wanted. */
const repeatable = ['get', 'list', 'read', 'apply', 'discover']

/**
 * How calls are sent: 30 s for each try; 429, and whatever names a `Retry-After`, again after that time or after 250 ms
 * doubling to 15 s, with jitter, at most five tries within a minute; broken connections and 5xx without it again only
 * for what may be sent twice.
 */
export function sender(options: RequestOptions): Send {
  return async (call, signal) => {
    const startedAt = options.clock.monotonic()
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await attemptOnce(call, options, signal)
      if (!(outcome instanceof AppError)) return outcome
      const pauseMs = pauseAfter(outcome, { call, attempt, random: options.clock.random() })
      const spentMs = options.clock.monotonic() - startedAt
      if (pauseMs === undefined || attempt >= attempts || spentMs + pauseMs > patienceMs) throw outcome
      await options.clock.sleep(pauseMs, signal)
    }
  }
}

async function attemptOnce(call: Call, options: RequestOptions, signal: AbortSignal): Promise<Answer | AppError> {
  const startedAt = options.clock.monotonic()
  const seen = (code: number): void => {
    options.onRequest({ verb: call.verb, resource: call.resource, code, ms: options.clock.monotonic() - startedAt })
  }
  try {
    const answer = await options.connection.exchange(requestOf(call), signal)
    seen(answer.status)
    return judge(answer, call, options.host)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error instanceof HttpFailure) seen(0)
    return error
  }
}

function requestOf({
  method,
  path,
  label,
  accept,
  headers,
  body,
  maxBytes,
}: Call): Omit<OriginRequest, 'authorization'> {
  return {
    method,
    path,
    label,
    body: body?.text,
    headers: {
      accept: accept ?? 'application/json',
      ...(body !== undefined && { 'content-type': body.type }),
      ...headers,
    },
    totalMs: attemptMs,
    maxBytes: maxBytes ?? mostBytes,
  }
}

/** Turns the bytes into a value, or into the failure that they are. */
function judge({ status, headers, body }: OriginAnswer, call: Call, host: string): Answer | AppError {
  if (status >= 300 && !(call.accepts ?? []).includes(status)) {
    return failureOf({ status, body, retryAfter: header(headers, 'retry-after') }, { host, label: call.label })
  }
  const answer = { status, headers, bytes: body.byteLength }
  if (body.byteLength === 0) return { ...answer, value: undefined }
  const isJson = (header(headers, 'content-type') ?? '').includes('json')
  // `/readyz` and the like answer in plain text.
  if (!isJson && call.verb === 'read') return { ...answer, value: body.toString() }
  try {
    return { ...answer, value: JSON.parse(body.toString()) as unknown }
  } catch {
    return new AppError('CLUSTER_MALFORMED', `${host}: ${call.label}: the answer is no JSON`)
  }
}

function pauseAfter(
  error: AppError,
  { call, attempt, random }: { readonly call: Call; readonly attempt: number; readonly random: number },
): number | undefined {
  const doubled = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs)
  const jittered = doubled * (0.5 + random / 2)
  // Whoever names a time has refused to begin, so nothing happened: safe for every verb.
  const isRefused = isFailure(error, 'CLUSTER_BUSY', 'CLUSTER_UNAVAILABLE') && error.retryAfterMs !== undefined
  if (isRefused) return (error.retryAfterMs ?? 0) * (1 + random / 10)
  if (error.code === 'CLUSTER_BUSY') return jittered
  const isPassing = error.code === 'CLUSTER_UNAVAILABLE' || isFailure(error, 'CLUSTER_TIMEOUT')
  return isPassing && repeatable.includes(call.verb) ? jittered : undefined
}
