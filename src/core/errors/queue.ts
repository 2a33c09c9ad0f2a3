import type { ErrorRow } from './row.ts'

/** Errors of Redis and of the queues in it. */
export const queueErrors = {
  QUEUE_UNAVAILABLE: {
    retry: 'backoff',
    reason: 'QueueUnavailable',
    meaning: 'Redis did not answer in time, refused the connection, or refused the command',
    remedy: 'check REDIS_URL or --redis, that Redis runs, and that its user may use the commands of the queue',
  },
} as const satisfies Record<string, ErrorRow>
