import { describe, expect, it } from 'vitest'
import { inspectQueues } from '#controller/queue/inspector.ts'
import type { JobQuery, QueueInspector } from '#flow/ports/queue.ts'
import { systemClock } from '#io/clock.ts'
import { done, hasEnded, key, neverAborted, prefix, rawQueue, until, useScene } from './scene.ts'

const scene = useScene()
const inspector = (): QueueInspector => inspectQueues(scene().redis, systemClock)

async function namesOf(query: JobQuery): Promise<string> {
  const jobs = await inspector().list(query, neverAborted)
  return jobs.map(({ object }) => object?.name ?? '').join(' ')
}

/** A failed job, a completed one, one that runs and one that waits. */
async function oneOfEach(): Promise<{ readonly finish: () => void }> {
  const gate = Promise.withResolvers<void>()
  scene().work(
    async (job) => {
      await job.explain([`looked at ${job.key.name}`, 'found 3 tags'])
      if (job.key.name === 'running') await gate.promise
      if (job.key.name !== 'bad') return done(job.key)
      return { key: job.key, gone: false, afterMs: 750, error: { code: 'REGISTRY_DENIED', message: 'access denied' } }
    },
    { concurrency: { scan: 1, select: 1, fetch: 1, update: 1 } },
  )
  await scene().queues.addAll([key('bad'), key('good'), key('running'), key('waiting')])
  await until(async () => (await rawQueue(scene(), 'scan').getCompletedCount()) === 1)
  await until(async () => (await rawQueue(scene(), 'scan').getActiveCount()) === 1)
  return { finish: () => gate.resolve() }
}

describe('a list', () => {
  it('shows jobs of every state, the newest first, with their objects', async () => {
    const { finish } = await oneOfEach()
    const jobs = await inspector().list({ limit: 20 }, neverAborted)
    expect(jobs.map(({ id, state, object, attempts, error }) => [id, state, object?.name, attempts, error])).toEqual([
      ['scan/3', 'active', 'running', 1, undefined],
      ['scan/2', 'completed', 'good', 1, undefined],
      ['scan/1', 'failed', 'bad', 1, 'access denied'],
      ['scan/4', 'waiting', 'waiting', 0, undefined],
    ])
    for (const { addedAt, startedAt, finishedAt, state } of jobs) {
      expect(addedAt).toBeGreaterThan(1_700_000_000_000)
      expect(startedAt === undefined).toBe(state === 'waiting')
      expect(finishedAt === undefined).toBe(state === 'waiting' || state === 'active')
    }
    finish()
  })

  it('keeps to the queue, the state and the limit that are asked for', async () => {
    await scene().queues.addAll([key('a'), key('b'), key('c'), key('p', 'ImagePolicy')])
    expect(await namesOf({ limit: 20, queue: 'select' })).toBe('p')
    expect(await namesOf({ limit: 20, state: 'failed' })).toBe('')
    expect(await namesOf({ limit: 2, queue: 'scan', state: 'waiting' })).toBe('c b')
  })

  it('shows a job that this version does not understand', async () => {
    await rawQueue(scene(), 'scan').add('scan', { v: 2, what: 'ever' })
    const [job] = await inspector().list({ limit: 1 }, neverAborted)
    expect([job?.id, job?.object]).toEqual(['scan/1', undefined])
    expect(await inspector().show('scan/1', neverAborted)).toMatchObject({ data: { v: 2, what: 'ever' }, logs: [] })
  })

  it('writes nothing', async () => {
    await using looking = inspector()
    await looking.list({ limit: 20 }, neverAborted)
    await looking.stats(neverAborted)
    expect(await scene().server.command('keys', '*')).toBe('')
  })
})

describe('one job', () => {
  it('is shown with what it said and what came of it', async () => {
    const { finish } = await oneOfEach()
    finish()
    await until(() => hasEnded(scene(), 'running'))
    expect(await inspector().show('scan/2', neverAborted)).toMatchObject({
      id: 'scan/2',
      queue: 'scan',
      state: 'completed',
      object: key('good'),
      data: { v: 1, ...key('good') },
      logs: ['looked at good', 'found 3 tags'],
      result: { gone: false, afterMs: 300_000 },
    })
    const failed = await inspector().show('scan/1', neverAborted)
    expect([failed.state, failed.error, failed.result]).toEqual(['failed', 'access denied', undefined])
  })

  it.each(['scan/99', 'unheard/1', 'scan', 'scan/', ''])('named "%s" is not there', async (id) => {
    const missing = { code: 'QUEUE_JOB_MISSING', message: `there is no job ${id}` }
    await expect(inspector().show(id, neverAborted)).rejects.toMatchObject(missing)
    await expect(inspector().retry(id, neverAborted)).rejects.toMatchObject(missing)
    await expect(inspector().remove(id, neverAborted)).rejects.toMatchObject(missing)
  })

  it('runs again when it has failed: as a new job of its object', async () => {
    const { finish } = await oneOfEach()
    await scene().server.command('hset', `${prefix}:scan:1`, 'failedReason', 'an old story')
    await inspector().retry('scan/1', neverAborted)
    await expect(inspector().show('scan/1', neverAborted)).rejects.toMatchObject({ code: 'QUEUE_JOB_MISSING' })
    expect(await scene().queues.holds(key('bad'))).toBe(true)
    finish()
    await until(() => scene().results.filter((result) => result.key.name === 'bad').length === 2)
  })

  it('is not run again while it waits or runs, nor removed while it runs', async () => {
    const { finish } = await oneOfEach()
    const busy = { code: 'QUEUE_JOB_BUSY' }
    await expect(inspector().retry('scan/4', neverAborted)).rejects.toMatchObject({
      ...busy,
      message: 'job scan/4 waits',
    })
    await expect(inspector().retry('scan/3', neverAborted)).rejects.toMatchObject({
      ...busy,
      message: 'job scan/3 runs',
    })
    await expect(inspector().remove('scan/3', neverAborted)).rejects.toMatchObject(busy)
    finish()
  })

  it('is removed, and its object can be added again', async () => {
    await scene().queues.add(key('web'))
    await inspector().remove('scan/1', neverAborted)
    expect(await scene().queues.holds(key('web'))).toBe(false)
    await scene().queues.add(key('web'))
    expect(await scene().queues.waiting()).toBe(1)
  })

  it('of another version cannot be run again', async () => {
    scene().work(async (job) => done(job.key))
    await rawQueue(scene(), 'scan').add('scan', { v: 2 })
    await until(async () => (await rawQueue(scene(), 'scan').getCompletedCount()) === 1)
    await expect(inspector().retry('scan/1', neverAborted)).rejects.toMatchObject({
      code: 'QUEUE_JOB_MISSING',
      message: 'job scan/1 names no object: another version of Tagboat has written it',
    })
  })
})

describe('a pause', () => {
  it('keeps jobs from being taken until it ends', async () => {
    scene().work(async (job) => done(job.key))
    await inspector().pause('scan', true, neverAborted)
    await scene().queues.addAll([key('web'), key('web', 'ImagePolicy')])
    await until(() => scene().results.length === 1)
    expect(scene().results[0]?.key.kind).toBe('ImagePolicy')
    const paused = (await inspector().stats(neverAborted)).map(({ queue, paused: is }) => [queue, is])
    expect(paused).toEqual([
      ['scan', true],
      ['select', false],
      ['fetch', false],
      ['update', false],
    ])
    await inspector().pause(undefined, false, neverAborted)
    await until(() => scene().results.length === 2)
  })
})

describe('while Redis does not answer', () => {
  it('nobody waits longer than two seconds', async () => {
    const looking = inspector()
    await looking.stats(neverAborted)
    scene().server.freeze(true)
    const answers = await Promise.allSettled([
      looking.list({ limit: 20 }, neverAborted),
      looking.show('scan/1', neverAborted),
      looking.retry('scan/1', neverAborted),
      looking.remove('scan/1', neverAborted),
      looking.pause('scan', true, neverAborted),
      looking.stats(neverAborted),
    ])
    scene().server.freeze(false)
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'QUEUE_UNAVAILABLE' } })
    }
  })

  it('a script that keeps it busy only delays the answer', async () => {
    const looking = inspector()
    await scene().queues.add(key('web'))
    const busy = scene().server.command('eval', 'local n = 0; for i = 1, 3e7 do n = n + i end; return n', '0')
    const [, jobs] = await Promise.all([busy, looking.list({ limit: 20 }, neverAborted)])
    expect(jobs.map(({ id }) => id)).toEqual(['scan/1'])
  })
})
