import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { freePort } from './ports.ts'
import { findProgram, startProgram } from './process.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A real Sentinel, which alone decides about a failover. */
interface SentinelService extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string
}

/** Watches over a primary, and makes a replica of it the primary within a second of its death. */
export async function startSentinel(group: string, primaryPort: number): Promise<SentinelService> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder('sentinel'))
  const command = await findProgram('redis-server')
  if (command === undefined) throw new Error('there is no redis-server: run `node .ci/setup.mjs`, or install it')
  const port = await freePort()
  const config = join(folder.path, 'sentinel.conf')
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    'logfile ""',
    `sentinel monitor ${group} 127.0.0.1 ${primaryPort} 1`,
    `sentinel down-after-milliseconds ${group} 500`,
    `sentinel failover-timeout ${group} 2000`,
  ]
  await writeFile(config, `${lines.join('\n')}\n`)
  stack.use(
    await startProgram({
      command,
      args: [config, '--sentinel'],
      cwd: folder.path,
      isReady: async () => isListening(port),
    }),
  )
  const owned = stack.move()
  return { host: `127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => owned.disposeAsync() }
}

async function isListening(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1' })
  await once(socket, 'connect')
  socket.destroy()
  return true
}
