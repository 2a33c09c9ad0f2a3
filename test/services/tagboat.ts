import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** How a run of the program ended. */
export interface TagboatRun {
  /** Exit code; undefined if a signal ended it. */
  readonly code: number | undefined
  readonly signal: string | undefined
  readonly stdout: string
  readonly stderr: string
}

/** What a run may have besides its arguments. */
export interface TagboatOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
}

/** A run that has begun. */
export interface StartedTagboat {
  readonly pid: number
  kill(signal: NodeJS.Signals): void
  /** Resolves when the text has appeared on stdout; rejects if the program ends before. */
  seen(text: string): Promise<void>
  readonly ended: Promise<TagboatRun>
}

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** Starts `tagboat` from the sources, with an environment of its own: a home that is the working folder, and no cache but there. */
export function startTagboat(args: readonly string[], { cwd, env = {}, stdin = '' }: TagboatOptions): StartedTagboat {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    stdio: 'pipe',
    env: { PATH: process.env['PATH'], HOME: cwd, XDG_CACHE_HOME: `${cwd}/.cache`, ...env },
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
  child.stdin.on('error', () => {}).end(stdin)
  const ended = once(child, 'close').then(([code, signal]): TagboatRun => {
    return { code: (code as number | null) ?? undefined, signal: (signal as string | null) ?? undefined, ...said }
  })
  return {
    pid: child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    async seen(text) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const look = () => {
        if (said.stdout.includes(text)) resolve()
      }
      child.stdout.on('data', look)
      look()
      void ended.then((run) => reject(new Error(`ended without "${text}": ${run.stdout}${run.stderr}`)))
      return promise
    },
    ended,
  }
}

/** Runs `tagboat` to its end. */
export async function tagboat(args: readonly string[], options: TagboatOptions): Promise<TagboatRun> {
  return startTagboat(args, options).ended
}
