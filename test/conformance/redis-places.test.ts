import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Queue, QueueEvents, Worker, type ConnectionOptions } from 'bullmq'
import { describe, expect, it } from 'vitest'
import { openRedisBuckets } from '#io/store/redis/buckets.ts'
import { openFailureCounts } from '#io/store/redis/failures.ts'
import { openRedis, type Redis } from '#io/store/redis/open.ts'
import { openRedisScanStore } from '#io/store/redis/scans.ts'
import { clock, listeningLog, signal, until } from '../io/store/redis/scene.ts'
import { startSentinel } from '../services/redis-sentinel.ts'
import { startRedis, type RedisService } from '../services/redis.ts'
import { temporaryFolder } from '../services/temporary-folder.ts'
import { scanOf } from './scan-store.suite.ts'

const prefix = '{tagboat:a-cluster}'

async function open(url: string, log = listeningLog()): Promise<Redis> {
  return openRedis({ url, prefix, environment: {}, clock, log })
}

/** What the controller does with its queues: adds, works, listens, looks, and moves jobs. */
async function useQueue(redis: Redis): Promise<void> {
  const options = { prefix, connection: redis.connection('producer') as ConnectionOptions }
  const patient = { prefix, connection: redis.connection('worker') as ConnectionOptions }
  const name = `scan-${randomUUID()}`
  const queue = new Queue(name, options)
  const events = new QueueEvents(name, patient)
  const done: unknown[] = []
  events.on('completed', ({ returnvalue }) => done.push(returnvalue))
  await events.waitUntilReady()
  const deduplication = { id: 'g/k/ns/n', keepLastIfActive: true, replace: true }
  const worker = new Worker(
    name,
    async (job) => {
      await job.log('a line')
      if (job.data.fails === true) throw new Error('it was to fail')
      return job.data.n
    },
    patient,
  )
  await queue.add('scan', { n: 1 }, { deduplication, removeOnComplete: { age: 3600 }, removeOnFail: { count: 1000 } })
  await until(() => done.length === 1)
  expect(done).toEqual([1])
  const failing = await queue.add('scan', { fails: true }, { deduplication })
  await until(async () => (await queue.getJobCounts('failed'))['failed'] === 1)
  expect((await queue.getJobLogs(failing.id ?? '')).logs).toEqual(['a line'])
  await queue.pause()
  await queue.add('scan', { n: 2 }, { deduplication })
  expect(await queue.isPaused()).toBe(true)
  expect(await queue.getWorkersCount()).toBe(1)
  await queue.resume()
  await until(() => done.length === 2)
  await failing.retry()
  await until(async () => (await queue.getJobCounts('failed'))['failed'] === 1)
  await failing.remove()
  await worker.close()
  await events.close()
  await queue.obliterate({ force: true })
  await queue.close()
}

async function useStores(redis: Redis): Promise<void> {
  const log = listeningLog()
  const scans = openRedisScanStore(redis, { clock, log })
  const scan = scanOf(['v2', 'v1'])
  await scans.alone('k', async () => scans.save('k', scan, signal), signal)
  expect(await scans.load('k', signal)).toEqual(scan)
  await scans.announce('o', 5, signal)
  expect(await scans.announcedAt('o', signal)).toBe(5)
  await openRedisBuckets(redis, { clock, log })('host', { perSecond: 1, burst: 1 }).take(signal)
  const failures = openFailureCounts(redis)
  await failures.set('k', 2)
  expect(await failures.get('k')).toBe(2)
  const heard: string[] = []
  const leave = await redis.subscribe('news', (text) => heard.push(text))
  await redis.publish('news', 'hello')
  await until(() => heard.includes('hello'))
  leave()
  expect(log.warnings).toEqual([])
}

describe('a user that may do no more than it must, over TLS,', () => {
  /** As docs/redis.md lists them. */
  const rules = [
    'resetkeys',
    `~${prefix}:*`,
    'resetchannels',
    `&${prefix}:*`,
    '-@all +@read +@write +@pubsub +@transaction +@connection -@dangerous',
    '+eval +evalsha +info +time +client|list +config|get',
  ].join(' ')

  it('does everything that the queues and stores need', async () => {
    await using server = await startRedis({
      tls: true,
      user: { name: 'tagboat', password: 'p@ss/word', rules },
      settings: { appendonly: 'yes' },
    })
    await using folder = await temporaryFolder('ca')
    const file = join(folder.path, 'ca.crt')
    await writeFile(file, server.ca ?? '')
    const log = listeningLog()
    await using redis = await open(`${server.url}?ca=${file}`, log)
    await redis.ready(signal)
    expect((await redis.check(signal)).filter(({ ok }) => !ok)).toEqual([])
    await useStores(redis)
    await useQueue(redis)
    expect(await server.command('acl', 'log')).toBe('')
    await expect(redis.store.set('elsewhere', 1)).rejects.toThrow('NOPERM')
    await expect(redis.store.keys('*')).rejects.toThrow('NOPERM')
    await expect(redis.store.flushall()).rejects.toThrow('NOPERM')
    expect(log.everything.join('\n')).not.toContain('p@ss')
  })
})

describe('a cluster', () => {
  it('keeps what is ours together by the braces of the prefix', async () => {
    await using server = await startRedis({
      settings: { 'cluster-enabled': 'yes', 'cluster-announce-ip': '127.0.0.1', appendonly: 'yes' },
    })
    await server.command('cluster', 'addslotsrange', '0', '16383')
    await until(async () => (await server.command('cluster', 'info')).includes('cluster_state:ok'))
    await using redis = await open(`redis+cluster://127.0.0.1:${server.port}`)
    await redis.ready(signal)
    expect((await redis.check(signal)).filter(({ ok }) => !ok)).toEqual([])
    await useStores(redis)
    await useQueue(redis)
    await server.kill()
    await until(() => !redis.isUp())
    await expect(redis.publish('news', '')).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' })
    await server.start()
    await redis.ready(signal)
    await useStores(redis)
  })
})

describe('Sentinel', () => {
  it('leads to the new primary when the old one dies', async () => {
    const group = 'main'
    await using primary = await startRedis()
    await using replica = await startRedis({ settings: { replicaof: `127.0.0.1 ${primary.port}` } })
    await until(async () => (await replica.command('info', 'replication')).includes('master_link_status:up'))
    await using sentinel = await startSentinel(group, primary.port)
    await until(async () => knowsReplica(primary))
    await using redis = await open(`redis+sentinel://${sentinel.host}/${group}`)
    await redis.ready(signal)
    await useStores(redis)
    await until(async () => (await replica.command('dbsize')) !== '0')
    const scans = openRedisScanStore(redis, { clock, log: listeningLog() })
    await primary.kill()
    await until(async () => (await replica.command('info', 'replication')).includes('role:master'))
    await until(async () => {
      await scans.save('k', scanOf(['after']), signal)
      return (await scans.load('k', signal)) !== undefined
    })
    expect(await replica.command('exists', ...(await replica.command('keys', '*:tags:*')).split('\n'))).toBe('1')
    await useQueue(redis)
    await primary.start()
  })
})

/** Does the primary have its replica in sync, so that a Sentinel may choose it? */
async function knowsReplica(primary: RedisService): Promise<boolean> {
  return (await primary.command('info', 'replication')).includes('state=online')
}
