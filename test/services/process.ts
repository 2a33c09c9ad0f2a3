import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Where a program lies: on PATH, or where Debian keeps its servers; undefined if it is not installed. */
export async function findProgram(name: string): Promise<string | undefined> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin']
  for (const folder of folders) {
    const path = join(folder, name)
    if (folder !== '' && (await isExecutable(path))) return path
  }
  return undefined
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A program and when it counts as started. */
export interface ProgramOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  /** Added to the present environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Asked every 20 ms until it is true; a rejection counts as "not yet". */
  readonly isReady: (output: () => string) => Promise<boolean>
  /** Default 15,000. */
  readonly readyWithinMs?: number
}

/** A running program; leaving its scope ends it and all that it started. */
export interface RunningProgram extends AsyncDisposable {
  readonly pid: number
  /** Both streams so far, the last 64 KiB. */
  output(): string
}

/**
 * Starts a program in a process group of its own and waits until it is ready.
 * Fails with its output if it ends before, or is not ready in time.
 */
export async function startProgram(options: ProgramOptions): Promise<RunningProgram> {
  const { command, args, cwd, env } = options
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  })
  const ended = once(child, 'close').catch(() => undefined)
  const output = collect(child)
  const endHard = (): void => endGroup(child, 'SIGKILL')
  process.once('exit', endHard)
  const stop = async (): Promise<void> => {
    process.off('exit', endHard)
    endGroup(child, 'SIGTERM')
    const hard = setTimeout(endHard, 3000)
    await ended
    clearTimeout(hard)
  }
  try {
    await waitUntilReady(child, options, output)
  } catch (error) {
    await stop()
    throw error
  }
  return { pid: child.pid ?? 0, output, [Symbol.asyncDispose]: stop }
}

function collect(child: ChildProcess): () => string {
  let text = ''
  const add = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-65_536)
  }
  child.stdout?.on('data', add)
  child.stderr?.on('data', add)
  child.on('error', (error) => add(Buffer.from(String(error))))
  return () => text
}

async function waitUntilReady(child: ChildProcess, options: ProgramOptions, output: () => string): Promise<void> {
  const deadline = performance.now() + (options.readyWithinMs ?? 15_000)
  while (performance.now() < deadline) {
    if (child.pid === undefined || hasEnded(child)) throw new Error(`${options.command} ended at once: ${output()}`)
    const isReady = await options.isReady(output).catch(() => false)
    if (isReady) return
    await sleep(20)
  }
  throw new Error(`${options.command} did not become ready: ${output()}`)
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/** The child leads its group, so the negative id reaches what it started as well. */
function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The whole group is gone already.
  }
}
