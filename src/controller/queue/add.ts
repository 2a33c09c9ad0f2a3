import type { JobsOptions, Queue } from 'bullmq'
import { keyText, type ObjectRef } from '#core/api/object-ref.ts'
import type { JobData } from '../job.ts'
import { jobData } from './job-data.ts'

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

/** Adds the job of an object. */
export async function addJob(queue: Queue<JobData>, key: ObjectRef): Promise<void> {
  await queue.add(queue.name, jobData(key), optionsOf(key))
}

/** Adds many in one go. */
export async function addJobs(queue: Queue<JobData>, keys: readonly ObjectRef[]): Promise<void> {
  await queue.addBulk(keys.map((key) => ({ name: queue.name, data: jobData(key), opts: optionsOf(key) })))
}
