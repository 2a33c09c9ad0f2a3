import type { ObjectRef } from '#core/api/object-ref.ts'
import { openQueues } from '#controller/queue/open.ts'
import { openWorkers } from '#controller/queue/worker.ts'
import type { Log } from '#flow/ports.ts'
import { systemClock } from '#io/clock.ts'
import { openRedis } from '#io/store/redis/open.ts'
import { startRedis } from '../services/redis.ts'
import type { Figure, Measurement } from './figure.ts'

const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const concurrency = { scan: 20, select: 20, fetch: 20, update: 20 }

function key(number: number): ObjectRef {
  return { group: 'tagboat.dev', kind: 'ImageRepository', namespace: 'apps', name: `app-${number}` }
}

interface Bench extends AsyncDisposable {
  /** Adds so many objects, one by one or all at once, and waits until each has been worked on. */
  work(objects: number, atOnce: boolean): Promise<void>
}

/** Queues and workers as in the controller, with work that only explains itself. */
async function openBench(): Promise<Bench> {
  await using stack = new AsyncDisposableStack()
  const server = stack.use(await startRedis())
  const common = { clock: systemClock, log: quiet }
  const redis = stack.use(
    await openRedis({ url: `unix://${server.socket}`, prefix: '{tagboat:bench}', environment: {}, ...common }),
  )
  await redis.ready(AbortSignal.timeout(10_000))
  const queues = stack.use(openQueues({ redis, ...common }))
  const waiting = { left: 0, done: Promise.withResolvers<void>() }
  stack.use(
    openWorkers({
      redis,
      concurrency,
      deadlineMs: () => 600_000,
      identity: 'bench',
      redact: (text) => text,
      ...common,
      work: async (job) => {
        await job.explain(['scanned 100 tags in 1 request', 'nothing has changed'])
        return { key: job.key, gone: false, afterMs: 300_000 }
      },
      onResult: () => {
        waiting.left -= 1
        if (waiting.left === 0) waiting.done.resolve()
      },
    }),
  )
  const owned = stack.move()
  return {
    work: async (objects, atOnce) => {
      waiting.left = objects
      waiting.done = Promise.withResolvers()
      const keys = Array.from({ length: objects }, (_, number) => key(number))
      if (atOnce) await queues.addAll(keys)
      else for (const one of keys) await queues.add(one)
      await waiting.done.promise
    },
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  }
}

async function cpuPerJob(objects: number, atOnce: boolean): Promise<Measurement> {
  await using bench = await openBench()
  await bench.work(200, true)
  const before = process.cpuUsage()
  await bench.work(objects, atOnce)
  const { user, system } = process.cpuUsage(before)
  const value = (user + system) / 1000 / objects
  return { value, ok: value <= 3 }
}

/** From `add` to the result of a job of an idle queue, the middle one of many. */
async function latency(jobs: number): Promise<Measurement> {
  await using bench = await openBench()
  await bench.work(50, false)
  const times: number[] = []
  for (let turn = 0; turn < jobs; turn += 1) {
    const startedAt = performance.now()
    await bench.work(1, false)
    times.push(performance.now() - startedAt)
  }
  const value = times.toSorted((a, b) => a - b)[Math.floor(jobs / 2)] ?? Number.NaN
  return { value, ok: value <= 10 }
}

export const figures: readonly Figure[] = [
  {
    name: 'queue, CPU of a job that was added alone',
    unit: 'ms',
    reach: '≤ 3 ms (adding, taking, explaining, finishing)',
    run: async ({ quick }) => cpuPerJob(quick ? 300 : 2000, false),
  },
  {
    name: 'queue, CPU of a job among many',
    unit: 'ms',
    reach: '≤ 3 ms (adding, taking, explaining, finishing)',
    run: async ({ quick }) => cpuPerJob(quick ? 1000 : 5000, true),
  },
  {
    name: 'queue, from add to result while idle',
    unit: 'ms',
    reach: '≤ 10 ms',
    run: async ({ quick }) => latency(quick ? 100 : 500),
  },
]
