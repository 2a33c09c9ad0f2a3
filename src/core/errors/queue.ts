import type { ErrorRow } from './row.ts'

/** Errors of Redis and of the queues in it. */
export const queueErrors = {
  QUEUE_UNAVAILABLE: {
    retry: 'backoff',
    reason: 'QueueUnavailable',
    meaning: 'no answer in time from Redis, or it refused the connection or the command',
    remedy: 'check REDIS_URL or --redis, that Redis runs, and that its user may use the commands of the queue',
  },
  QUEUE_MISSING: {
    retry: 'never',
    reason: 'QueueMissing',
    meaning: 'the Redis holds no queues of Tagboat',
    remedy: 'check --redis or REDIS_URL and the number of the database; a controller makes the queues when it starts',
  },
  QUEUE_JOB_MISSING: {
    retry: 'never',
    reason: 'JobMissing',
    meaning: 'there is no such job in the queue, or no longer: completed ones are kept for an hour, 1,000 failed ones',
    remedy: 'list the jobs with `tagboat queue ls`, which prints their names',
  },
  QUEUE_JOB_BUSY: {
    retry: 'never',
    reason: 'JobBusy',
    meaning: 'the job waits or runs, and can therefore not be run again or removed',
    remedy: 'wait until it has ended; a waiting one can be removed',
  },
  QUEUE_JOB_TIMEOUT: {
    retry: 'backoff',
    reason: 'Timeout',
    meaning: 'the work on an object took longer than its deadline and was stopped',
    remedy: 'look at what the job says (`tagboat queue show`); raise `spec.timeout` if the work needs so long',
  },
  QUEUE_JOB_LOST: {
    retry: 'backoff',
    reason: 'JobLost',
    meaning: 'two processes in a row died or stood still while they worked on the object',
    remedy: 'look at why the controller was killed (memory?); the object is tried again later',
  },
  REDIS_MISSING: {
    retry: 'never',
    reason: 'RedisMissing',
    meaning: 'no Redis is configured, and none could be started on this computer',
    remedy: 'set REDIS_URL or --redis to a Redis, or install redis-server',
  },
  REDIS_UNSUITABLE: {
    retry: 'never',
    reason: 'RedisUnsuitable',
    meaning: 'the Redis is too old, would drop jobs when memory is short, or does not let its user do what is needed',
    remedy: 'change the setting that the message names; `tagboat check` looks at all of them',
  },
} as const satisfies Record<string, ErrorRow>
