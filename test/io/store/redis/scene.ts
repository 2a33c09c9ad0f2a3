import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import { systemClock } from '#io/clock.ts'
import { openRedis, type Redis } from '#io/store/redis/open.ts'
import type { Log } from '#flow/ports.ts'
import { startRedis, type RedisOptions, type RedisService } from '../../../services/redis.ts'

export const clock = systemClock
export const { signal } = new AbortController()

const secondMs = 1000

/** A log that keeps everything, as it would be printed. */
export interface Told extends Log {
  readonly warnings: readonly string[]
  readonly infos: readonly string[]
  readonly everything: readonly string[]
}

export function listeningLog(): Told {
  const warnings: string[] = []
  const infos: string[] = []
  const everything: string[] = []
  const keep =
    (list: string[]): Log['info'] =>
    (message, fields) => {
      list.push(message)
      everything.push(`${message} ${inspect(fields, { depth: 9 })}`)
    }
  return {
    warnings,
    infos,
    everything,
    debug: keep([]),
    info: keep(infos),
    warn: keep(warnings),
    error: keep(warnings),
  }
}

/** A real Redis and one of us, or more, who use it. */
export interface Scene extends AsyncDisposable {
  readonly server: RedisService
  readonly redis: Redis
  readonly log: Told
  /** Another replica. */
  join(options?: { readonly url?: string; readonly prefix?: string }): Promise<Redis>
}

/** Starts a Redis and connects to it. */
export async function startScene(options: RedisOptions & { readonly prefix?: string } = {}): Promise<Scene> {
  const stack = new AsyncDisposableStack()
  const server = stack.use(await startRedis(options))
  const log = listeningLog()
  const prefix = options.prefix ?? `{tagboat:${randomUUID()}}`
  const join: Scene['join'] = async (other = {}) => {
    const url = other.url ?? `unix://${server.socket}`
    const redis = await openRedis({ url, prefix: other.prefix ?? prefix, environment: {}, clock, log })
    stack.use(redis)
    await redis.ready(AbortSignal.timeout(10 * secondMs))
    return redis
  }
  const redis = await join()
  return { server, redis, log, join, [Symbol.asyncDispose]: async () => stack.disposeAsync() }
}

/** Waits until something is so; fails after 20 s. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20 * secondMs
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`never came true: ${String(isSo)}`)
    await clock.sleep(20, signal)
  }
}
