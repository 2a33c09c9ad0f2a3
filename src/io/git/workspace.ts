import { accessSync, constants, mkdirSync, readdirSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { AppError } from '#core/error.ts'
import type { Clock, Log, Probe } from '#flow/ports.ts'
import { endOperations, isRunning, ownIdentity } from './processes.ts'

/** What the edge to Git needs from the program that opens it. */
export interface GitOptions {
  /** Holds mirrors and, while they are needed, private files; losing it costs a clone. */
  readonly cacheDir: string
  /** PATH and proxies for git; the rest of it only for remotes with the user's own credentials. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly log: Log
  readonly probe: Probe
  /** A fetch that writes more than this is ended; 2 GiB unless told. */
  readonly maxFetchBytes?: number
}

/** The cache folder, ready for use. */
export interface Workspace extends Omit<GitOptions, 'cacheDir' | 'maxFetchBytes'> {
  readonly mirrors: string
  readonly operations: string
  /** Of this process, for lock files and private folders. */
  readonly identity: string
  /** Absolute folders only, so that no program is found by where we happen to stand. */
  readonly searchPath: string
  readonly git: string
  readonly maxFetchBytes: number
}

const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** A private folder of another container is left alone until no operation can be that old. */
const forgottenAfterMs = 3_600_000

/**
 * Makes the folders, and sweeps what a killed process left: its private folders and the processes it had started.
 * `GIT_CACHE_UNUSABLE` if they cannot be written, `GIT_PROGRAM_MISSING` without git.
 */
export async function prepareWorkspace(options: GitOptions): Promise<Workspace> {
  const { cacheDir, environment, clock, log, probe } = options
  const searchPath = absoluteOnly(environment['PATH'] ?? standardPath)
  const workspace = {
    mirrors: join(cacheDir, 'git', 'mirrors'),
    operations: join(cacheDir, 'git', 'operations'),
    identity: ownIdentity(),
    searchPath,
    git: programOf('git', searchPath),
    maxFetchBytes: options.maxFetchBytes ?? 2 * 1024 ** 3,
    environment,
    clock,
    log,
    probe,
  }
  makeFolder(workspace.mirrors)
  makeFolder(workspace.operations)
  await sweep(workspace.operations)
  return workspace
}

/** The absolute path of a program; `GIT_PROGRAM_MISSING` if no folder has it. */
export function programOf(name: string, searchPath: string): string {
  const found = findProgram(name, searchPath)
  if (found === undefined)
    throw new AppError('GIT_PROGRAM_MISSING', `${name} is not installed: no folder of PATH has it`)
  return found
}

/** The first executable file of this name on a search path; undefined if there is none. */
export function findProgram(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

/** A folder for our eyes only. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
    throw new AppError('GIT_CACHE_UNUSABLE', `cannot make the folder ${path}: ${reason}`, { cause })
  }
}

function absoluteOnly(path: string): string {
  const folders = path.split(delimiter).filter((folder) => isAbsolute(folder))
  return folders.length === 0 ? standardPath : folders.join(delimiter)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Private folders are named by the identity of their process and a number of the operation. */
async function sweep(operations: string): Promise<void> {
  const left = readdirSync(operations).filter((name) => isForgotten(name, join(operations, name)))
  if (left.length === 0) return
  const forgotten = new Set(left)
  await endOperations((operation) => forgotten.has(operation))
  for (const name of left) await rm(join(operations, name), { recursive: true, force: true })
}

function isForgotten(name: string, path: string): boolean {
  const running = isRunning(name.replace(/-[^-]*$/, ''))
  if (running !== undefined) return !running
  const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return Date.now() - changed > forgottenAfterMs
}
