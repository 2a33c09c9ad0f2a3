import { Command, CommanderError, Option } from 'commander'
import { AppError, isAppError } from '#core/error.ts'
import type { CommandDefinition, OptionDefinition } from './definition.ts'
import { commonFlags, definitions } from './definitions.ts'
import { exitCodes, type CommandIo } from './io.ts'
import type { Flags } from '#core/flags.ts'
import { printFailure } from './print/failure.ts'
import { packageVersion } from '#io/version.ts'

/**
 * Runs `tagboat` with the arguments after the program name; returns the exit code (design: 0 done, 1 failed,
 * 2 changes, 64 wrong usage, 130 interrupted). Never throws.
 */
export async function runProgram(argv: readonly string[], io: CommandIo): Promise<number> {
  const exit = { code: exitCodes.done as number }
  const program = buildProgram(io, (code) => {
    exit.code = code
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exit.code
  } catch (error) {
    return failed(error, argv, io)
  }
}

/** The commander program; `end` is told the exit code of the command that ran. */
function buildProgram(io: CommandIo, end: (code: number) => void): Command {
  const program = new Command('tagboat')
  program
    .description('From a new image tag to a pushed commit, every step explained.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .showSuggestionAfterError()
    .showHelpAfterError('(tagboat --help, or tagboat <command> --help, shows what is possible)')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 changes (--detailed-exitcode), 64 wrong usage, 130 interrupted.',
    )
  prepare(program, io)
  for (const definition of definitions) addCommand(program, definition, { io, end })
  return program
}

function prepare(command: Command, io: CommandIo): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
    getOutHasColors: () => io.color,
  })
}

function addCommand(
  program: Command,
  definition: CommandDefinition,
  { io, end }: { io: CommandIo; end: (code: number) => void },
): void {
  const command = program.command(definition.name).description(definition.summary)
  prepare(command, io)
  for (const [index, word] of (definition.operands?.syntax.split(' ') ?? []).entries()) {
    command.argument(word, index === 0 ? definition.operands?.description : undefined)
  }
  for (const option of [...definition.options, ...commonFlags]) command.addOption(commanderOption(option))
  command.addHelpText('after', `\nExamples:\n${definition.examples.map((line) => `  $ ${line}`).join('\n')}`)
  command.action(async () => {
    const action = await definition.load()
    const flags = command.opts<Flags>()
    end(await action(command.args, flags, flags['color'] === false ? { ...io, color: false } : io))
  })
}

function commanderOption(definition: OptionDefinition): Option {
  const option = new Option(definition.flags, definition.description)
  if (definition.choices !== undefined) option.choices([...definition.choices])
  if (definition.repeatable === true) {
    option.argParser((value: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), value])
  }
  return option
}

function failed(error: unknown, argv: readonly string[], io: CommandIo): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  const known = isAppError(error)
    ? error
    : new AppError('INTERNAL', error instanceof Error ? error.message : String(error), { cause: error })
  printFailure(known, argv, io)
  if (io.signal.aborted) return exitCodes.interrupted
  return known.code === 'USAGE_INVALID' ? exitCodes.usage : exitCodes.failed
}
