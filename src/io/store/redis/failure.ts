import { AppError, isAppError, quoteOutside } from '#core/error.ts'
import { redact } from '#core/secret/redact.ts'

/**
 * What a person is told of an error of the client. The error itself goes nowhere: its properties hold the command with
 * its arguments, and so the password of a login that was refused.
 */
export function causeOf(error: unknown): string {
  const { message = '', code } = error as { readonly message?: string; readonly code?: string }
  if (message === 'Command timed out') return 'no answer in time'
  if (/enableOfflineQueue|Connection is closed|retries per request/.test(message)) return 'not connected'
  return quoteOutside(redact(message === '' ? (code ?? String(error)) : message))
}

/** `QUEUE_UNAVAILABLE`, with the address and the cause. */
export function unavailable(shown: string, error: unknown): AppError {
  return isAppError(error) ? error : new AppError('QUEUE_UNAVAILABLE', `${shown}: ${causeOf(error)}`)
}

/** Its own error for a wait that was given up. */
export function cancelled(): AppError {
  return new AppError('CANCELLED', 'stopped while waiting for Redis')
}
