import { AppError, isAppError, quoteOutside } from '#core/error.ts'
import { redact } from '#core/secret/redact.ts'

/** Says what is the matter, and not why. */
export const notConnected = 'not connected'

interface ClientError {
  readonly message?: string
  readonly code?: string
  readonly lastNodeError?: Error | null
}

/**
 * What a person is told of an error of the client. The error itself goes nowhere: its properties hold the command with
 * its arguments, and so the password of a login that was refused.
 */
export function causeOf(error: unknown): string {
  const { message = '', code, lastNodeError } = error as ClientError
  if (lastNodeError) return causeOfCluster(lastNodeError)
  if (message === 'Command timed out') return 'no answer in time'
  if (/enableOfflineQueue|Connection is closed|retries per request/.test(message)) return notConnected
  return quoteOutside(redact(message === '' ? (code ?? String(error)) : message))
}

/** No member could be asked; why, is known only where one has answered. */
function causeOfCluster(lastOfMember: unknown): string {
  const cause = causeOf(lastOfMember)
  return cause === notConnected ? 'no member of the cluster can be reached' : cause
}

/** `QUEUE_UNAVAILABLE`, with the address and the cause. */
export function unavailable(shown: string, error: unknown): AppError {
  return isAppError(error) ? error : new AppError('QUEUE_UNAVAILABLE', `${shown}: ${causeOf(error)}`)
}

/** Its own error for a wait that was given up. */
export function cancelled(): AppError {
  return new AppError('CANCELLED', 'stopped while waiting for Redis')
}
