import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, isAppError } from '#core/error.ts'
import { errorOf, isCorruption, MirrorCorrupt, type Failure } from './errors.ts'
import { endOperations, operationVariable } from './processes.ts'
import { runGit, type Finished } from './run.ts'
import { makeFolder, type Workspace } from './workspace.ts'

/** One step that people would name: a fetch, a push, a look at the files. All its processes end with it. */
export interface Operation extends AsyncDisposable {
  /** For messages: "fetch from https://git.example.com/team/config.git". */
  readonly what: string
  readonly id: string
  /** The caller's, with the deadline. */
  readonly signal: AbortSignal
  readonly workspace: Workspace
  /** Where git runs: a bare mirror of ours, or the private folder. */
  readonly folder: string
  /** Added to the environment of every process of this operation. */
  readonly environment: Record<string, string>
  /** A folder of mode 0700 that is gone when the operation ends. */
  privateFolder(): string
  /** Writes a file of mode 0600 (or 0700) into the private folder and gives its path. */
  write(name: string, content: string | Buffer, mode?: number): string
  /** Something to be done when the operation ends, the last one first. */
  onEnd(work: () => Promise<void> | void): void
}

/** What an operation is made of. */
export interface OperationOptions {
  readonly what: string
  readonly signal: AbortSignal
  readonly timeoutMs: number
  /** The mirror; without one, git runs in the private folder, outside every repository. */
  readonly mirror?: string
}

/** Opens an operation; leaving its scope ends what still runs and removes the private folder. */
export function openOperation(workspace: Workspace, options: OperationOptions): Operation {
  const id = `${workspace.identity}-${randomBytes(8).toString('hex')}`
  const path = join(workspace.operations, id)
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)])
  let made = false
  const stack = new AsyncDisposableStack()
  stack.defer(async () => {
    if (made) await rm(path, { recursive: true, force: true })
  })
  const privateFolder = (): string => {
    if (!made) makeFolder(path)
    made = true
    return path
  }
  return {
    what: options.what,
    id,
    signal,
    workspace,
    folder: options.mirror ?? privateFolder(),
    environment: baseEnvironment(workspace, { id, mirror: options.mirror }),
    privateFolder,
    write: (name, content, mode = 0o600) => {
      const file = join(privateFolder(), name)
      writeFileSync(file, content, { mode, flag: 'wx' })
      return file
    },
    onEnd: (work) => stack.defer(work),
    [Symbol.asyncDispose]: async () => {
      if (signal.aborted) await endOperations((operation) => operation === id)
      await stack.disposeAsync()
    },
  }
}

/** Runs git within an operation. Fails as `failed` does when the operation was stopped; else the exit code is told. */
export async function git(operation: Operation, args: readonly string[], input?: string | Buffer): Promise<Finished> {
  const { workspace, folder, environment, signal } = operation
  if (signal.aborted) throw stopped(operation)
  // simple-git ends git alone, and its children would live on with the pipes that it waits for.
  let ending: Promise<void> | undefined
  const end = (): void => {
    ending = endOperations((id) => id === operation.id)
  }
  signal.addEventListener('abort', end, { once: true })
  const common = { git: workspace.git, args, directory: folder, environment, signal }
  const finished = await runGit(input === undefined ? common : { ...common, input })
  signal.removeEventListener('abort', end)
  await ending
  if (signal.aborted) throw stopped(operation)
  return finished
}

/** The same for commands that must succeed: gives their output. */
export async function gitOutput(
  operation: Operation,
  args: readonly string[],
  input?: string | Buffer,
): Promise<Buffer> {
  const finished = await git(operation, args, input)
  if (finished.code !== 0) throw failed(operation, finished)
  return finished.stdout
}

/** The error for a process of an operation that failed: stopped, a damaged mirror, or what git said. */
export function failed(operation: Operation, failure: Failure): Error {
  if (operation.signal.aborted) return stopped(operation)
  if (isCorruption(failure)) return new MirrorCorrupt(failure.stderr)
  return errorOf(operation.what, failure)
}

/** The error for an operation whose signal came: `GIT_TIMEOUT`, `CANCELLED`, or the error that it was stopped with. */
export function stopped({ what, signal }: Operation): AppError {
  const reason: unknown = signal.reason
  if (isAppError(reason)) return reason
  const isTimeout = reason instanceof DOMException && reason.name === 'TimeoutError'
  return isTimeout
    ? new AppError('GIT_TIMEOUT', `${what}: not done within its time`)
    : new AppError('CANCELLED', `${what}: stopped`)
}

/**
 * From nothing: what the process was started with is not handed on. `GIT_DIR` names the mirror, so that git neither
 * searches for a repository nor minds whose folder it is; else the ceiling keeps it from finding one above.
 */
function baseEnvironment(
  workspace: Workspace,
  { id, mirror }: { id: string; mirror: string | undefined },
): Record<string, string> {
  return {
    PATH: workspace.searchPath,
    HOME: join(workspace.operations, 'nobody'),
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_CEILING_DIRECTORIES: workspace.operations,
    [operationVariable]: id,
    ...(mirror === undefined ? {} : { GIT_DIR: mirror }),
  }
}
