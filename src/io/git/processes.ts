import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/** The variable by which every process that an operation starts, at any depth, can be found again. */
export const operationVariable = 'TAGBOAT_OPERATION'

/** Between SIGTERM, by which git removes its lock files, and SIGKILL. */
const graceMs = 5000
/** What does not end even then waits for a disk that does not answer, and nobody can end it. */
const giveUpMs = 15_000
const pollMs = 10

/**
 * This process in a form that no other one ever has: id, start time, boot, and namespace of process ids. Written into
 * lock files and names of folders, so that what a killed process left behind can be told from what is in use.
 */
export function ownIdentity(): string {
  return [process.pid, startTime(process.pid) ?? 0, bootId(), namespace()].join('.')
}

/** Does the process of this identity still run? Undefined where it cannot be seen from here (another container). */
export function isRunning(identity: string): boolean | undefined {
  const [pid = '', start = '', boot, space] = identity.split('.')
  if (!/^[1-9][0-9]*$/.test(pid)) return false
  if (space !== namespace()) return undefined
  if (boot !== bootId()) return false
  const now = startTime(Number(pid))
  return now === undefined ? start === '0' && answers(Number(pid)) : String(now) === start
}

/**
 * Ends every process whose environment names one of these operations: SIGTERM, after 5 s SIGKILL. Resolves when none
 * is left, at the latest after 15 s. Without /proc (not Linux) it finds none; there git's own time limits end what its children do.
 */
export async function endOperations(isMeant: (operation: string) => boolean): Promise<void> {
  const start = performance.now()
  const told = new Set<number>()
  for (let found = findProcesses(isMeant); found.length > 0; found = findProcesses(isMeant)) {
    const waited = performance.now() - start
    if (waited > giveUpMs) return
    const late = waited > graceMs
    for (const pid of found) {
      if (late || !told.has(pid)) send(pid, late ? 'SIGKILL' : 'SIGTERM')
      told.add(pid)
    }
    await wait(pollMs)
  }
}

function findProcesses(isMeant: (operation: string) => boolean): readonly number[] {
  return processIds().filter((pid) => {
    const operation = operationOf(pid)
    return pid !== process.pid && operation !== undefined && isMeant(operation)
  })
}

function processIds(): readonly number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0)
  } catch {
    return []
  }
}

/** A process that has ended but was not yet waited for has an empty environment, and those of others are closed. */
function operationOf(pid: number): string | undefined {
  const text = readText(`/proc/${pid}/environ`) ?? ''
  const prefix = `${operationVariable}=`
  return text
    .split('\0')
    .find((entry) => entry.startsWith(prefix))
    ?.slice(prefix.length)
}

/** Clock ticks after boot (field 22 of /proc/PID/stat, counted after the name, which may hold blanks). */
function startTime(pid: number): number | undefined {
  const text = readText(`/proc/${pid}/stat`)
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
  // A zombie no longer does anything.
  if (fields === undefined || fields[0] === 'Z') return undefined
  return Number(fields[19])
}

function bootId(): string {
  return (readText('/proc/sys/kernel/random/boot_id') ?? '').trim().replaceAll('-', '').slice(0, 12)
}

function namespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? ''
  } catch {
    return ''
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

function answers(pid: number): boolean {
  return send(pid, 0)
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    // It has ended in the meantime.
    return false
  }
}
