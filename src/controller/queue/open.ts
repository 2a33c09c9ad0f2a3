import type { Queue } from 'bullmq'
import { printObject } from '#core/api/group.ts'
import { keyText, type ObjectRef } from '#core/api/object-ref.ts'
import { AppError, quoteOutside } from '#core/error.ts'
import type { Clock, Log } from '#flow/ports.ts'
import type { QueueName, QueueStats } from '#flow/ports/queue.ts'
import type { JobData } from '../job.ts'
import { ask } from './ask.ts'
import { addJob, addJobs } from './add.ts'
import { queueOf } from './job-data.ts'
import { queuesOf } from './queues.ts'
import type { QueueRedis } from './redis.ts'
import { statsOf } from './stats.ts'

/** The queues as those see them that have work for them. */
export interface JobQueues extends AsyncDisposable {
  /** The object is worked on soon, after the run that may be under way; once, however often it is added. `QUEUE_UNAVAILABLE` within 2 s. */
  add(key: ObjectRef): Promise<void>
  /** Many at once. `QUEUE_UNAVAILABLE` where not all were added. */
  addAll(keys: readonly ObjectRef[]): Promise<void>
  /** Does a job of this object wait or run? `QUEUE_UNAVAILABLE`. */
  holds(key: ObjectRef): Promise<boolean>
  /** Jobs that wait, of all queues. `QUEUE_UNAVAILABLE`. */
  waiting(): Promise<number>
  /** In the order of the work. `QUEUE_UNAVAILABLE`. */
  stats(signal: AbortSignal): Promise<readonly QueueStats[]>
  /** The queues of BullMQ, for the queue page alone. */
  readonly board: readonly unknown[]
}

export interface QueueOptions {
  readonly redis: QueueRedis
  readonly clock: Clock
  readonly log: Log
}

/** Objects that are sent to Redis in one go. */
const bulk = 500

/** Opens the queues. Nothing is waited for: as long as Redis is away, everything fails with `QUEUE_UNAVAILABLE`. */
export function openQueues({ redis, clock, log }: QueueOptions): JobQueues {
  const onError = (name: QueueName, { message }: Error): void => log.debug(`queue ${name}: ${quoteOutside(message)}`)
  const queues = queuesOf(redis, { isReadOnly: false, onError })
  const of = (key: ObjectRef): Queue<JobData> => {
    const name = queueOf(key.kind)
    if (name === undefined) throw new AppError('INTERNAL', `${printObject(key)} has no queue`)
    return queues[name]
  }
  const all = Object.values(queues)
  return {
    add: async (key) => {
      const queue = of(key)
      await ask(async () => addJob(queue, key))
    },
    addAll: async (keys) => {
      for (const [queue, members] of Map.groupBy(keys, of)) {
        for (let from = 0; from < members.length; from += bulk) {
          await ask(async () => addJobs(queue, members.slice(from, from + bulk)))
        }
      }
    },
    holds: async (key) => {
      const queue = of(key)
      const id = await ask(async () => queue.getDeduplicationJobId(keyText(key)))
      if (id === null) return false
      // After an outage the mark of a job may be older than the job.
      const state = await ask(async () => queue.getJobState(id))
      return state === 'waiting' || state === 'active'
    },
    waiting: async () => {
      const counts = await ask(async () => Promise.all(all.map(async (queue) => queue.getWaitingCount())))
      return counts.reduce((sum, count) => sum + count, 0)
    },
    stats: async (signal) => Promise.all(all.map(async (queue) => statsOf(queue, clock.now(), signal))),
    board: all,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(all.map(async (queue) => queue.close()))
    },
  }
}
