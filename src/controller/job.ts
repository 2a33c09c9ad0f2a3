import type { ObjectRef } from '#core/api/object-ref.ts'

/** What is in Redis of a job: the format's version and the object's name, and nothing else. */
export interface JobData extends ObjectRef {
  readonly v: 1
}

/** A job while it runs. */
export interface RunningJob {
  /** `scan/17` */
  readonly id: string
  readonly key: ObjectRef
  /** Adds lines to what `tagboat queue show` and the queue page tell of it; never fails. */
  explain(lines: readonly string[]): Promise<void>
  /** Is this process still the one that may finish the job? False also where Redis does not answer. */
  holdsLock(signal: AbortSignal): Promise<boolean>
}

/** What came out of a job. */
export interface JobResult {
  readonly key: ObjectRef
  /** Milliseconds until the object is due again; undefined: a change wakes it. */
  readonly afterMs: number | undefined
  /** Does the object still exist? */
  readonly gone: boolean
  /** Why it failed, in the words of its condition; the job counts as failed then. */
  readonly error?: { readonly code: string; readonly message: string }
}

/** Does a job. Rejects where nothing could be found out or written down. */
export type Work = (job: RunningJob, signal: AbortSignal) => Promise<JobResult>
