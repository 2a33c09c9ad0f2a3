import { quoteOutside } from '#core/error.ts'
import type { Log } from '#flow/ports.ts'
import type { QueueName } from '#flow/ports/queue.ts'
import { PatientWorker } from './patient-worker.ts'
import type { QueueRedis } from './redis.ts'
import { lockMs } from './running-job.ts'
import type { JobRuns } from './runs.ts'

interface QueueWorkerOptions {
  readonly queue: QueueName
  readonly redis: QueueRedis
  readonly concurrency: number
  readonly identity: string
  readonly runs: JobRuns
  readonly log: Log
}

/** A refusal of Redis that repeats itself is told once a minute. */
const quietMs = 60_000

/** Takes the jobs of one queue. */
export class QueueWorker {
  readonly #options: QueueWorkerOptions
  readonly #worker: PatientWorker
  readonly #toldAt = new Map<string, number>()

  constructor(options: QueueWorkerOptions) {
    this.#options = options
    this.#worker = this.#open()
  }

  /** Takes no more jobs; resolves when the running ones have ended. */
  async close(): Promise<void> {
    await this.#worker.close()
  }

  /** Lets go of Redis at once, whatever is under way. */
  disconnect(): void {
    void this.#worker
      .getBackend()
      .blockingClient?.then((client) => client.disconnect())
      .catch(() => undefined)
  }

  #open(): PatientWorker {
    const { queue, redis, concurrency, identity, runs } = this.#options
    const worker = new PatientWorker(queue, async (job, token = '') => runs.process(job, token), {
      connection: redis.connection('worker'),
      prefix: redis.prefix,
      skipVersionCheck: true,
      name: identity,
      concurrency,
      // A crash is noticed after both have passed; a job whose workers died twice is given up.
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: 1,
      // How soon work goes on after an outage.
      runRetryDelay: 500,
    })
    worker.on('error', (error) => this.#tell(error.message))
    worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) runs.stop('the lock of the job was lost: another process may run it', `${queue}/${id}`)
    })
    worker.on('stalled', (id) => {
      this.#options.log.warn(`job ${queue}/${id} was left by a process that died or stood still; it runs again`)
    })
    worker.on('failed', (job) => {
      if (job?.deferredFailure !== undefined) runs.lost(job)
    })
    return worker
  }

  #tell(message: string): void {
    // That Redis is away is told by its edge, once for all queues.
    if (/ECONN|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|Connection is closed/.test(message)) return
    const kind = message.replace(/[0-9]+/g, '0').slice(0, 100)
    const now = performance.now()
    if (now - (this.#toldAt.get(kind) ?? -quietMs) < quietMs) return
    this.#toldAt.set(kind, now)
    this.#options.log.warn(`queue ${this.#options.queue}: ${quoteOutside(message)}`)
  }
}
