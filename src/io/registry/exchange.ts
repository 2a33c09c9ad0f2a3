import type { HttpAnswer } from '../http.ts'
import type { Access } from './access.ts'
import type { RequestKind, RequestMeter } from './seen.ts'

/** One call of the client: as whom, and what it has cost so far. */
export interface Call {
  readonly access: Access
  /** HTTP requests that were sent for it, token requests included. */
  requests: number
  /** Tokens that were refused and fetched anew. */
  renewals: number
  /** Watches every request of the call. */
  readonly meter?: RequestMeter
}

/** What is asked for: decides about limits. */
type AskKind = Exclude<RequestKind, 'ping' | 'token'>

/** One thing to ask of a registry. */
export interface Question {
  readonly call: Call
  readonly kind: AskKind
  readonly method: 'GET' | 'HEAD'
  /** Path with query, e.g. `/v2/org/app/tags/list?n=100`. */
  readonly target: string
  /** Another origin than the registry's, asked without credentials. */
  readonly origin?: string
  readonly accept: string
  readonly headers?: Readonly<Record<string, string>>
  /** For messages, e.g. `page 3 of the tags of org/app`. */
  readonly label: string
  readonly totalMs: number
  readonly maxBytes: number
  /** Looks at every last answer before its status counts; throws to refuse it. */
  readonly inspect?: (answer: HttpAnswer) => Promise<void>
}

/** A question, and how its answer is read. */
export interface Ask<T> extends Question {
  /** Is the value worth keeping to be revalidated by ETag? What it costs to keep, in bytes. */
  readonly costOf?: (value: T) => number
  /** Reads an answer of status 200 (304 where `headers` made it conditional). */
  readonly read: (answer: HttpAnswer) => Promise<T>
}

/** Asks, and gives what was read. Fails with an `AppError`; for a status that is not expected, with a `StatusError`. */
export type Exchange = <T>(ask: Ask<T>, signal: AbortSignal) => Promise<T>
