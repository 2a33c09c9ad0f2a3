import { AppError, isAppError, quoteOutside } from '#core/error.ts'
import { redact } from '#core/secret/redact.ts'

/** Nobody waits longer for Redis. */
const longestMs = 2000

/**
 * What Redis answers. `QUEUE_UNAVAILABLE` when it is away, refuses, or takes longer than two seconds; the command may
 * still be carried out then. `CANCELLED` when `signal` ends the wait.
 */
export async function ask<Answer>(question: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
  const { promise: end, reject } = Promise.withResolvers<never>()
  const cancel = (): void => reject(new AppError('CANCELLED', 'stopped while waiting for Redis'))
  if (signal?.aborted === true) cancel()
  const timer = setTimeout(() => {
    reject(late())
  }, longestMs)
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    return await Promise.race([end, question()])
  } catch (error) {
    if (isAppError(error)) throw error
    throw unavailable(error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', cancel)
  }
}

function late(): AppError {
  return new AppError('QUEUE_UNAVAILABLE', `redis did not answer within ${longestMs / 1000} s`)
}

/** Errors of ioredis and BullMQ may name hosts, never credentials; the original is not kept all the same. */
function unavailable(error: unknown): AppError {
  const [message = ''] = (error instanceof Error ? error.message : String(error)).split('. script: ')
  if (message === 'Command timed out') return late()
  return new AppError(
    'QUEUE_UNAVAILABLE',
    isAbsence(message) ? 'redis is not reachable' : `redis refused: ${quoteOutside(redact(message))}`,
  )
}

/** Does the message of an error say that there is no connection, rather than that a command was refused? */
export function isAbsence(message: string): boolean {
  return /enableOfflineQueue|Connection is closed|Socket timeout|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN/.test(
    message,
  )
}
