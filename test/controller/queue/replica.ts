import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { until } from './scene.ts'

/** A replica in a process of its own, which can be killed and frozen. Its jobs go on until `finish`. */
export interface Replica extends AsyncDisposable {
  /** What it has told so far, e.g. `started web`, `holds web false`, `ended web well`. */
  readonly told: readonly string[]
  /** Waits until it has told this. */
  tells(text: string): Promise<void>
  /** Ends its running jobs. */
  finish(): void
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void
}

export async function startReplica({ url }: { readonly url: string }): Promise<Replica> {
  const path = fileURLToPath(new URL('replica-process.ts', import.meta.url))
  const child = spawn(process.execPath, [path, url], { stdio: ['pipe', 'pipe', 'inherit'] })
  const told: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => told.push(line))
  const tells = async (text: string): Promise<void> => until(() => told.includes(text), `"${text}"`)
  await tells('ready')
  return {
    told,
    tells,
    finish: () => child.stdin.write('\n'),
    signal: (name) => child.kill(name),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
