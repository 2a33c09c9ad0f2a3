import { quoteOutside } from '#core/error.ts'
import type { Clock, Log } from '#flow/ports.ts'
import type { QueueName } from '#flow/ports/queue.ts'
import { isAbsence } from './ask.ts'
import { PatientWorker } from './patient-worker.ts'
import type { QueueRedis } from './redis.ts'
import type { JobRuns } from './runs.ts'

interface QueueWorkerOptions {
  readonly queue: QueueName
  readonly redis: QueueRedis
  readonly concurrency: number
  readonly identity: string
  readonly lockMs: number
  /** Idle for so long although jobs wait: the worker is replaced. */
  readonly idleMs: number
  /** Do jobs wait that could be taken? */
  readonly hasWork: () => Promise<boolean>
  readonly runs: JobRuns
  readonly clock: Clock
  readonly log: Log
}

/** A refusal of Redis that repeats itself is told once a minute. */
const quietMs = 60_000

/** Takes the jobs of one queue. */
export class QueueWorker {
  readonly #options: QueueWorkerOptions
  readonly #toldAt = new Map<string, number>()
  readonly #watching: NodeJS.Timeout
  #worker: PatientWorker
  #running = 0
  /** Since when jobs wait and none was taken. */
  #starvingAt: number | undefined

  constructor(options: QueueWorkerOptions) {
    this.#options = options
    this.#worker = this.#open()
    this.#watching = setInterval(() => void this.#replaceIfStuck(), options.idleMs / 4)
  }

  /** Takes no more jobs; resolves when the running ones have ended. */
  async close(): Promise<void> {
    clearInterval(this.#watching)
    await this.#worker.close()
  }

  /** Lets go of Redis at once, whatever is under way. */
  disconnect(): void {
    clearInterval(this.#watching)
    letGo(this.#worker)
  }

  #open(): PatientWorker {
    const { queue, redis, concurrency, identity, lockMs, runs } = this.#options
    const worker = new PatientWorker(queue, async (job, token = '') => this.#process(job, token), {
      connection: redis.connection('worker'),
      prefix: redis.prefix,
      skipVersionCheck: true,
      name: identity,
      concurrency,
      // A crash is noticed after both have passed; a job whose workers died twice is given up.
      lockDuration: lockMs,
      skipLockRenewal: true, // each run renews its own
      stalledInterval: lockMs,
      maxStalledCount: 1,
      // How soon work goes on after an outage.
      runRetryDelay: 500,
    })
    worker.on('error', (error) => this.#tell(error.message))
    worker.on('stalled', (id) => {
      this.#options.log.warn(`job ${queue}/${id} was left by a process that died or stood still; it runs again`)
    })
    worker.on('failed', (job) => {
      if (job?.deferredFailure !== undefined) runs.lost(job)
    })
    return worker
  }

  async #process(...[job, token]: Parameters<JobRuns['process']>): Promise<unknown> {
    this.#running += 1
    this.#starvingAt = undefined
    try {
      return await this.#options.runs.process(job, token)
    } finally {
      this.#running -= 1
    }
  }

  /** BullMQ's workers have been seen to stop taking jobs after an outage, without an error. */
  async #replaceIfStuck(): Promise<void> {
    const { clock, idleMs, log, queue, hasWork } = this.#options
    const isStarving = this.#running === 0 && (await hasWork()) && this.#running === 0
    const now = clock.monotonic()
    this.#starvingAt = isStarving ? (this.#starvingAt ?? now) : undefined
    if (this.#starvingAt === undefined || now - this.#starvingAt < idleMs || this.#worker.closing !== undefined) return
    log.warn(`queue ${queue}: jobs wait, but none was taken for ${Math.round(idleMs / 1000)} s; the worker is replaced`)
    const stuck = this.#worker
    this.#starvingAt = undefined
    this.#worker = this.#open()
    stuck.close(true).catch(() => undefined)
    letGo(stuck)
  }

  #tell(message: string): void {
    // That Redis is away is told by its edge, once for all queues.
    if (isAbsence(message)) return
    const [short = ''] = message.split('. script: ')
    const kind = short.replace(/[0-9]+/g, '0').slice(0, 100)
    const now = this.#options.clock.monotonic()
    if (now - (this.#toldAt.get(kind) ?? -quietMs) < quietMs) return
    this.#toldAt.set(kind, now)
    this.#options.log.warn(`queue ${this.#options.queue}: ${quoteOutside(short)}`)
  }
}

/** Its blocking connection is its own; the other one ends with the edge. */
function letGo(worker: PatientWorker): void {
  void worker
    .getBackend()
    .blockingClient?.then((client) => client.disconnect())
    .catch(() => undefined)
}
