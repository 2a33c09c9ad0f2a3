import { Queue, type JobsOptions } from 'bullmq'
import { printObject } from '#core/api/group.ts'
import { keyText, type ObjectRef } from '#core/api/object-ref.ts'
import { AppError } from '#core/error.ts'
import type { Clock, Log } from '#flow/ports.ts'
import { queueNames, type QueueName, type QueueStats } from '#flow/ports/queue.ts'
import type { JobData } from '../job.ts'
import { ask } from './ask.ts'
import { jobData, queueOf } from './job-data.ts'
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

/**
 * One job an object: while it waits, another one adds nothing; while it runs, one more run follows.
 * No delay, no attempts and no job id, since each of them would let a trigger be swallowed.
 */
function optionsOf(key: ObjectRef): JobsOptions {
  return {
    deduplication: { id: keyText(key), keepLastIfActive: true, replace: true },
    removeOnComplete: { age: 3600, count: 2000 },
    removeOnFail: { count: 1000 },
    stackTraceLimit: 0,
    keepLogs: 20,
  }
}

/** Opens the queues. Nothing is waited for: as long as Redis is away, everything fails with `QUEUE_UNAVAILABLE`. */
export function openQueues({ redis, clock, log }: QueueOptions): JobQueues {
  const queues = queuesOf(redis, log)
  const of = (key: ObjectRef): Queue<JobData> => {
    const name = queueOf(key.kind)
    if (name === undefined) throw new AppError('INTERNAL', `${printObject(key)} has no queue`)
    return queues[name]
  }
  const all = Object.values(queues)
  return {
    add: async (key) => {
      const queue = of(key)
      await ask(async () => queue.add(queue.name, jobData(key), optionsOf(key)))
    },
    addAll: async (keys) => {
      for (const [queue, members] of Map.groupBy(keys, of)) {
        for (let from = 0; from < members.length; from += bulk) {
          const jobs = members.slice(from, from + bulk).map((key) => {
            return { name: queue.name, data: jobData(key), opts: optionsOf(key) }
          })
          await ask(async () => queue.addBulk(jobs))
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

/** The queues of BullMQ on one connection. */
export function queuesOf(redis: QueueRedis, log: Pick<Log, 'debug'>): Readonly<Record<QueueName, Queue<JobData>>> {
  const connection = redis.connection('producer')
  const open = (name: QueueName): Queue<JobData> => {
    const queue = new Queue<JobData>(name, {
      connection,
      prefix: redis.prefix,
      // Its check of the version asks once and never again; the edge has checked what matters.
      skipVersionCheck: true,
      // Nobody reads the stream of events.
      streams: { events: { maxLen: 100 } },
    })
    queue.on('error', (error) => log.debug(`queue ${name}: ${error.message}`))
    return queue
  }
  const [scan, select, fetch, update] = queueNames.map(open) as [Queue, Queue, Queue, Queue]
  return { scan, select, fetch, update }
}
