import { describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import { done, gated, hasEnded, key, rawQueue, until, useScene } from './scene.ts'

const scene = useScene()

describe('a result', () => {
  it('is told and kept, without the object', async () => {
    scene().work(async (job) => ({ key: job.key, gone: false, afterMs: 60_000 }))
    await scene().queues.add(key('web'))
    await until(async () => (await rawQueue(scene(), 'scan').getCompletedCount()) === 1)
    const [job] = await rawQueue(scene(), 'scan').getCompleted()
    expect(job?.returnvalue).toEqual({ gone: false, afterMs: 60_000 })
    expect(scene().results).toEqual([{ key: key('web'), gone: false, afterMs: 60_000 }])
  })

  it('with an error makes the job failed, in its words and without secrets', async () => {
    const error = { code: 'REGISTRY_DENIED', message: 'ghcr.io does not know hunter22' }
    scene().work(async (job) => ({ key: job.key, gone: false, afterMs: 750, error }), {
      redact: (text) => text.replace('hunter22', '***'),
    })
    await scene().queues.add(key('web'))
    await until(async () => (await rawQueue(scene(), 'scan').getFailedCount()) === 1)
    const [job] = await rawQueue(scene(), 'scan').getFailed()
    expect([job?.failedReason, job?.stacktrace]).toEqual(['ghcr.io does not know ***', []])
    expect(scene().results).toEqual([{ key: key('web'), gone: false, afterMs: 750, error }])
  })

  it('of work that breaks off asks for another try, later each time', async () => {
    const causes = [new AppError('CLUSTER_UNAVAILABLE', 'the API server is away'), new Error('boom'), new Error('boom')]
    scene().work(async () => Promise.reject(causes.shift() ?? new Error('no more')))
    for (let turn = 1; turn <= 3; turn += 1) {
      await scene().queues.add(key('web'))
      await until(() => scene().results.length === turn)
    }
    expect(scene().results.map(({ error }) => error?.code)).toEqual(['CLUSTER_UNAVAILABLE', 'INTERNAL', 'INTERNAL'])
    const waits = scene().results.map(({ afterMs = 0 }) => afterMs)
    for (const [index, usual] of [750, 1500, 3000].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(usual * 0.8)
      expect(waits[index]).toBeLessThanOrEqual(usual * 1.2)
    }
  })

  it('that nobody wants to hear does not hinder the next job', async () => {
    scene().work(async (job) => done(job.key), {
      onResult: (result) => {
        scene().results.push(result)
        throw new Error('the listener is broken')
      },
    })
    await scene().queues.addAll([key('a'), key('b')])
    await until(() => scene().results.length === 2)
    expect(scene().log.lines).toContain('error the result of a job was not taken')
  })
})

describe('F47 a job that this version does not understand', () => {
  it.each([
    ['of another version', { v: 2, group: 'tagboat.dev', kind: 'ImageRepository', namespace: 'apps', name: 'web' }],
    ['without data', {}],
    ['of a kind of tomorrow', { v: 1, group: 'tagboat.dev', kind: 'Sync', namespace: 'apps', name: 'web' }],
  ])('%s is passed over', async (_, data) => {
    scene().work(async (job) => done(job.key))
    await rawQueue(scene(), 'scan').add('scan', data)
    await scene().queues.add(key('after'))
    await until(() => hasEnded(scene(), 'after'))
    await until(async () => (await rawQueue(scene(), 'scan').getCompletedCount()) === 2)
    expect(scene().results).toHaveLength(1)
    expect(scene().log.lines).toContain('warn job scan/1 is of another version or damaged and was passed over')
  })
})

describe('a deadline', () => {
  it('tells the work to stop, and the result says why', async () => {
    const workers = scene().work(
      async (job, signal) => {
        const { promise, reject } = Promise.withResolvers<never>()
        signal.addEventListener('abort', () => reject(new AppError('CANCELLED', `stopped ${job.key.name}`)))
        return promise
      },
      { deadlineMs: () => 50 },
    )
    await scene().queues.add(key('slow'))
    await until(() => scene().results.length === 1)
    expect(scene().results[0]?.error).toEqual({
      code: 'QUEUE_JOB_TIMEOUT',
      message: 'the work on ImageRepository apps/slow took longer than 0.05 s',
    })
    expect([workers.running(), workers.oldestHeartbeatMs()]).toEqual([0, 0])
  })

  it('frees the slot of work that does not stop, and the delay shows', async () => {
    const { gate, started } = gated()
    const workers = scene().work(
      async (job) => {
        started.push(job.key.name)
        if (job.key.name === 'stuck') await gate.promise
        return done(job.key)
      },
      { deadlineMs: () => 50, concurrency: { scan: 1, select: 1, fetch: 1, update: 1 } },
    )
    await scene().queues.add(key('stuck'))
    await until(() => started.length === 1)
    await scene().queues.add(key('next'))
    await until(() => hasEnded(scene(), 'next'))
    expect(scene().results[0]).toMatchObject({ key: key('stuck'), error: { code: 'QUEUE_JOB_TIMEOUT' } })
    expect(workers.oldestHeartbeatMs()).toBeGreaterThan(4900)
    gate.resolve()
    await until(() => workers.running() === 0)
    expect([workers.oldestHeartbeatMs(), scene().results.length]).toEqual([0, 2])
  })
})
