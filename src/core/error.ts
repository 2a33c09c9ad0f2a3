import { errorTable, type ErrorCode } from './errors/index.ts'
import type { Retry } from './errors/row.ts'

/** What an `AppError` may say beyond its code and message. */
export interface AppErrorOptions {
  /** When another try may help; the default is the code's row in the table. */
  readonly retry?: Retry
  /** What the user can do, where the message knows more than the table. */
  readonly hint?: string
  /** Reason of the Ready condition, where the place knows better than the table (Flux names it by step). */
  readonly reason?: string
  /** The error behind it; never one that may hold a credential. */
  readonly cause?: unknown
}

/**
 * The only error that leaves a function of ours. `message` is one line for a person: lower case, no full stop,
 * names the thing and the field, outside text cut at 200 characters and free of secrets.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly retry: Retry
  readonly hint: string
  readonly reason: string

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    const row = errorTable[code]
    this.code = code
    this.retry = options.retry ?? row.retry
    this.hint = options.hint ?? row.remedy
    this.reason = options.reason ?? row.reason
  }
}

/** Is this an error whose text is fit for a user? */
export function isAppError(error: unknown): error is AppError {
  return error instanceof AppError
}

/**
 * Outside text as it may stand inside a message: control characters escaped as `\xNN`, cut at `max` characters with `…`.
 */
export function quoteOutside(text: string, max = 200): string {
  const short = text.length > max ? `${text.slice(0, max)}…` : text
  return short.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}
