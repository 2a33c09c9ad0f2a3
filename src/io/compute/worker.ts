import { Worker } from 'node:worker_threads'
import { AppError } from '#core/error.ts'
import { errorOf, type Answer, type Question } from './message.ts'

/** How long a question may take, and what ends it before. */
export interface AskOptions {
  readonly deadlineMs: number
  readonly signal: AbortSignal
}

/** A worker thread that answers one question at a time. It sees no environment variables and keeps no process alive. */
export class Thread {
  readonly #worker: Worker
  #isUsable = true

  constructor(heapMiB: number) {
    this.#worker = new Worker(new URL('./thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: heapMiB },
      env: {},
      stdin: false,
    })
    // An error that nobody listens to would end the process.
    this.#worker.on('error', () => this.#spoil()).on('exit', () => this.#spoil())
    this.#worker.unref()
  }

  /** False once it was ended or died. */
  get isUsable(): boolean {
    return this.#isUsable
  }

  /**
   * Has a task run. A thread cannot be interrupted, so at the deadline and on abort it is ended.
   * `REWRITE_TIMEOUT`, `REWRITE_MEMORY`, `CANCELLED`, and what the task throws.
   */
  async ask(question: Question, { deadlineMs, signal }: AskOptions): Promise<unknown> {
    if (signal.aborted) throw cancelled()
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const give = (error: AppError): void => {
      this.#spoil()
      reject(error)
    }
    const timer = setTimeout(() => give(timedOut(question.task, deadlineMs)), deadlineMs)
    const abort = (): void => give(cancelled())
    const crash = (error: unknown): void => give(crashed(question.task, error))
    signal.addEventListener('abort', abort, { once: true })
    this.#worker.ref()
    this.#worker.once('message', resolve).once('error', crash).once('exit', crash).once('messageerror', crash)
    try {
      this.#worker.postMessage(question, []) // nothing is transferred
      const answer = await promise
      if ('failure' in answer) throw errorOf(answer.failure)
      return answer.output
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      this.#worker.off('message', resolve).off('error', crash).off('exit', crash).off('messageerror', crash)
      await this.#rest()
    }
  }

  async end(): Promise<void> {
    this.#spoil()
    await this.#worker.terminate()
  }

  #spoil(): void {
    this.#isUsable = false
  }

  async #rest(): Promise<void> {
    if (!this.#isUsable) return this.end()
    this.#worker.unref()
  }
}

/** What a computation fails with that is not wanted any more. */
export function cancelled(): AppError {
  return new AppError('CANCELLED', 'a computation was stopped before it was done')
}

function timedOut(task: string, deadlineMs: number): AppError {
  return new AppError('REWRITE_TIMEOUT', `${task} took longer than ${String(deadlineMs / 1000)} s`)
}

function crashed(task: string, error: unknown): AppError {
  const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  if (isMemory) return new AppError('REWRITE_MEMORY', `${task} needed more memory than one thread may use`)
  return new AppError('INTERNAL', `${task}: its thread ended`, { cause: error })
}
