import type { Clock } from '#flow/ports.ts'

/** Runs tasks again and again, each one never twice at once, at most a number of them at a time. */
export interface Loop {
  /**
   * Adds a task, first due in `firstMs`. It says in how many milliseconds it is due again; undefined: only when it is
   * woken.
   */
  add(name: string, firstMs: number, run: () => Promise<number | undefined>): void
  /**
   * Makes a task due once `quietMs` have passed without another wake-up, at most `maxMs` after the first; a task that
   * runs, runs once more afterwards.
   */
  wake(name: string, window?: { readonly quietMs: number; readonly maxMs: number }): void
  /** Ends when the signal is aborted and no task runs any more; fails with the first error that a task let out. */
  done(): Promise<void>
}

export interface LoopOptions {
  readonly clock: Clock
  readonly concurrency: number
  readonly signal: AbortSignal
}

interface Task {
  readonly run: () => Promise<number | undefined>
  running: boolean
  /** Monotonic time; undefined: waits to be woken. */
  dueAt: number | undefined
  /** When it was first woken since its last start. */
  wokenAt: number | undefined
}

/** Opens an empty loop; `done` starts it. */
export function openLoop({ clock, concurrency, signal }: LoopOptions): Loop {
  const tasks = new Map<string, Task>()
  const bell = { ring: () => {} }

  const start = async (task: Task): Promise<void> => {
    task.running = true
    task.dueAt = undefined
    task.wokenAt = undefined
    try {
      const afterMs = await task.run()
      // A wake-up during the run comes first.
      if (task.wokenAt === undefined && afterMs !== undefined) task.dueAt = clock.monotonic() + afterMs
    } finally {
      task.running = false
      bell.ring()
    }
  }

  return {
    add: (name, firstMs, run) => {
      tasks.set(name, { run, running: false, dueAt: clock.monotonic() + firstMs, wokenAt: undefined })
    },
    wake(name, { quietMs, maxMs } = { quietMs: 0, maxMs: 0 }) {
      const task = tasks.get(name)
      if (task === undefined) return
      const now = clock.monotonic()
      task.wokenAt ??= now
      task.dueAt = Math.min(now + quietMs, task.wokenAt + maxMs)
      bell.ring()
    },
    async done() {
      const running = new Set<Promise<void>>()
      const failed: unknown[] = []
      signal.addEventListener('abort', () => bell.ring(), { once: true })
      while (!signal.aborted && failed.length === 0) {
        const { promise, resolve } = Promise.withResolvers<void>()
        bell.ring = resolve
        const idle = [...tasks.values()].filter((task) => !task.running && task.dueAt !== undefined)
        const due = idle.filter(({ dueAt = 0 }) => dueAt <= clock.monotonic()).slice(0, concurrency - running.size)
        for (const task of due) {
          const run: Promise<void> = start(task)
            .catch((error: unknown) => void failed.push(error))
            .finally(() => running.delete(run))
          running.add(run)
        }
        const later = idle.filter((task) => !due.includes(task)).map(({ dueAt = 0 }) => dueAt)
        // With no place free, only the end of a task lets another one start.
        const nextAt = running.size >= concurrency ? Infinity : Math.min(...later)
        await pause(nextAt - clock.monotonic(), promise, { clock, signal })
      }
      await Promise.all(running)
      if (failed.length > 0 && !signal.aborted) throw failed[0]
    },
  }
}

/** Waits for the time or the bell, whichever is first. */
async function pause(
  ms: number,
  bell: Promise<void>,
  { clock, signal }: Pick<LoopOptions, 'clock' | 'signal'>,
): Promise<void> {
  if (ms === Infinity) return bell
  const over = new AbortController()
  const time = clock.sleep(Math.max(ms, 1), AbortSignal.any([signal, over.signal])).catch(() => {})
  await Promise.race([time, bell])
  over.abort()
}
