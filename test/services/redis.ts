import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeAuthority } from '../fakes/certificate.ts'
import { freePort } from './ports.ts'
import { findProgram, startProgram, type RunningProgram } from './process.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface RedisOptions {
  /** Listens on a port as well, with TLS: `url` is then `rediss://`. Default: on a port without TLS. */
  readonly tls?: boolean
  /** An ACL user, e.g. rules `~{tagboat:x}* +@all`; the default user is then locked, and `command` runs as an administrator. */
  readonly user?: { readonly name: string; readonly password: string; readonly rules: string }
  /** e.g. `{ maxmemory: '2mb' }`; persistence is off unless `appendonly` is `yes`. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A real Redis of its own. */
export interface RedisService extends AsyncDisposable {
  readonly port: number
  /** Path of its unix socket. */
  readonly socket: string
  /** `redis://127.0.0.1:PORT`, or with TLS and user `rediss://name:password@127.0.0.1:PORT`. */
  readonly url: string
  /** PEM of the authority that its certificate is from, with TLS. */
  readonly ca: string | undefined
  /** Any command, with every right; the answer as redis-cli prints it. */
  command(...args: readonly string[]): Promise<string>
  /** As `kill -9`. */
  kill(): Promise<void>
  /** After `kill`, on the same port and socket. */
  start(): Promise<void>
  /** Stands still, or goes on. */
  freeze(isFrozen: boolean): void
}

const run = promisify(execFile)

/** Starts redis-server (7 or later); ready within some 10 ms. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisService> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder('redis'))
  const [command, client] = await Promise.all(['redis-server', 'redis-cli'].map(findProgram))
  if (command === undefined || client === undefined) {
    throw new Error('there is no redis-server: run `node .ci/setup.mjs`, or install it')
  }
  const socket = join(folder.path, 'redis.sock')
  const port = await freePort()
  const administrator = randomUUID()
  const ca = await writeConfig(folder.path, { ...options, socket, port, administrator })
  const login = options.user === undefined ? [] : ['--user', 'administrator', '--pass', administrator]
  const ask = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run(client, ['-s', socket, '--no-auth-warning', ...login, ...args])
    return stdout.trim()
  }
  const launch = async (): Promise<RunningProgram> =>
    startProgram({
      command,
      args: [join(folder.path, 'redis.conf')],
      cwd: folder.path,
      isReady: async () => (await ask('ping')) === 'PONG',
    })
  const server: { program: RunningProgram | undefined } = { program: await launch() }
  stack.defer(async () => {
    if (server.program === undefined) return
    signal(server.program, 'SIGCONT') // a stopped process does not hear that it is to end
    await server.program[Symbol.asyncDispose]()
  })
  const resources = stack.move()
  const name = options.user === undefined ? '' : `${options.user.name}:${encodeURIComponent(options.user.password)}@`
  return {
    port,
    socket,
    url: `${options.tls === true ? 'rediss' : 'redis'}://${name}127.0.0.1:${port}`,
    ca,
    command: ask,
    kill: async () => {
      if (server.program !== undefined) signal(server.program, 'SIGKILL')
      await server.program?.[Symbol.asyncDispose]()
      server.program = undefined
    },
    start: async () => {
      server.program ??= await launch()
    },
    freeze: (isFrozen) => {
      if (server.program !== undefined) signal(server.program, isFrozen ? 'SIGSTOP' : 'SIGCONT')
    },
    [Symbol.asyncDispose]: async () => resources.disposeAsync(),
  }
}

function signal({ pid }: RunningProgram, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended already.
  }
}

interface Place {
  readonly socket: string
  readonly port: number
  /** Password of the user of that name. */
  readonly administrator: string
}

async function writeConfig(
  folder: string,
  { tls, user, settings, socket, port, administrator }: RedisOptions & Place,
): Promise<string | undefined> {
  const authority = tls === true ? makeAuthority('redis test authority') : undefined
  const certificate = authority?.issue(['localhost', '127.0.0.1'])
  if (certificate !== undefined) {
    await writeFile(join(folder, 'tls.crt'), certificate.cert)
    await writeFile(join(folder, 'tls.key'), certificate.key, { mode: 0o600 })
  }
  const network =
    certificate === undefined
      ? [`port ${port}`]
      : ['port 0', `tls-port ${port}`, 'tls-cert-file tls.crt', 'tls-key-file tls.key', 'tls-auth-clients no']
  const users =
    user === undefined
      ? []
      : [
          'user default off',
          `user administrator on >${administrator} ~* &* +@all`,
          `user ${user.name} on ${JSON.stringify(`>${user.password}`)} ${user.rules}`,
        ]
  const lines = [
    'bind 127.0.0.1',
    ...network,
    `unixsocket ${socket}`,
    'save ""',
    'logfile ""',
    ...users,
    ...Object.entries(settings ?? {}).map(([key, value]) => `${key} ${value}`),
  ]
  await writeFile(join(folder, 'redis.conf'), `${lines.join('\n')}\n`)
  return authority?.cert
}
