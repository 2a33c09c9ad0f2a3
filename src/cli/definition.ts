import type { CommandIo } from './io.ts'
import type { Flags } from '#core/flags.ts'

/** One option of a command, in commander's notation (`-f, --file <path>`). */
export interface OptionDefinition {
  readonly flags: string
  readonly description: string
  /** May be given several times. */
  readonly repeatable?: true
  readonly choices?: readonly string[]
}

/** A command as data: help, completion, docs/cli.md and the parser come from it. */
export interface CommandDefinition {
  readonly name: string
  readonly summary: string
  /** Positional arguments, commander's notation, e.g. `[names...]` or `[kind] [names...]`. */
  readonly operands?: { readonly syntax: string; readonly description: string }
  readonly options: readonly OptionDefinition[]
  /** At least one line that works as written. */
  readonly examples: readonly string[]
  /** Loads the code: only the command that runs is imported. */
  readonly load: () => Promise<CommandAction>
}

/** Runs a command; returns its exit code. Fails with `AppError`. */
export type CommandAction = (operands: readonly string[], flags: Flags, io: CommandIo) => Promise<number>
