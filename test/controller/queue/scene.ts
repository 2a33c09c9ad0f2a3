import { setTimeout as wait } from 'node:timers/promises'
import type { Queue } from 'bullmq'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { ObjectRef } from '#core/api/object-ref.ts'
import type { JobResult, Work } from '#controller/job.ts'
import { openQueues, type JobQueues } from '#controller/queue/open.ts'
import { openWorkers, type JobWorkers, type WorkerOptions } from '#controller/queue/worker.ts'
import type { Log } from '#flow/ports.ts'
import { systemClock } from '#io/clock.ts'
import { openRedis, type Redis } from '#io/store/redis/open.ts'
import { startRedis, type RedisOptions, type RedisService } from '../../services/redis.ts'

export const prefix = '{tagboat:6f1c2f0e}'
export const neverAborted = new AbortController().signal

/** An object of namespace apps. */
export function key(name: string, kind: ObjectRef['kind'] = 'ImageRepository'): ObjectRef {
  return { group: 'tagboat.dev', kind, namespace: 'apps', name }
}

/** What came out of a job that went well. */
export const done = (of: ObjectRef): JobResult => ({ key: of, gone: false, afterMs: 300_000 })

interface Lines extends Log {
  /** `warn the text`. */
  readonly lines: string[]
}

export function memoryLog(): Lines {
  const lines: string[] = []
  const at =
    (level: string): Log['info'] =>
    (message) =>
      void lines.push(`${level} ${message}`)
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** A Redis of its own, queues in it, and as many replicas as are asked for. */
export interface Scene extends AsyncDisposable {
  readonly server: RedisService
  readonly redis: Redis
  readonly queues: JobQueues
  readonly log: Lines
  /** What the workers of `work` have told, in order. */
  readonly results: JobResult[]
  /** Starts workers; they end with `rest`, or with the scene. */
  work(work: Work, more?: Partial<WorkerOptions>): JobWorkers
  /** Ends all workers. */
  rest(): Promise<void>
}

/** Opens a Redis as the controller does. */
export async function connect({ url }: Pick<RedisService, 'url'>): Promise<Redis> {
  return openRedis({ url, prefix, environment: {}, clock: systemClock, log: memoryLog() })
}

export async function openScene(options: RedisOptions = {}): Promise<Scene> {
  await using stack = new AsyncDisposableStack()
  const server = stack.use(await startRedis(options))
  const redis = stack.use(await connect(server))
  await redis.ready(neverAborted)
  const log = memoryLog()
  const queues = stack.use(openQueues({ redis, clock: systemClock, log }))
  // They write their settings when they connect, which no test wants to see later.
  await Promise.all((queues.board as readonly Queue[]).map(async (queue) => queue.getVersion()))
  const results: JobResult[] = []
  const owned = stack.move()
  const working: JobWorkers[] = []
  const rest = async (): Promise<void> => {
    await Promise.all(working.splice(0).map(async (workers) => workers[Symbol.asyncDispose]()))
  }
  owned.defer(rest)
  return {
    rest,
    server,
    redis,
    queues,
    log,
    results,
    work: (work, more = {}) => {
      const workers = openWorkers({
        redis,
        work,
        concurrency: { scan: 20, select: 20, fetch: 20, update: 20 },
        deadlineMs: () => 60_000,
        onResult: (result) => results.push(result),
        redact: (text) => text,
        identity: 'replica-0',
        clock: systemClock,
        log,
        ...more,
      })
      working.push(workers)
      return workers
    },
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  }
}

/** A queue of BullMQ, to do what Tagboat does not. */
export function rawQueue({ queues }: Pick<Scene, 'queues'>, name: string): Queue {
  const found = (queues.board as readonly Queue[]).find((queue) => queue.name === name)
  if (found === undefined) throw new Error(`there is no queue ${name}`)
  return found
}

/** Waits until something is so. */
export async function until(isSo: () => boolean | Promise<boolean>, what = 'it'): Promise<void> {
  const end = performance.now() + 25_000
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`${what} did not come`)
    await wait(10)
  }
}

/** Adds an object as soon as Redis takes it. */
export async function addWhenUp(scene: Scene, object: ObjectRef): Promise<void> {
  await until(async () => {
    return scene.queues.add(object).then(
      () => true,
      () => false,
    )
  }, 'Redis')
}

/** Has a job of this object ended? */
export function hasEnded({ results }: Scene, name: string): boolean {
  return results.some((result) => result.key.name === name)
}

/** Work that waits until it is let go. */
export function gated(): { readonly gate: PromiseWithResolvers<void>; readonly started: string[] } {
  return { gate: Promise.withResolvers<void>(), started: [] }
}

/** One scene for the tests of a file; each begins with an empty Redis that is there. */
export function useScene(options: RedisOptions = {}): () => Scene {
  const opened: Scene[] = []
  const scene = (): Scene => {
    const [first] = opened
    if (first === undefined) throw new Error('the scene opens before the first test')
    return first
  }
  beforeAll(async () => {
    opened.push(await openScene(options))
  })
  beforeEach(async () => {
    const { server, queues, results, log } = scene()
    await server.command('flushall')
    await until(
      async () =>
        queues.waiting().then(
          () => true,
          () => false,
        ),
      'Redis',
    )
    results.length = 0
    log.lines.length = 0
  })
  afterEach(async () => scene().rest())
  afterAll(async () => scene()[Symbol.asyncDispose]())
  return scene
}
