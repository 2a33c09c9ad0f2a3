import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { Clock } from '#flow/ports.ts'
import { isRunning } from './processes.ts'

/** A lock of a process that cannot be seen from here (another container) counts as left behind after this. */
const unseenForMs = 900_000
const pollMs = 20

/** What a lock needs. */
export interface LockOptions {
  /** The file; its folder must exist. */
  readonly path: string
  /** Of this process (`ownIdentity`). */
  readonly identity: string
  readonly clock: Pick<Clock, 'sleep'>
  readonly signal: AbortSignal
}

/** Who in this process waits for which file, so that only the first of them polls. */
const queues = new Map<string, Promise<void>>()

/**
 * Waits for a lock between processes and holds it until disposed. A lock whose process has died is taken over. Fails
 * as `clock.sleep` does when the signal comes first.
 */
export async function acquireLock(options: LockOptions): Promise<AsyncDisposable> {
  const { path, signal } = options
  const turn = Promise.withResolvers<void>()
  const before = queues.get(path)
  const mine = (before ?? Promise.resolve()).then(async () => turn.promise)
  queues.set(path, mine)
  const leave = (): void => {
    turn.resolve()
    if (queues.get(path) === mine) queues.delete(path)
  }
  try {
    await orAborted(before, signal)
    while (!tryLock(options)) await options.clock.sleep(pollMs, signal)
  } catch (error) {
    leave()
    throw error
  }
  return {
    [Symbol.asyncDispose]: async () => {
      rmSync(path, { force: true })
      leave()
    },
  }
}

/** A name that appears with its content, by a link that fails where the name exists. */
function tryLock({ path, identity }: LockOptions): boolean {
  const own = `${path}.${randomBytes(8).toString('hex')}`
  writeFileSync(own, identity, { mode: 0o600 })
  try {
    linkSync(own, path)
    return true
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
    removeIfForgotten(path)
    return false
  } finally {
    rmSync(own, { force: true })
  }
}

/**
 * Two processes may find the same dead lock, and the slower one must not remove the quicker one's new lock: so the
 * file is renamed first and looked at again.
 */
function removeIfForgotten(path: string): void {
  const holder = read(path)
  if (holder === undefined || !isForgotten(path, holder)) return
  const aside = `${path}.${randomBytes(8).toString('hex')}`
  try {
    renameSync(path, aside)
    if (read(aside) !== holder) linkSync(aside, path)
  } catch {
    // Somebody else was first.
  } finally {
    rmSync(aside, { force: true })
  }
}

function isForgotten(path: string, holder: string): boolean {
  const running = isRunning(holder)
  if (running !== undefined) return !running
  const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  return changed !== undefined && Date.now() - changed > unseenForMs
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

async function orAborted(work: Promise<void> | undefined, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (work === undefined) return
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(signal.reason as Error)
  signal.addEventListener('abort', stop, { once: true })
  try {
    await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
