import type { ObjectRef } from '#core/api/object-ref.ts'

/** The queues, one a step, in the order of the work. */
export const queueNames = ['scan', 'select', 'fetch', 'update'] as const
export type QueueName = (typeof queueNames)[number]

/** Where a job is in its life. Completed ones are kept for an hour, the last 1,000 failed ones until they are pushed out. */
export const jobStates = ['waiting', 'active', 'failed', 'completed'] as const
export type JobState = (typeof jobStates)[number]

/** A job as a list shows it. Times are epoch milliseconds. */
export interface JobSummary {
  /** `<queue>/<job>`, e.g. `scan/17`: what the other methods take. */
  readonly id: string
  readonly queue: QueueName
  readonly state: JobState
  /** The object it is about; undefined where another version has written the job. */
  readonly object: ObjectRef | undefined
  /** Starts so far; more than one only where a worker died. */
  readonly attempts: number
  readonly addedAt: number
  readonly startedAt?: number
  readonly finishedAt?: number
  /** Why it failed: the message of the object's condition. */
  readonly error?: string
}

/** A job with everything that is kept of it. */
export interface JobDetails extends JobSummary {
  readonly data: unknown
  /** What the step had to say, line by line; ends with what the object is like now. */
  readonly logs: readonly string[]
  /** When the object is due again. */
  readonly result?: unknown
}

/** One queue in figures. */
export interface QueueStats {
  readonly queue: QueueName
  readonly paused: boolean
  readonly counts: Readonly<Record<JobState, number>>
  /** Processes that take jobs of it; undefined: Redis does not let us see. */
  readonly workers: number | undefined
  /** Milliseconds that the longest waiting job has waited; undefined: none waits. */
  readonly oldestMs: number | undefined
}

/** Which jobs a list shows; the newest first. */
export interface JobQuery {
  readonly queue?: QueueName
  readonly state?: JobState
  /** Of each queue and state. */
  readonly limit: number
}

/** Looks into the queues and moves single jobs. Never waits longer than two seconds for Redis: `QUEUE_UNAVAILABLE`. */
export interface QueueInspector extends AsyncDisposable {
  list(query: JobQuery, signal: AbortSignal): Promise<readonly JobSummary[]>
  /** `QUEUE_JOB_MISSING` if there is no such job (any more). */
  show(id: string, signal: AbortSignal): Promise<JobDetails>
  /** Runs a finished job again: adds its object anew. `QUEUE_JOB_MISSING`; `QUEUE_JOB_BUSY` for one that waits or runs. */
  retry(id: string, signal: AbortSignal): Promise<void>
  /** `QUEUE_JOB_MISSING`; `QUEUE_JOB_BUSY` for one that runs. */
  remove(id: string, signal: AbortSignal): Promise<void>
  /** No worker takes jobs of the queue (of all) until it is resumed; running ones end. */
  pause(queue: QueueName | undefined, isPaused: boolean, signal: AbortSignal): Promise<void>
  stats(signal: AbortSignal): Promise<readonly QueueStats[]>
}
