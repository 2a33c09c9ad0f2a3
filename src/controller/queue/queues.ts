import { Queue } from 'bullmq'
import { queueNames, type QueueName } from '#flow/ports/queue.ts'
import type { JobData } from '../job.ts'
import type { QueueRedis } from './redis.ts'

/** The queues of BullMQ. */
export type Queues = Readonly<Record<QueueName, Queue<JobData>>>

interface QueuesOptions {
  /** Not even their settings are written. */
  readonly isReadOnly: boolean
  /** What goes wrong while nobody asks. */
  readonly onError: (queue: QueueName, error: Error) => void
}

/** Opens them on one connection. */
export function queuesOf(redis: QueueRedis, { isReadOnly, onError }: QueuesOptions): Queues {
  const connection = redis.connection('producer')
  const open = (name: QueueName): Queue<JobData> => {
    const queue = new Queue<JobData>(name, {
      connection,
      prefix: redis.prefix,
      skipMetasUpdate: isReadOnly,
      // Its check of the version asks once and never again; the edge has checked what matters.
      skipVersionCheck: true,
      // Nobody reads the stream of events.
      streams: { events: { maxLen: 100 } },
    })
    queue.on('error', (error) => onError(name, error))
    return queue
  }
  return Object.fromEntries(queueNames.map((name) => [name, open(name)])) as Record<QueueName, Queue<JobData>>
}
