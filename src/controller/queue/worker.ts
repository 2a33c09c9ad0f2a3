import type { ObjectRef } from '#core/api/object-ref.ts'
import type { Clock, Log } from '#flow/ports.ts'
import { queueNames, type QueueName } from '#flow/ports/queue.ts'
import type { JobResult, Work } from '../job.ts'
import type { QueueRedis } from './redis.ts'
import { JobRuns } from './runs.ts'
import { hasWaiting } from './stats.ts'
import { queuesOf } from './queues.ts'
import { QueueWorker } from './queue-worker.ts'

/** The part of this process in the work. */
export interface JobWorkers extends AsyncDisposable {
  /** Jobs under way. */
  running(): number
  /** Milliseconds that the latest job is beyond its deadline; 0: none. More than half a minute means that something hangs. */
  oldestHeartbeatMs(): number
  /**
   * Takes no more jobs, lets the running ones end, after `graceMs` tells them to stop, and closes. What could not end
   * goes back to its queue.
   */
  drain(graceMs: number): Promise<void>
}

export interface WorkerOptions {
  readonly redis: QueueRedis
  readonly work: Work
  /** Jobs at a time, by queue. */
  readonly concurrency: Readonly<Record<QueueName, number>>
  /** From the start of a job of this object until it is told to stop. */
  readonly deadlineMs: (key: ObjectRef) => number
  /** Told of every job that has ended here, failed or not. */
  readonly onResult: (result: JobResult) => void
  readonly redact: (text: string) => string
  /** Name of this process among those that work. */
  readonly identity: string
  readonly clock: Clock
  readonly log: Log
  /** How long a process that does not renew the locks of its jobs counts as alive (default: 15 s). */
  readonly lockMs?: number
  /** A worker that takes no job for so long although some wait is replaced (default: a minute). */
  readonly idleMs?: number
}

/** So long a job that was told to stop may still take. */
const stopMs = 5000
/** So long Redis may take to hear of the last results. */
const farewellMs = 1000

/** Starts to work. While Redis is away nothing happens; work goes on by itself when it is back. */
export function openWorkers(options: WorkerOptions): JobWorkers {
  const { redis, concurrency, clock, log, lockMs = 15_000, idleMs = 60_000 } = options
  const runs = new JobRuns({ ...options, lockMs })
  const queues = queuesOf(redis, { isReadOnly: true, onError: () => undefined })
  const workers = queueNames.map((queue) => {
    const hasWork = async (): Promise<boolean> => hasWaiting(queues[queue])
    return new QueueWorker({ ...options, queue, concurrency: concurrency[queue], lockMs, idleMs, runs, hasWork })
  })
  const close = async (graceMs: number): Promise<void> => {
    const closed = Promise.all(workers.map(async (worker) => worker.close()))
    if (!(await endsWithin(closed, graceMs))) {
      if (runs.size > 0) log.warn(`${runs.size} jobs are told to stop`)
      runs.stop()
      await endsWithin(closed, stopMs)
    }
    for (const worker of workers) worker.disconnect()
  }
  /** Jobs that run are waited for; a Redis that does not hear of their end is not. */
  const endsWithin = async (closed: Promise<unknown>, ms: number): Promise<boolean> => {
    const endAt = clock.monotonic() + ms
    for (;;) {
      const leftMs = Math.max(0, endAt - clock.monotonic())
      if (await isDone(closed, Math.min(leftMs, farewellMs))) return true
      if (runs.size === 0 || leftMs === 0) return false
    }
  }
  const ending = { promise: undefined as Promise<void> | undefined }
  const drain = async (graceMs: number): Promise<void> => (ending.promise ??= close(graceMs))
  return {
    running: () => runs.size,
    oldestHeartbeatMs: () => runs.overdueMs(),
    drain,
    [Symbol.asyncDispose]: async () => drain(0),
  }
}

async function isDone(work: Promise<unknown>, ms: number): Promise<boolean> {
  const time = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => time.resolve(false), ms)
  try {
    return await Promise.race([time.promise, work.then(() => true)])
  } finally {
    clearTimeout(timer)
  }
}
