import type { ObjectRef } from '#core/api/object-ref.ts'
import type { Flags } from '#core/flags.ts'
import type { Clock, Log, Resource, ResourceReader } from '#flow/ports.ts'
import type { QueueInspector } from '#flow/ports/queue.ts'

/** Where text goes; a Node stream is one. */
interface TextSink {
  write(text: string): unknown
}

/** What `tagboat run --listen` serves and what is done with what comes in. */
interface ListenOptions {
  /** `:9292`, `127.0.0.1:9292`; port 0 takes a free one. */
  readonly address: string
  /** Of which the webhooks are made. */
  readonly resources: Pick<ResourceReader, 'list' | 'secret'>
  /** There may be news for an ImageRepository or GitRepository; `at` is epoch milliseconds. */
  readonly announce: (object: ObjectRef, at: number, signal: AbortSignal) => Promise<void>
  readonly clock: Clock
  readonly log: Log
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** A pass over an object that has ended, for metrics. */
interface EndedPass {
  readonly key: ObjectRef
  readonly before: Resource | undefined
  readonly after: Resource | undefined
  readonly ms: number
  readonly ok: boolean
}

/** What is served. Disposing it ends that. */
export interface Listening extends AsyncDisposable {
  /** `http://host:port` */
  readonly url: string
  readonly passed: (pass: EndedPass) => void
}

/** What lies beside the command line and is started by it; `main.ts` loads it when it is asked for. */
interface Programs {
  /** `tagboat controller`: runs until `io.signal`; returns the exit code. */
  readonly controller: (flags: Flags, io: CommandIo) => Promise<number>
  /** The queues of an installation, for `tagboat queue`. Nothing is contacted yet. */
  readonly queues: (flags: Flags, io: CommandIo) => Promise<QueueInspector>
  /** Serves webhooks, probes and metrics at one address, for `tagboat run`. `USAGE_INVALID`, `SERVER_LISTEN_FAILED`. */
  readonly listen: (options: ListenOptions) => Promise<Listening>
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
