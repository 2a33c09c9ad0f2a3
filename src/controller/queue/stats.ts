import type { Queue } from 'bullmq'
import type { QueueName, QueueStats } from '#flow/ports/queue.ts'
import { ask } from './ask.ts'

/** A queue in figures. `QUEUE_UNAVAILABLE`. */
export async function statsOf(queue: Queue, now: number, signal: AbortSignal): Promise<QueueStats> {
  const [counts, paused, [oldest], workers] = await ask(async () => {
    return Promise.all([
      queue.getJobCounts('waiting', 'active', 'failed', 'completed'),
      queue.isPaused(),
      queue.getWaiting(0, 0),
      // A user of Redis may lack the right to list clients.
      queue.getWorkersCount().catch(() => undefined),
    ])
  }, signal)
  const { waiting = 0, active = 0, failed = 0, completed = 0 } = counts
  return {
    queue: queue.name as QueueName,
    paused,
    counts: { waiting, active, failed, completed },
    workers,
    oldestMs: oldest === undefined ? undefined : Math.max(0, now - oldest.timestamp),
  }
}

/** Do jobs wait that workers may take? No, where Redis does not say. */
export async function hasWaiting(queue: Queue): Promise<boolean> {
  const asked = ask(async () => Promise.all([queue.getWaitingCount(), queue.isPaused()]))
  return asked.then(([waiting, isPaused]) => waiting > 0 && !isPaused).catch(() => false)
}
