import { Worker } from 'bullmq'
import type { JobData } from '../job.ts'

/** BullMQ hands this out where no job waits; its types do not say so. */
const noJob = undefined as never

/** Pause after Redis has refused to hand out a job. */
const pauseMs = 500

/**
 * A worker that waits a moment when Redis refuses a command (full, read-only, loading, no right to it). BullMQ's own
 * asks again at once, as fast as Redis can refuse.
 */
export class PatientWorker extends Worker<JobData, unknown> {
  protected override async moveToActive(
    ...taken: Parameters<Worker<JobData, unknown>['moveToActive']>
  ): ReturnType<Worker<JobData, unknown>['moveToActive']> {
    // A job that was announced before the end is left to others.
    if (this.closing !== undefined) return noJob
    try {
      return await super.moveToActive(...taken)
    } catch (error) {
      if (this.closing === undefined) await this.delay()
      throw error
    }
  }

  /** BullMQ calls it without a time after a refused wait for jobs. */
  override async delay(...[ms = pauseMs, stop]: Parameters<Worker['delay']>): Promise<void> {
    await super.delay(ms, stop)
  }
}
