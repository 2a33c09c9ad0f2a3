import { WaitingError, type Job } from 'bullmq'
import { printObject } from '#core/api/group.ts'
import { keyText, type ObjectRef } from '#core/api/object-ref.ts'
import { AppError, isAppError, quoteOutside } from '#core/error.ts'
import { backoffMs } from '#core/status/backoff.ts'
import type { Clock, Log } from '#flow/ports.ts'
import type { JobData, JobResult, Work } from '../job.ts'
import { readJobData } from './job-data.ts'
import { keepLock, type JobLock } from './lock.ts'
import { runningJob } from './running-job.ts'

/** So long after its signal a job may take to end; then its slot is given to another. */
const lostAfterMs = 5000
/** An object that kills its workers is left alone for as long as one that keeps failing. */
const afterLossMs = 15 * 60_000

interface RunOptions {
  readonly work: Work
  readonly deadlineMs: (key: ObjectRef) => number
  readonly onResult: (result: JobResult) => void
  readonly redact: (text: string) => string
  readonly lockMs: number
  readonly clock: Clock
  readonly log: Log
}

/** A job under way. */
interface Run {
  readonly id: string
  readonly key: ObjectRef
  readonly lock: JobLock
  readonly startedAt: number
  readonly limitMs: number
  readonly stop: AbortController
}

/** Runs jobs, each within its deadline and as long as it holds its lock, and tells what came of them. */
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

  /** Tells all jobs to stop; from now on they go back to their queue. */
  stop(): void {
    this.#isStopping = true
    for (const { stop } of this.#runs) stop.abort(new AppError('CANCELLED', 'the process ends'))
  }

  /** What BullMQ calls for a job: the value is kept as the job's result, an error makes it failed. */
  async process(job: Job<JobData>, token: string): Promise<unknown> {
    const { deadlineMs, clock, log, redact, lockMs } = this.#options
    const id = idOf(job)
    const key = readJobData(job.data)
    if (key === undefined) {
      log.warn(`job ${id} is of another version or damaged and was passed over`, { job: id })
      return { ignored: true }
    }
    const lock = { job, token, lockMs }
    const startedAt = clock.monotonic()
    const run = { id, key, lock, startedAt, limitMs: deadlineMs(key), stop: new AbortController() }
    const result = await this.#result(run)
    if (this.#isStopping && run.stop.signal.aborted && result.error !== undefined) await giveBack(lock)
    this.#tell(result)
    if (result.error !== undefined) throw new Error(redact(result.error.message))
    return { gone: result.gone, ...(result.afterMs !== undefined && { afterMs: Math.round(result.afterMs) }) }
  }

  /** A job that was taken from its second dead worker: nobody will run it again. */
  lost(job: Job<JobData>): void {
    const key = readJobData(job.data)
    if (key === undefined) return
    const message = `two processes in a row died or stood still while they worked on ${printObject(key)}`
    this.#options.log.error(message, { ...key, job: idOf(job) })
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
    const name = keyText(run.key)
    try {
      const result = await this.#withinDeadline(run)
      this.#broken.delete(name)
      return result
    } catch (error) {
      const failures = (this.#broken.get(name) ?? 0) + 1
      this.#broken.set(name, failures)
      return { key: run.key, gone: false, ...this.#failure(run, error, failures) }
    }
  }

  async #withinDeadline(run: Run): Promise<JobResult> {
    const { stop, limitMs, key, lock } = run
    const late = (): AppError => {
      return new AppError('QUEUE_JOB_TIMEOUT', `the work on ${printObject(key)} took longer than ${limitMs / 1000} s`)
    }
    const kept = keepLock(lock, () => {
      stop.abort(new AppError('CANCELLED', 'the lock of the job was lost: another process may run it'))
    })
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
      kept[Symbol.dispose]()
    }
  }

  async #work({ id, lock, key, stop }: Run): Promise<JobResult> {
    const { work, redact } = this.#options
    return work(runningJob(lock, { id, key, redact }), stop.signal)
  }

  #failure({ key, id, stop }: Run, cause: unknown, failures: number): Pick<JobResult, 'error' | 'afterMs'> {
    // A step that was told to stop says only that it stopped.
    const error: unknown = stop.signal.aborted ? stop.signal.reason : cause
    const message = error instanceof Error ? error.message : String(error)
    const code = isAppError(error) ? error.code : 'INTERNAL'
    const { log, clock } = this.#options
    log.warn(`the work on ${printObject(key)} broke off: ${message}`, { ...key, job: id, error: cause })
    return { error: { code, message: quoteOutside(message, 1024) }, afterMs: backoffMs(failures, clock.random()) }
  }
}

function idOf(job: Job): string {
  return `${job.queueName}/${job.id ?? ''}`
}

/** A job that this process cannot end is one that another may start. */
async function giveBack({ job, token }: JobLock): Promise<void> {
  await job.moveToWait(token)
  throw new WaitingError()
}
