import { AppError, isAppError } from '#core/error.ts'
import type { ErrorCode } from '#core/errors/index.ts'
import type { Retry } from '#core/errors/row.ts'

/** What a worker thread is asked: one task at a time. */
export interface Question {
  readonly task: string
  readonly input: unknown
}

/** What it answers. */
export type Answer = { readonly output: unknown } | { readonly failure: Failure }

/** An `AppError` as data; the prototype of an error does not survive the way between threads. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
  readonly retry: Retry
  readonly hint: string
  readonly reason: string
}

/** An error as data; what is no `AppError` becomes `INTERNAL`. */
export function failureOf(error: unknown): Failure {
  const known = isAppError(error)
    ? error
    : new AppError('INTERNAL', error instanceof Error ? error.message : String(error))
  const { code, message, retry, hint, reason } = known
  return { code, message, retry, hint, reason }
}

/** The error that a failure was. */
export function errorOf({ code, message, retry, hint, reason }: Failure): AppError {
  return new AppError(code, message, { retry, hint, reason })
}
