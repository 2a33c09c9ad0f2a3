import type { Job } from 'bullmq'
import { ask } from './ask.ts'

/** The lock of a job that this process took: `token` proves it. */
export interface JobLock {
  readonly job: Job
  readonly token: string
  /** How long it is good for; a process that has not renewed it by then counts as dead. */
  readonly lockMs: number
}

/** Renews the lock and says whether it was still ours. `QUEUE_UNAVAILABLE`: nobody knows. */
export async function renewLock({ job, token, lockMs }: JobLock, signal?: AbortSignal): Promise<boolean> {
  return (await ask(async () => job.extendLock(token, lockMs), signal)) === 1
}

/**
 * Renews the lock until that is ended, and tells when it is lost. BullMQ's own renewal goes by the number of the job,
 * which is given out again after Redis was flushed.
 */
export function keepLock(lock: JobLock, onLoss: () => void): Disposable {
  const renew = async (): Promise<void> => {
    // While Redis does not answer nobody else can take the job.
    const isOurs = await renewLock(lock).catch(() => true)
    if (isOurs) return
    clearInterval(timer)
    onLoss()
  }
  const timer = setInterval(() => void renew(), lock.lockMs / 3)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
