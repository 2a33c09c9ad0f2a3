import { simpleGit } from 'simple-git'

/** A git command: a fixed list of options with values that were checked, values after `--end-of-options`. */
export interface Command {
  /** Absolute path of git. */
  readonly git: string
  readonly args: readonly string[]
  /** Where it runs. */
  readonly directory: string
  /** All of it; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>
  readonly input?: string | Buffer
  readonly signal: AbortSignal
}

/** How a git process ended; `code` is -1 when a signal ended it or it could not be started. */
export interface Finished {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

/**
 * The guards of simple-git that our own commands meet: the configuration file, the ssh program and the askpass program
 * are files of ours, and the template folder of `init` is none. Everything else stays forbidden.
 */
const unsafe = {
  allowUnsafeConfigPaths: true,
  allowUnsafeSshCommand: true,
  allowUnsafeAskPass: true,
  allowUnsafeTemplateDir: true,
}

/**
 * Runs git to its end and gives what it printed, as bytes: paths need not be UTF-8. It does not fail; what an exit code
 * means depends on the command. One instance for each command, because signal and input belong to the instance.
 * The error objects of simple-git never leave this file: their JSON shows credentials.
 */
export async function runGit(command: Command): Promise<Finished> {
  let finished: Finished = { code: -1, stdout: Buffer.alloc(0), stderr: '' }
  const git = simpleGit({
    baseDir: command.directory,
    binary: command.git,
    abort: command.signal,
    allowEnvironment: Object.keys(command.environment),
    unsafe,
    // The end of the output is the end: `exit` comes before what descendants still write.
    completion: { onClose: true, onExit: false },
    ...(command.input === undefined ? {} : { input: () => command.input }),
    errors: (_error, { exitCode, stdOut, stdErr }) => {
      finished = { code: exitCode ?? -1, stdout: Buffer.concat(stdOut), stderr: Buffer.concat(stdErr).toString() }
      return undefined
    },
  }).env({ ...command.environment })
  try {
    await git.raw([...command.args])
    return finished
  } catch (error) {
    // A guard refused the command before it was started: a defect of ours, and its message names the option alone.
    return {
      code: -1,
      stdout: Buffer.alloc(0),
      stderr: `fatal: ${error instanceof Error ? error.message : 'not started'}`,
    }
  }
}
