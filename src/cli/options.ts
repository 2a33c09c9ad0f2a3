import { durationFlag, listFlag, textFlag, type Flags } from '#core/flags.ts'

export type OutputFormat = 'text' | 'json' | 'yaml'
type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Flags that every command takes, completed. */
export interface CommonOptions {
  readonly files: readonly string[]
  /** Only objects of this namespace; undefined: all. */
  readonly namespace: string | undefined
  readonly output: OutputFormat
  readonly logLevel: LogLevel
  readonly logFormat: 'text' | 'json'
  /** For the whole command; undefined: none. */
  readonly timeoutMs: number | undefined
}

/** Completes the common flags. `USAGE_INVALID` names the flag. */
export function commonOptions(flags: Flags): CommonOptions {
  const timeout = textFlag(flags, 'timeout')
  return {
    files: listFlag(flags, 'file') ?? ['./policies'],
    namespace: textFlag(flags, 'namespace'),
    output: (textFlag(flags, 'output') ?? 'text') as OutputFormat,
    logLevel: (textFlag(flags, 'logLevel') ?? 'warn') as LogLevel,
    logFormat: (textFlag(flags, 'logFormat') ?? 'text') as 'text' | 'json',
    timeoutMs: timeout === undefined ? undefined : durationFlag(timeout, '--timeout'),
  }
}
