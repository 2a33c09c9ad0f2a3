import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openQueues } from '#controller/queue/open.ts'
import { systemClock } from '#io/clock.ts'
import { startSentinel } from '../../services/redis-sentinel.ts'
import { startRedis } from '../../services/redis.ts'
import {
  addWhenUp,
  connect,
  done,
  gated,
  hasEnded,
  key,
  neverAborted,
  prefix,
  rawQueue,
  until,
  useScene,
} from './scene.ts'

const scene = useScene()

describe('after a bad day of Redis', () => {
  it('F1 killed and started: work goes on by itself', async () => {
    scene().work(async (job) => done(job.key))
    await addWhenUp(scene(), key('before'))
    await until(() => hasEnded(scene(), 'before'))
    for (const [name, downMs] of [
      ['soon', 0],
      ['later', 3000],
    ] as const) {
      await scene().server.kill()
      await wait(downMs)
      await scene().server.start()
      await addWhenUp(scene(), key(name))
      await until(() => hasEnded(scene(), name))
      expect(scene().results.at(-1)).toEqual(done(key(name)))
    }
  })

  it('F1 workers that were opened while it was away begin when it comes', async () => {
    await scene().server.kill()
    await using redis = await connect(scene().server)
    scene().work(async (job) => done(job.key), { redis })
    await wait(500)
    await scene().server.start()
    await addWhenUp(scene(), key('web'))
    await until(() => hasEnded(scene(), 'web'))
    expect(scene().results).toEqual([done(key('web'))])
    await scene().rest()
  })

  it('F2 flushed: what is added afterwards is done, and a run under way is told to stop', async () => {
    const { started } = gated()
    scene().work(
      async (job, signal) => {
        started.push(job.key.name)
        if (job.key.name !== 'long') return done(job.key)
        const { promise, resolve } = Promise.withResolvers<void>()
        signal.addEventListener('abort', () => resolve())
        await promise
        signal.throwIfAborted()
        return done(job.key)
      },
      { lockMs: 1000 },
    )
    await scene().queues.add(key('long'))
    await until(() => started.length === 1)
    await scene().server.command('flushall')
    await scene().queues.add(key('web'))
    await until(() => hasEnded(scene(), 'web'))
    await until(() => hasEnded(scene(), 'long'))
    const long = scene().results.find((result) => result.key.name === 'long')
    expect(long?.error?.code).toBe('CANCELLED')
    expect(long?.afterMs).toBeGreaterThan(0)
  })

  it('F5 read-only for a while, as after a failover', async () => {
    scene().work(async (job) => done(job.key))
    await addWhenUp(scene(), key('before'))
    await until(() => hasEnded(scene(), 'before'))
    await scene().server.command('replicaof', '127.0.0.1', '1')
    await expect(scene().queues.add(key('during'))).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' })
    await wait(1500)
    await scene().server.command('replicaof', 'no', 'one')
    await addWhenUp(scene(), key('after'))
    await until(() => hasEnded(scene(), 'after'))
  })

  it('F5 a failover: work goes on at the new primary', async () => {
    await using primary = await startRedis()
    await using replica = await startRedis({ settings: { replicaof: `127.0.0.1 ${primary.port}` } })
    await until(async () => (await primary.command('info', 'replication')).includes('state=online'))
    await using sentinel = await startSentinel('main', primary.port)
    await using redis = await connect({ url: `redis+sentinel://${sentinel.host}/main` })
    await redis.ready(neverAborted)
    await using queues = openQueues({ redis, clock: systemClock, log: scene().log })
    scene().work(async (job) => done(job.key), { redis })
    await queues.add(key('before'))
    await until(() => hasEnded(scene(), 'before'))
    await primary.kill()
    await until(async () => (await replica.command('info', 'replication')).includes('role:master'))
    await until(async () => {
      return queues.add(key('after')).then(
        () => true,
        () => false,
      )
    })
    await until(() => hasEnded(scene(), 'after'))
    expect(scene().results.at(-1)).toEqual(done(key('after')))
    await scene().rest()
  })

  it('paused: what was added meanwhile is done', async () => {
    scene().work(async (job) => done(job.key))
    await addWhenUp(scene(), key('before'))
    await until(() => hasEnded(scene(), 'before'))
    scene().server.freeze(true)
    await wait(3000)
    scene().server.freeze(false)
    await addWhenUp(scene(), key('after'))
    await until(() => hasEnded(scene(), 'after'))
    expect(scene().results.map((result) => result.key.name)).toEqual(['before', 'after'])
  })

  it('F4 full: it is asked about once a second and not without end, and a run that ends is recorded', async () => {
    const { gate, started } = gated()
    scene().work(async (job) => {
      started.push(job.key.name)
      if (job.key.name === 'held') await gate.promise
      return done(job.key)
    })
    await scene().queues.add(key('held'))
    await until(() => started.length === 1)
    await scene().server.command('config', 'set', 'maxmemory', '1')
    const commands = async (): Promise<number> => {
      return Number(/total_commands_processed:(\d+)/.exec(await scene().server.command('info', 'stats'))?.[1])
    }
    const before = await commands()
    await wait(3000)
    expect((await commands()) - before).toBeLessThan(100)
    gate.resolve()
    await until(() => hasEnded(scene(), 'held'))
    await until(async () => !(await scene().queues.holds(key('held'))))
    await scene().server.command('config', 'set', 'maxmemory', '0')
    await addWhenUp(scene(), key('after'))
    await until(() => hasEnded(scene(), 'after'))
  })
})

describe('a worker that stands still although jobs wait', () => {
  it('is replaced', async () => {
    // The first worker gets to a server that takes connections and never says a word.
    const mute = createServer().listen(0, '127.0.0.1')
    await once(mute, 'listening')
    await using dead = await connect({ url: `redis://127.0.0.1:${(mute.address() as AddressInfo).port}` })
    const edges = [dead, scene().redis, scene().redis, scene().redis]
    scene().work(async (job) => done(job.key), {
      redis: {
        prefix,
        connection: (use) => ((use === 'worker' ? edges.shift() : undefined) ?? scene().redis).connection(use),
      },
      idleMs: 1000,
    })
    await scene().queues.add(key('web'))
    await until(() => hasEnded(scene(), 'web'))
    expect(scene().log.lines).toContain(
      'warn queue scan: jobs wait, but none was taken for 1 s; the worker is replaced',
    )
    await scene().rest()
    mute.close()
  })

  it('is left alone while its queue is paused', async () => {
    await rawQueue(scene(), 'scan').pause()
    scene().work(async (job) => done(job.key), { idleMs: 100 })
    await scene().queues.add(key('web'))
    await wait(500)
    expect([scene().results, scene().log.lines]).toEqual([[], []])
    await rawQueue(scene(), 'scan').resume()
    await until(() => hasEnded(scene(), 'web'))
  })
})
