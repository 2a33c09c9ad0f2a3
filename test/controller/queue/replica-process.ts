import { createInterface } from 'node:readline'
import { openWorkers } from '#controller/queue/worker.ts'
import { systemClock } from '#io/clock.ts'
import { connect, memoryLog, neverAborted } from './scene.ts'

/** A replica in a process of its own: `node replica-process.ts REDIS_URL`. Its jobs end when a line comes in; it tells what happens line by line. */
const [, , url = ''] = process.argv
const redis = await connect({ url })
const input = createInterface({ input: process.stdin })
const tell = (text: string): void => void process.stdout.write(`${text}\n`)

openWorkers({
  redis,
  concurrency: { scan: 5, select: 5, fetch: 5, update: 5 },
  deadlineMs: () => 60_000,
  lockMs: 1000,
  redact: (text) => text,
  identity: `process-${process.pid}`,
  clock: systemClock,
  log: memoryLog(),
  onResult: ({ key, error }) => tell(`ended ${key.name} ${error?.code ?? 'well'}`),
  work: async (job, signal) => {
    tell(`started ${job.key.name}`)
    const { promise, resolve } = Promise.withResolvers<void>()
    input.once('line', () => resolve())
    signal.addEventListener('abort', () => {
      tell(`told to stop ${job.key.name}`)
      resolve()
    })
    await promise
    tell(`holds ${job.key.name} ${String(await job.holdsLock(neverAborted))}`)
    signal.throwIfAborted()
    return { key: job.key, gone: false, afterMs: undefined }
  },
})
tell('ready')
