import type { Clock } from '#flow/ports.ts'

/** How a loop runs. */
export interface LoopOptions {
  readonly clock: Clock
  /** Tasks at a time. */
  readonly concurrency: number
  /** Ends the loop. */
  readonly signal: AbortSignal
}

interface Task {
  readonly run: () => Promise<number | undefined>
  isRunning: boolean
  /** Monotonic time; undefined: waits to be woken. */
  dueAt: number | undefined
  /** When it was first woken since its last start. */
  wokenAt: number | undefined
}

/** Runs tasks again and again, each one never twice at once, at most a number of them at a time. */
export class Loop {
  readonly #options: LoopOptions
  readonly #tasks = new Map<string, Task>()
  readonly #running = new Set<Promise<void>>()
  readonly #failures: unknown[] = []
  /** Ends the pause between two looks at what is due. */
  #ring: () => void = () => {}

  constructor(options: LoopOptions) {
    this.#options = options
  }

  /**
   * Adds a task, first due in `firstMs`. It says in how many milliseconds it is due again; undefined: only when it is
   * woken.
   */
  add(name: string, firstMs: number, run: () => Promise<number | undefined>): void {
    this.#tasks.set(name, { run, isRunning: false, dueAt: this.#now() + firstMs, wokenAt: undefined })
  }

  /**
   * Makes a task due once `quietMs` have passed without another wake-up, at most `maxMs` after the first; a task that
   * runs, runs once more afterwards.
   */
  wake(name: string, { quietMs, maxMs } = { quietMs: 0, maxMs: 0 }): void {
    const task = this.#tasks.get(name)
    if (task === undefined) return
    task.wokenAt ??= this.#now()
    task.dueAt = Math.min(this.#now() + quietMs, task.wokenAt + maxMs)
    this.#ring()
  }

  /** Runs until the signal is aborted and no task runs any more; fails with the first error that a task let out. */
  async done(): Promise<void> {
    const { signal } = this.#options
    signal.addEventListener('abort', () => this.#ring(), { once: true })
    while (!signal.aborted && this.#failures.length === 0) {
      const bell = Promise.withResolvers<void>()
      this.#ring = bell.resolve
      await this.#pause(this.#startDue(), bell.promise)
    }
    await Promise.all(this.#running)
    if (this.#failures.length > 0 && !signal.aborted) throw this.#failures[0]
  }

  #now(): number {
    return this.#options.clock.monotonic()
  }

  /** Starts what is due and has room; says when the next one is due (`Infinity`: not by time). */
  #startDue(): number {
    const now = this.#now()
    let nextAt = Infinity
    for (const task of this.#tasks.values()) {
      if (task.isRunning || task.dueAt === undefined) continue
      if (task.dueAt > now) nextAt = Math.min(nextAt, task.dueAt)
      else if (this.#running.size < this.#options.concurrency) this.#start(task)
    }
    return nextAt
  }

  #start(task: Task): void {
    task.isRunning = true
    task.dueAt = undefined
    task.wokenAt = undefined
    const run = this.#run(task).finally(() => {
      task.isRunning = false
      this.#running.delete(run)
      this.#ring()
    })
    this.#running.add(run)
  }

  async #run(task: Task): Promise<void> {
    try {
      const afterMs = await task.run()
      // A wake-up during the run comes first.
      if (task.wokenAt === undefined && afterMs !== undefined) task.dueAt = this.#now() + afterMs
    } catch (error) {
      this.#failures.push(error)
    }
  }

  /** Waits for the time or the bell, whichever is first. */
  async #pause(untilAt: number, bell: Promise<void>): Promise<void> {
    if (untilAt === Infinity) return bell
    const { clock, signal } = this.#options
    const over = new AbortController()
    const time = clock.sleep(Math.max(untilAt - this.#now(), 1), AbortSignal.any([signal, over.signal])).catch(() => {})
    await Promise.race([time, bell])
    over.abort()
  }
}
