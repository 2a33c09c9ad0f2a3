import { WaitingError, type Job } from 'bullmq'
import { printObject } from '#core/api/group.ts'
import { keyText, type ObjectRef } from '#core/api/object-ref.ts'
import { AppError, isAppError, quoteOutside } from '#core/error.ts'
import { backoffMs } from '#core/status/backoff.ts'
import type { Clock, Log } from '#flow/ports.ts'
import type { JobData, JobResult, RunningJob, Work } from '../job.ts'
import { readJobData } from './job-data.ts'
import { runningJob } from './running-job.ts'

/** So long after its signal a job may take to end; then its slot is given to another. */
const lostAfterMs = 5000

export interface RunOptions {
  readonly work: Work
  /** From the start of a job of this object until it is told to stop. */
  readonly deadlineMs: (key: ObjectRef) => number
  /** Told of every job that has ended here, failed or not. */
  readonly onResult: (result: JobResult) => void
  readonly redact: (text: string) => string
  /** How long the lock of a job is good for. */
  readonly lockMs: number
  readonly clock: Clock
  readonly log: Log
}

/** A job under way. */
interface Run {
  readonly id: string
  readonly job: Job<JobData>
  readonly token: string
  readonly key: ObjectRef
  readonly startedAt: number
  readonly limitMs: number
  readonly stop: AbortController
}

/** Runs jobs, each within its deadline, and tells what came of them. */
export class JobRuns {
  readonly #options: RunOptions
  /** Also those whose slot was freed although they have not ended. */
  readonly #runs = new Set<Run>()
  /** How often the work on an object has broken off in a row, by its key. */
  readonly #broken = new Map<string, number>()
  #isStopping = false

  constructor(options: RunOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#runs.size
  }

  /** Milliseconds that the latest job is beyond its deadline; 0: none is. */
  overdueMs(): number {
    const now = this.#options.clock.monotonic()
    return Math.max(0, ...[...this.#runs].map(({ startedAt, limitMs }) => now - startedAt - limitMs))
  }

  /** Tells one job, or all, to stop. */
  stop(reason: string, id?: string): void {
    this.#isStopping ||= id === undefined
    for (const run of this.#runs) {
      if (id === undefined || run.id === id) run.stop.abort(new AppError('CANCELLED', reason))
    }
  }

  /** What BullMQ calls for a job: the value is kept as the job's result, an error makes it failed. */
  async process(job: Job<JobData>, token: string): Promise<unknown> {
    const { deadlineMs, clock, log } = this.#options
    const id = `${job.queueName}/${job.id ?? ''}`
    const key = readJobData(job.data)
    if (key === undefined) {
      log.warn(`job ${id} is of another version or damaged and was passed over`, { job: id })
      return { ignored: true }
    }
    const run = {
      id,
      job,
      token,
      key,
      startedAt: clock.monotonic(),
      limitMs: deadlineMs(key),
      stop: new AbortController(),
    }
    const result = await this.#result(run)
    if (this.#isStopping && run.stop.signal.aborted && result.error !== undefined) await giveBack(run)
    this.#tell(result)
    if (result.error !== undefined) throw new Error(this.#options.redact(result.error.message))
    return { gone: result.gone, ...(result.afterMs === undefined ? {} : { afterMs: result.afterMs }) }
  }

  /** A job that was taken from its second dead worker: nobody will run it again. */
  lost(job: Job<JobData>): void {
    const key = readJobData(job.data)
    if (key === undefined) return
    const id = `${job.queueName}/${job.id ?? ''}`
    const message = `two processes in a row died or stood still while they worked on ${printObject(key)}`
    this.#options.log.error(message, { ...key, job: id })
    this.#tell({ key, gone: false, afterMs: afterLossMs, error: { code: 'QUEUE_JOB_LOST', message } })
  }

  #tell(result: JobResult): void {
    try {
      this.#options.onResult(result)
    } catch (error) {
      this.#options.log.error('the result of a job was not taken', { error })
    }
  }

  async #result(run: Run): Promise<JobResult> {
    const key = keyText(run.key)
    try {
      const result = await this.#withinDeadline(run)
      this.#broken.delete(key)
      return result
    } catch (error) {
      const failures = (this.#broken.get(key) ?? 0) + 1
      this.#broken.set(key, failures)
      return { key: run.key, gone: false, ...this.#failure(run, error, failures) }
    }
  }

  async #withinDeadline(run: Run): Promise<JobResult> {
    const { stop, limitMs, key } = run
    const late = (): AppError => {
      return new AppError('QUEUE_JOB_TIMEOUT', `the work on ${printObject(key)} took longer than ${limitMs / 1000} s`)
    }
    const loss = Promise.withResolvers<never>()
    const timers = [
      setTimeout(() => stop.abort(late()), limitMs),
      setTimeout(() => loss.reject(late()), limitMs + lostAfterMs),
    ]
    this.#runs.add(run)
    const done = this.#work(run).finally(() => this.#runs.delete(run))
    done.catch(() => undefined) // it may fail long after its slot was freed
    try {
      return await Promise.race([done, loss.promise])
    } finally {
      timers.forEach(clearTimeout)
    }
  }

  async #work({ job, token, key, stop }: Run): Promise<JobResult> {
    const { work, redact, lockMs } = this.#options
    const running: RunningJob = runningJob(job, token, { key, lockMs, redact })
    return work(running, stop.signal)
  }

  #failure({ key, id, stop }: Run, cause: unknown, failures: number): Pick<JobResult, 'error' | 'afterMs'> {
    // A step that was told to stop says only that it stopped.
    const error: unknown = stop.signal.aborted ? stop.signal.reason : cause
    const message = error instanceof Error ? error.message : String(error)
    const code = isAppError(error) ? error.code : 'INTERNAL'
    const { log, clock } = this.#options
    log.warn(`the work on ${printObject(key)} broke off: ${message}`, { ...key, job: id, error: cause })
    return {
      error: { code, message: quoteOutside(message, 1024) },
      afterMs: backoffMs(failures, clock.random()),
    }
  }
}

/** An object that kills its workers is left alone for as long as one that keeps failing. */
const afterLossMs = 15 * 60_000

/** A job that this process cannot end is one that another may start. */
async function giveBack({ job, token }: Run): Promise<void> {
  await job.moveToWait(token)
  throw new WaitingError()
}
