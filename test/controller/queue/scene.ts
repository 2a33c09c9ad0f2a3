import type { ObjectRef } from '#core/api/object-ref.ts'
import type { JobResult, Work } from '#controller/job.ts'
import { openQueues, type JobQueues } from '#controller/queue/open.ts'
import { openWorkers, type JobWorkers, type WorkerOptions } from '#controller/queue/worker.ts'
import type { Log } from '#flow/ports.ts'
import { systemClock } from '#io/clock.ts'
import { openRedis, type Redis } from '#io/store/redis/open.ts'
import { startRedis, type RedisService, type RedisOptions } from '../../services/redis.ts'

export const prefix = '{tagboat:6f1c2f0e}'

export function key(name: string, kind: ObjectRef['kind'] = 'ImageRepository'): ObjectRef {
  return { group: 'tagboat.dev', kind, namespace: 'apps', name }
}

export const done = (of: ObjectRef): JobResult => ({ key: of, gone: false, afterMs: 300_000 })

export interface Lines extends Log {
  readonly lines: string[]
}

export function memoryLog(): Lines {
  const lines: string[] = []
  const at =
    (level: string): Log['info'] =>
    (message) =>
      lines.push(`${level} ${message}`)
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

export interface Scene extends AsyncDisposable {
  readonly server: RedisService
  readonly queues: JobQueues
  readonly log: Lines
  readonly results: JobResult[]
  /** That of another replica. */
  redis(): Promise<Redis>
  work(work: Work, more?: Partial<WorkerOptions>): JobWorkers
}

async function connect({ url }: RedisService): Promise<Redis> {
  return openRedis({ url, prefix, environment: {}, clock: systemClock, log: memoryLog() })
}

export async function openScene(options: RedisOptions = {}): Promise<Scene> {
  await using stack = new AsyncDisposableStack()
  const server = stack.use(await startRedis(options))
  const log = memoryLog()
  const own = stack.use(await connect(server))
  await own.ready(AbortSignal.timeout(5000))
  const queues = stack.use(openQueues({ redis: own, clock: systemClock, log }))
  const results: JobResult[] = []
  const moved = stack.move()
  return {
    server,
    queues,
    log,
    results,
    redis: async () => moved.use(await connect(server)),
    work: (work, more = {}) => {
      const workers = openWorkers({
        redis: own,
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
      moved.use(workers)
      return workers
    },
    [Symbol.asyncDispose]: async () => moved.disposeAsync(),
  }
}

export async function until(isSo: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  const end = performance.now() + ms
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('it did not come to that')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
