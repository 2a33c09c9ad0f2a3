import { availableParallelism } from 'node:os'
import { AppError } from '#core/error.ts'
import type { Compute, ComputeTask } from '#flow/ports.ts'
import { errorOf, failureOf } from './message.ts'
import { cancelled, Thread } from './worker.ts'

/** What one computation may cost. */
export interface ComputeLimits {
  /** Inputs up to this size are computed where they are: starting a thread would take longer. */
  readonly inlineBytes: number
  /** Time of one computation on a thread. */
  readonly deadlineMs: number
  /** Heap of a thread. */
  readonly heapMiB: number
  readonly threads: number
}

const defaults: ComputeLimits = {
  inlineBytes: 64 * 1024,
  deadlineMs: 5000,
  heapMiB: 256,
  threads: Math.min(4, availableParallelism()),
}

/**
 * Opens a `Compute` that runs large inputs on worker threads, so that none of them blocks, fills or ends the process.
 * Threads are started when they are needed and keep nothing alive. Closing it ends them; what runs fails with
 * `CANCELLED`, as it does when its signal is aborted. `REWRITE_TIMEOUT`, `REWRITE_MEMORY`, and what the task throws.
 */
export function openCompute(options: Partial<ComputeLimits> = {}): Compute & AsyncDisposable {
  return new Pool({ ...defaults, ...options })
}

class Pool implements Compute, AsyncDisposable {
  readonly #limits: ComputeLimits
  readonly #idle: Thread[] = []
  readonly #running = new Set<Thread>()
  /** Those who wait for a thread, first come first served. */
  readonly #waiting: (() => void)[] = []
  readonly #closing = new AbortController()

  constructor(limits: ComputeLimits) {
    this.#limits = limits
  }

  async run<Input, Output>(
    task: ComputeTask<Input, Output>,
    input: Input,
    sizeBytes: number,
    signal: AbortSignal,
  ): Promise<Output> {
    const either = AbortSignal.any([signal, this.#closing.signal])
    if (either.aborted) throw cancelled()
    if (sizeBytes <= this.#limits.inlineBytes) return runHere(task, input)
    const thread = await this.#take(either)
    try {
      const question = { task: task.name, input }
      return (await thread.ask(question, { deadlineMs: this.#limits.deadlineMs, signal: either })) as Output
    } finally {
      this.#release(thread)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await Promise.all([...this.#idle, ...this.#running].map((thread) => thread.end()))
  }

  async #take(signal: AbortSignal): Promise<Thread> {
    while (this.#running.size >= this.#limits.threads) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting.push(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
      await promise
      if (signal.aborted) throw this.#passOn()
    }
    const thread = this.#takeIdle() ?? new Thread(this.#limits.heapMiB)
    this.#running.add(thread)
    return thread
  }

  /** The thread used last; one that died meanwhile is forgotten. */
  #takeIdle(): Thread | undefined {
    const thread = this.#idle.pop()
    return thread === undefined || thread.isUsable ? thread : this.#takeIdle()
  }

  /** One that was woken and does not want the thread any more wakes the next. */
  #passOn(): AppError {
    this.#waiting.shift()?.()
    return cancelled()
  }

  #release(thread: Thread): void {
    this.#running.delete(thread)
    if (thread.isUsable && !this.#closing.signal.aborted) this.#idle.push(thread)
    this.#waiting.shift()?.()
  }
}

function runHere<Input, Output>(task: ComputeTask<Input, Output>, input: Input): Output {
  try {
    return task.run(input)
  } catch (error) {
    throw errorOf(failureOf(error))
  }
}
