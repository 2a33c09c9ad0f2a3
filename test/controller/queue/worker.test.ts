import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import { connect, done, gated, hasEnded, key, neverAborted, openScene, until, useScene } from './scene.ts'

const scene = useScene()

describe('triggers', () => {
  it('that come during a run lead to exactly one more, never two at once', async () => {
    const runs: { readonly from: number; to: number }[] = []
    scene().work(async (job) => {
      const run = { from: performance.now(), to: 0 }
      runs.push(run)
      await wait(200)
      run.to = performance.now()
      return done(job.key)
    })
    await scene().queues.add(key('web'))
    await until(() => runs.length === 1)
    for (let turn = 0; turn < 10; turn += 1) await scene().queues.add(key('web'))
    await until(() => scene().results.length === 2)
    await wait(300)
    expect(runs).toHaveLength(2)
    expect(runs[1]?.from).toBeGreaterThanOrEqual(runs[0]?.to ?? Infinity)
  })

  it('are shared by the replicas, each job done once', async () => {
    await using other = await connect(scene().server)
    const ran: string[] = []
    const work = (replica: string) => async (job: { readonly key: ReturnType<typeof key> }) => {
      ran.push(replica)
      await wait(20)
      return done(job.key)
    }
    scene().work(work('a'), { concurrency: { scan: 4, select: 1, fetch: 1, update: 1 } })
    scene().work(work('b'), {
      redis: other,
      identity: 'replica-1',
      concurrency: { scan: 4, select: 1, fetch: 1, update: 1 },
    })
    await scene().queues.addAll(Array.from({ length: 60 }, (_, index) => key(`app-${index}`)))
    await until(() => scene().results.length === 60)
    expect(new Set(scene().results.map((result) => result.key.name)).size).toBe(60)
    expect(new Set(ran)).toEqual(new Set(['a', 'b']))
    const [scan] = await scene().queues.stats(neverAborted)
    expect(scan?.workers).toBe(2)
    await scene().rest()
  })

  it('keep to the concurrency of their queue', async () => {
    const at = { once: 0, most: 0 }
    scene().work(
      async (job) => {
        at.once += 1
        at.most = Math.max(at.most, at.once)
        await wait(20)
        at.once -= 1
        return done(job.key)
      },
      { concurrency: { scan: 3, select: 1, fetch: 1, update: 1 } },
    )
    await scene().queues.addAll(Array.from({ length: 12 }, (_, index) => key(`app-${index}`)))
    await until(() => scene().results.length === 12)
    expect(at.most).toBe(3)
  })
})

describe('the end of a process', () => {
  it('lets running jobs end and takes no more', async () => {
    const { gate, started } = gated()
    const workers = scene().work(async (job) => {
      started.push(job.key.name)
      await gate.promise
      return done(job.key)
    })
    await scene().queues.add(key('running'))
    await until(() => started.length === 1)
    const drained = workers.drain(20_000)
    await scene().queues.add(key('late'))
    await wait(100)
    gate.resolve()
    await drained
    expect([scene().results, started]).toEqual([[done(key('running'))], ['running']])
    expect(await scene().queues.holds(key('late'))).toBe(true)
  })

  it('gives back what does not end within the time of grace', async () => {
    const { started } = gated()
    const workers = scene().work(async (job, signal) => {
      started.push(job.key.name)
      const { promise, reject } = Promise.withResolvers<never>()
      signal.addEventListener('abort', () => reject(new AppError('CANCELLED', 'stopped')))
      return promise
    })
    await scene().queues.add(key('long'))
    await until(() => started.length === 1)
    await workers.drain(50)
    expect(scene().results).toEqual([])
    const [scan] = await scene().queues.stats(neverAborted)
    expect(scan?.counts).toEqual({ waiting: 1, active: 0, failed: 0, completed: 0 })
    scene().work(async (job) => done(job.key))
    await until(() => hasEnded(scene(), 'long'))
  })

  it('does not wait for a Redis that is gone', async () => {
    await using own = await openScene()
    const { started } = gated()
    const workers = own.work(async (job, signal) => {
      started.push(job.key.name)
      const { promise, reject } = Promise.withResolvers<never>()
      signal.addEventListener('abort', () => reject(new AppError('CANCELLED', 'stopped')))
      return promise
    })
    await own.queues.add(key('long'))
    await until(() => started.length === 1)
    await own.server.kill()
    await workers.drain(50)
    expect(workers.running()).toBe(0)
  })
})
