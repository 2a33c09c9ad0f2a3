import { AppError, isAppError } from '#core/error.ts'
import { textFlag, type Flags } from '#core/flags.ts'
import type { Log } from '#flow/ports.ts'
import type { QueueInspector } from '#flow/ports/queue.ts'
import { systemClock } from '#io/clock.ts'
import { openRedis, type Redis } from '#io/store/redis/open.ts'
import { ask } from './queue/ask.ts'
import { inspectQueues } from './queue/inspector.ts'
import { findInstallations } from './queue/installations.ts'

/** What the process hands over. */
interface InspectionIo {
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What the edge of Redis has to say. Somebody who asks once is not told of attempts, but of the last cause. */
interface LastWords extends Log {
  last: string | undefined
}

/**
 * The queues of an installation, for `tagboat queue`: of the Redis of `--redis` or `REDIS_URL`, and of the installation
 * of `--installation`, else of the only one there. Nothing is contacted before the first question. `USAGE_INVALID`.
 */
export async function openQueueInspector(flags: Flags, { env }: InspectionIo): Promise<QueueInspector> {
  const url = textFlag(flags, 'redis') ?? env['REDIS_URL'] ?? ''
  if (url === '') {
    throw new AppError('USAGE_INVALID', 'which Redis? give --redis URL, or set REDIS_URL', {
      hint: 'inside a cluster: kubectl -n tagboat-system port-forward service/tagboat-redis 6379, then --redis redis://127.0.0.1:6379',
    })
  }
  const log = lastWords()
  const redis = await openRedis({ url, prefix: '', environment: env, clock: systemClock, log })
  const installation = textFlag(flags, 'installation')
  const opened = { inspector: undefined as Promise<QueueInspector> | undefined }
  const inspector = async (signal: AbortSignal): Promise<QueueInspector> => {
    opened.inspector ??= inspect(redis, { installation, log, signal })
    return opened.inspector
  }
  return {
    list: async (query, signal) => (await inspector(signal)).list(query, signal),
    show: async (id, signal) => (await inspector(signal)).show(id, signal),
    retry: async (id, signal) => (await inspector(signal)).retry(id, signal),
    remove: async (id, signal) => (await inspector(signal)).remove(id, signal),
    pause: async (queue, isPaused, signal) => (await inspector(signal)).pause(queue, isPaused, signal),
    stats: async (signal) => (await inspector(signal)).stats(signal),
    [Symbol.asyncDispose]: async () => {
      await (await opened.inspector?.catch(() => undefined))?.[Symbol.asyncDispose]()
      await redis[Symbol.asyncDispose]()
    },
  }
}

function lastWords(): LastWords {
  const words: LastWords = {
    last: undefined,
    debug: () => undefined,
    info: () => undefined,
    warn: (message) => (words.last = message),
    error: () => undefined,
  }
  return words
}

interface Asking {
  readonly installation: string | undefined
  readonly log: LastWords
  readonly signal: AbortSignal
}

async function inspect(redis: Redis, { installation, log, signal }: Asking): Promise<QueueInspector> {
  const giveUp = new AbortController()
  const asking = AbortSignal.any([signal, giveUp.signal])
  try {
    await ask(async () => redis.ready(asking), signal).catch((error: unknown) => {
      const [cause = `${redis.shown} did not answer within 2 s`] = log.last?.split(';') ?? []
      throw isAppError(error) && error.code === 'CANCELLED' ? error : new AppError('QUEUE_UNAVAILABLE', cause)
    })
    const prefixes = await ask(async () => findInstallations(redis, asking), signal)
    const prefix = installation === undefined ? onlyPrefix(redis, prefixes) : prefixOf(installation, redis, prefixes)
    return inspectQueues({ connection: (use) => redis.connection(use), prefix }, systemClock)
  } finally {
    giveUp.abort()
  }
}

function prefixOf(installation: string, redis: Redis, prefixes: readonly string[]): string {
  const prefix = `{tagboat:${installation}}`
  if (prefixes.includes(prefix)) return prefix
  const hint = prefixes.length === 0 ? {} : { hint: `those that are there: ${namesOf(prefixes)}` }
  throw new AppError('QUEUE_MISSING', `${redis.shown} holds no queues of an installation "${installation}"`, hint)
}

function namesOf(prefixes: readonly string[]): string {
  return prefixes
    .slice(0, 10)
    .map((prefix) => prefix.slice('{tagboat:'.length, -1))
    .join(', ')
}

function onlyPrefix(redis: Redis, prefixes: readonly string[]): string {
  const [first, ...others] = prefixes
  if (first === undefined) {
    throw new AppError('QUEUE_MISSING', `${redis.shown} holds no queues of tagboat`)
  }
  if (others.length === 0) return first
  const text = `${redis.shown} holds the queues of ${prefixes.length} installations: ${namesOf(prefixes)}`
  throw new AppError('USAGE_INVALID', text, { hint: 'choose one with --installation NAME' })
}
