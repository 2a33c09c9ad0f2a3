import type { Flags } from '#core/flags.ts'
import type { QueueInspector } from '#flow/ports/queue.ts'

/** Where text goes; a Node stream is one. */
interface TextSink {
  write(text: string): unknown
}

/** What lies beside the command line and is started by it; `main.ts` loads it when it is asked for. */
export interface Programs {
  /** `tagboat controller`: runs until `io.signal`; returns the exit code. */
  readonly controller: (flags: Flags, io: CommandIo) => Promise<number>
  /** The queues of an installation, for `tagboat queue`. Nothing is contacted yet. */
  readonly queues: (flags: Flags, io: CommandIo) => Promise<QueueInspector>
}

/** Everything of the outside world that a command may touch; `main.ts` fills it from the process, tests from memory. */
export interface CommandIo {
  readonly stdin: AsyncIterable<string | Uint8Array>
  /** Results, and nothing else. */
  readonly stdout: TextSink
  /** Logs, progress and errors. */
  readonly stderr: TextSink
  /** May results be coloured? (terminal, no NO_COLOR, no --no-color) */
  readonly color: boolean
  /** Width of the terminal that stderr is, or 0: then no progress bar is drawn. */
  readonly progressColumns: number
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly programs: Programs
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal
}

/** Exit codes that scripts rely on. */
export const exitCodes = { done: 0, failed: 1, changes: 2, usage: 64, interrupted: 130 } as const
