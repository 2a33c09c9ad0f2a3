import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../services/ports.ts'
import { findProgram, startProgram, type RunningProgram } from '../services/process.ts'
import { startTagboat, type TagboatRun } from '../services/tagboat.ts'
import { until } from './cluster.scene.ts'

/** A controller in a process of its own, told of its surroundings as its pod is. */
export interface RunningController extends AsyncDisposable {
  /** SIGTERM, and how it ended. */
  end(): Promise<TagboatRun>
}

/** Starts it, and waits until it is ready. */
export async function openController(around: {
  readonly folder: string
  readonly kubeconfig: string
  readonly redis: string
  readonly namespace: string
}): Promise<RunningController> {
  const { folder, kubeconfig, redis, namespace } = around
  const health = await freePort()
  const config = join(folder, 'config.yaml')
  await writeFile(config, 'registry: {allowLoopback: true}\n')
  const flags = ['--metrics-addr=0', '--webhook-addr=0', `--health-addr=127.0.0.1:${health}`, '--log-level=debug']
  const child = startTagboat(['controller', `--kubeconfig=${kubeconfig}`, `--config=${config}`, ...flags], {
    cwd: folder,
    env: { REDIS_URL: redis, POD_NAME: 'tagboat-0', POD_NAMESPACE: namespace },
  })
  const ended = { is: false }
  void child.ended.then(() => (ended.is = true))
  await until(async () => {
    const answer = await fetch(`http://127.0.0.1:${health}/readyz`).catch(() => undefined)
    return ended.is || answer?.ok === true
  }, 30_000)
  if (ended.is) throw new Error(`the controller ended: ${(await child.ended).stderr.slice(-4000)}`)
  return {
    end: async () => {
      child.kill('SIGTERM')
      return child.ended
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await child.ended
    },
  }
}

/** A Redis with the arguments of its container, but with its files and its socket in a folder. */
export async function startRedisWith(
  args: readonly string[],
  { folder, socket }: { readonly folder: string; readonly socket: string },
): Promise<RunningProgram> {
  const command = await findProgram('redis-server')
  if (command === undefined) throw new Error('there is no redis-server: run `node .ci/setup.mjs`, or install it')
  const moved = args.map((arg) => (arg === '/data' ? folder : arg))
  return startProgram({
    command,
    args: [...moved, '--port', '0', '--unixsocket', socket],
    isReady: async (output) => /ready to accept connections/i.test(output()),
  })
}
