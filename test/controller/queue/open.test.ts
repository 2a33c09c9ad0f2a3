import { describe, expect, it } from 'vitest'
import { openQueues } from '#controller/queue/open.ts'
import { systemClock } from '#io/clock.ts'
import { connect, done, hasEnded, key, memoryLog, neverAborted, prefix, rawQueue, until, useScene } from './scene.ts'

const scene = useScene()

describe('a job', () => {
  it('holds the name of its object and nothing else, in the queue of its kind', async () => {
    await scene().queues.add(key('web', 'ImagePolicy'))
    const [job] = await rawQueue(scene(), 'select').getWaiting()
    expect(job?.data).toEqual({ v: 1, group: 'tagboat.dev', kind: 'ImagePolicy', namespace: 'apps', name: 'web' })
    expect(await scene().server.command('hget', `${prefix}:select:1`, 'data')).toBe(JSON.stringify(job?.data))
    expect({ delay: job?.delay, attempts: job?.opts.attempts ?? 0 }).toEqual({ delay: 0, attempts: 0 })
  })

  it('is there once, however often its object is added', async () => {
    for (let turn = 0; turn < 5; turn += 1) await scene().queues.add(key('web'))
    await scene().queues.addAll([key('web'), key('web'), key('api')])
    expect(await scene().queues.waiting()).toBe(2)
  })

  it('is added by the hundred, each in its queue', async () => {
    const names = Array.from({ length: 700 }, (_, index) => `app-${index}`)
    await scene().queues.addAll(names.flatMap((name) => [key(name), key(name, 'ImageUpdateAutomation')]))
    const stats = await scene().queues.stats(neverAborted)
    expect(stats.map(({ queue, counts }) => [queue, counts.waiting])).toEqual([
      ['scan', 700],
      ['select', 0],
      ['fetch', 0],
      ['update', 700],
    ])
  })

  it('is refused for a kind without a queue', async () => {
    await expect(scene().queues.add(key('all', 'Sync'))).rejects.toMatchObject({ code: 'INTERNAL' })
  })
})

describe('what the queues know', () => {
  it('says whether a job of an object waits or runs', async () => {
    const gate = Promise.withResolvers<void>()
    expect(await scene().queues.holds(key('held'))).toBe(false)
    await scene().queues.add(key('held'))
    expect(await scene().queues.holds(key('held'))).toBe(true)
    const running: string[] = []
    const workers = scene().work(async (job) => {
      running.push(job.key.name)
      await gate.promise
      return done(job.key)
    })
    await until(() => running.includes('held'))
    expect([workers.running(), await scene().queues.holds(key('held'))]).toEqual([1, true])
    gate.resolve()
    await until(async () => !(await scene().queues.holds(key('held'))))
    expect(hasEnded(scene(), 'held')).toBe(true)
    await scene().rest()
  })

  it('is not misled by the mark of a job that got lost, and a new job takes its place', async () => {
    await scene().queues.add(key('web'))
    await scene().server.command('del', `${prefix}:scan:1`, `${prefix}:scan:wait`)
    expect(await scene().queues.holds(key('web'))).toBe(false)
    await scene().queues.add(key('web'))
    expect(await scene().queues.holds(key('web'))).toBe(true)
  })

  it('has figures of each queue', async () => {
    await scene().queues.add(key('old'))
    await until(async () => ((await scene().queues.stats(neverAborted))[0]?.oldestMs ?? 0) >= 50)
    await scene().queues.add(key('new'))
    await rawQueue(scene(), 'fetch').pause()
    const [scan, , fetch] = await scene().queues.stats(neverAborted)
    expect(scan).toMatchObject({
      queue: 'scan',
      paused: false,
      counts: { waiting: 2, active: 0, failed: 0, completed: 0 },
      workers: 0,
    })
    expect(scan?.oldestMs).toBeGreaterThanOrEqual(50)
    expect(fetch).toMatchObject({ paused: true, oldestMs: undefined })
  })
})

describe('when Redis does not play along', () => {
  const attempts = {
    add: async () => scene().queues.add(key('web')),
    addAll: async () => scene().queues.addAll([key('web')]),
    holds: async () => scene().queues.holds(key('web')),
    waiting: async () => scene().queues.waiting(),
    stats: async () => scene().queues.stats(neverAborted),
  }
  const names = Object.keys(attempts) as (keyof typeof attempts)[]

  it.each(names)('F1 %s fails while it is away, and works when it is back', async (name) => {
    await scene().server.kill()
    await expect(attempts[name]()).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' })
    await scene().server.start()
    await until(async () =>
      attempts[name]().then(
        () => true,
        () => false,
      ),
    )
  })

  it('every question fails after two seconds while it stands still', async () => {
    scene().server.freeze(true)
    try {
      const asked = names.map(async (name) => attempts[name]())
      for (const outcome of await Promise.allSettled(asked)) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'QUEUE_UNAVAILABLE' } })
      }
    } finally {
      scene().server.freeze(false)
    }
    await until(async () =>
      attempts.add().then(
        () => true,
        () => false,
      ),
    )
  })

  it('F4 a full one is named as the reason, and nothing is half added', async () => {
    await scene().server.command('config', 'set', 'maxmemory', '1')
    await expect(scene().queues.add(key('full'))).rejects.toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
      message: expect.stringContaining('OOM') as string,
    })
    await expect(scene().queues.addAll([key('full')])).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' })
    await scene().server.command('config', 'set', 'maxmemory', '0')
    expect(await scene().queues.holds(key('full'))).toBe(false)
    await scene().queues.add(key('full'))
    expect(await scene().queues.holds(key('full'))).toBe(true)
  })

  it('queues that were opened while it was away work when it comes', async () => {
    await scene().server.kill()
    await using redis = await connect(scene().server)
    await using queues = openQueues({ redis, clock: systemClock, log: memoryLog() })
    await expect(queues.add(key('early'))).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' })
    await scene().server.start()
    await until(async () =>
      queues.add(key('early')).then(
        () => true,
        () => false,
      ),
    )
    expect(await queues.waiting()).toBe(1)
  })
})
