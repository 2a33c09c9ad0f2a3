/** Where text goes; a Node stream is one. */
interface TextSink {
  write(text: string): unknown
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
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal
}

/** Exit codes that scripts rely on. */
export const exitCodes = { done: 0, failed: 1, changes: 2, usage: 64, interrupted: 130 } as const
