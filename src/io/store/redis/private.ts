import { spawn, type ChildProcess } from 'node:child_process'
import { access, chmod, constants, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { AppError, quoteOutside } from '#core/error.ts'
import type { Log } from '#flow/ports.ts'
import { answersPing } from './ping.ts'

/** Where systems keep their programs, whatever PATH says. */
const usualPlaces = ['/usr/local/bin', '/usr/bin', '/usr/local/sbin', '/usr/sbin', '/bin', '/opt/homebrew/bin']
/** What the operating systems allow, with some to spare. */
const longestSocketPath = 100
/** Nothing on disk, and nothing dropped when memory is short. */
const settings = (
  '--unixsocketperm 700 --daemonize no --appendonly no --save  --logfile  ' +
  '--maxmemory-policy noeviction --loglevel warning'
).split(' ')
const readyWithinMs = 10_000
const pollMs = 10
const restartMs = 1000
const graceMs = 3000

interface PrivateRedisOptions {
  readonly log: Log
  /** Where its socket is to lie; a folder of its own in it. Default: the system's folder for temporary files. */
  readonly folder?: string
  /** For PATH. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** A Redis that serves this process alone. */
interface PrivateRedis extends AsyncDisposable {
  /** `unix:///…` */
  readonly url: string
}

/**
 * Starts a redis-server that keeps nothing on disk, on a socket that nobody else can reach; it ends with this process,
 * also when that is killed, and is started again should it end by itself. `REDIS_MISSING` if it cannot be started.
 */
export async function startPrivateRedis({ log, folder, environment }: PrivateRedisOptions): Promise<PrivateRedis> {
  const places = [...(environment?.['PATH'] ?? '').split(delimiter), ...usualPlaces].filter((place) => place !== '')
  const program = await find('redis-server', places)
  if (program === undefined) throw new AppError('REDIS_MISSING', 'no redis-server is installed')
  // Of util-linux: the kernel ends the program when its parent ends, however that happens.
  const guard = await find('setpriv', places)
  await using stack = new AsyncDisposableStack()
  const home = await ownFolder(folder)
  stack.defer(async () => rm(home, { recursive: true, force: true }))
  const server = stack.use(new Server({ program, guard, home, log }))
  await server.start()
  const owned = stack.move()
  return {
    url: `unix://${server.socket.split('/').map(encodeURIComponent).join('/')}`,
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  }
}

async function ownFolder(folder: string | undefined): Promise<string> {
  const parent =
    folder !== undefined && join(folder, 'tagboat-redis-XXXXXX/redis.sock').length <= longestSocketPath
      ? folder
      : tmpdir()
  await mkdir(parent, { recursive: true, mode: 0o700 })
  const home = await mkdtemp(join(parent, 'tagboat-redis-'))
  await chmod(home, 0o700)
  return home
}

async function find(name: string, places: readonly string[]): Promise<string | undefined> {
  for (const place of places) {
    const path = join(place, name)
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  return undefined
}

interface Launch {
  readonly program: string
  readonly guard: string | undefined
  readonly home: string
  readonly log: Log
}

class Server implements AsyncDisposable {
  readonly socket: string
  readonly #launch: Launch
  readonly #endAtExit = (): void => this.#send('SIGKILL')
  #guard: string | undefined
  #child: ChildProcess | undefined
  #output = ''
  #stopping = false

  constructor(launch: Launch) {
    this.#launch = launch
    this.#guard = launch.guard
    this.socket = join(launch.home, 'redis.sock')
    process.once('exit', this.#endAtExit)
  }

  /** Starts it and waits until it answers. */
  async start(): Promise<void> {
    try {
      await this.#tryStart()
    } catch (error) {
      // Busybox has a setpriv that cannot do this.
      if (this.#guard === undefined) throw error
      this.#guard = undefined
      await this.#tryStart()
    }
    this.#child?.once('close', () => void this.#startAgain())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true
    process.off('exit', this.#endAtExit)
    await this.#end()
  }

  async #tryStart(): Promise<void> {
    this.#spawn()
    const deadline = performance.now() + readyWithinMs
    while (!(await answersPing(this.socket))) {
      const ended = this.#child === undefined
      if (ended || performance.now() > deadline) {
        await this.#end()
        const why = ended ? 'ended at once' : 'does not answer'
        throw new AppError('REDIS_MISSING', `${this.#launch.program} ${why}: ${quoteOutside(this.#output.trim())}`)
      }
      await wait(pollMs)
    }
  }

  async #end(): Promise<void> {
    const child = this.#child
    if (child === undefined) return
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    child.once('close', () => resolve())
    this.#send('SIGTERM')
    const hard = setTimeout(() => this.#send('SIGKILL'), graceMs)
    await ended
    clearTimeout(hard)
  }

  async #startAgain(): Promise<void> {
    if (this.#stopping) return
    this.#launch.log.error('the private Redis has ended; starting it again', { output: this.#output.slice(-500) })
    await wait(restartMs, undefined, { ref: false })
    if (this.#stopping) return
    await this.start().catch(async (error: unknown) => {
      this.#launch.log.error('the private Redis could not be started again', { error })
      return this.#startAgain()
    })
  }

  #spawn(): void {
    const { program, home } = this.#launch
    const guard = this.#guard
    const args = ['--port', '0', '--unixsocket', this.socket, '--dir', home, ...settings]
    const command = guard === undefined ? [program, ...args] : [guard, '--pdeathsig', 'TERM', program, ...args]
    const [file = program, ...rest] = command
    // In a process group of its own, so that Ctrl-C reaches us alone and running jobs can end first.
    const child = spawn(file, rest, {
      detached: true,
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { LANG: 'C' },
    })
    this.#child = child
    this.#output = ''
    const collect = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-4096)
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', (error) => {
      this.#output += error.message
      this.#child = undefined
    })
    child.on('close', () => {
      if (this.#child === child) this.#child = undefined
    })
  }

  #send(signal: NodeJS.Signals): void {
    this.#child?.kill(signal)
  }
}
