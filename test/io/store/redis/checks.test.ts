import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { openRedis, type RedisCheck } from '#io/store/redis/open.ts'
import { startRedis, type RedisOptions } from '../../../services/redis.ts'
import { clock, listeningLog, signal, startScene } from './scene.ts'

async function checksOf(options: RedisOptions): Promise<readonly RedisCheck[]> {
  await using scene = await startScene(options)
  return await scene.redis.check(signal)
}

const problems = (checks: readonly RedisCheck[]): readonly RedisCheck[] => checks.filter(({ ok }) => !ok)

it('passes a server as it should be', async () => {
  const checks = await checksOf({ settings: { appendonly: 'yes' } })
  expect(problems(checks)).toEqual([])
  expect(checks.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^unix:.*: Redis [78][0-9.]* answers$/),
    'its version is 6.2 or later',
    'it takes writes',
    'its maxmemory-policy is noeviction',
    'its memory is not limited',
    'it keeps its content on disk (appendonly)',
    'its clock agrees with ours',
    'its user may use every command that is needed',
  ])
})

describe('finds that', () => {
  it.each<[string, RedisOptions, Partial<RedisCheck>]>([
    [
      'it evicts',
      { settings: { appendonly: 'yes', maxmemory: '100mb', 'maxmemory-policy': 'allkeys-lru' } },
      { fatal: true, message: 'its maxmemory-policy is allkeys-lru: when memory is short, jobs would vanish' },
    ],
    [
      'it is full',
      { settings: { appendonly: 'yes', maxmemory: '1' } },
      {
        fatal: false,
        message: expect.stringMatching(/% of its maxmemory is in use: when it is full, no job can be added$/),
      },
    ],
    [
      'it is a replica',
      { settings: { appendonly: 'yes', replicaof: '127.0.0.1 1' } },
      { fatal: false, message: 'it is a replica, which takes no writes' },
    ],
    ['it keeps nothing on disk', {}, { fatal: false, message: 'it keeps nothing on disk' }],
  ])('%s', async (_, options, problem) => {
    expect(problems(await checksOf(options))).toEqual([{ ok: false, hint: expect.any(String), ...problem }])
  })

  it.each([
    [5000, 'its clock is 5.0 s behind ours'],
    [-3000, 'its clock is 3.0 s ahead of ours'],
  ])('its clock and ours are %d ms apart', async (skewMs, message) => {
    await using scene = await startScene({ settings: { appendonly: 'yes' } })
    const other = { ...clock, now: () => clock.now() + skewMs }
    const options = { url: `unix://${scene.server.socket}`, prefix: 'p', environment: {}, log: listeningLog() }
    await using redis = await openRedis({ ...options, clock: other })
    await redis.ready(signal)
    expect(problems(await redis.check(signal))).toMatchObject([{ fatal: false, message }])
  })

  it('the user may not do what is needed', async () => {
    const password = 'a-password'
    const rules = '~* &* +@all -xadd -bzpopmin -config'
    await using server = await startRedis({ user: { name: 'tagboat', password, rules } })
    const options = { url: server.url, prefix: 'p', environment: {}, clock, log: listeningLog() }
    await using redis = await openRedis(options)
    await redis.ready(signal)
    expect(problems(await redis.check(signal))).toEqual([
      {
        ok: false,
        fatal: false,
        message: expect.stringMatching(/^whether it keeps anything on disk is not to be seen: NOPERM/),
        hint: expect.any(String),
      },
      {
        ok: false,
        fatal: true,
        message: 'its user may not use bzpopmin, xadd',
        hint: expect.stringContaining('docs/redis.md'),
      },
    ])
  })

  it('the server is too old', async () => {
    await using server = await startRedis({ settings: { appendonly: 'yes' } })
    await using old = await startAging(server.socket)
    const options = { url: `redis://127.0.0.1:${old.port}`, prefix: 'p', environment: {}, clock, log: listeningLog() }
    await using redis = await openRedis(options)
    await redis.ready(signal)
    expect(problems(await redis.check(signal))).toMatchObject([
      { fatal: true, message: expect.stringMatching(/^Redis 6\.1\.[0-9.]+ is older than 6\.2$/) },
    ])
  })
})

it('ends when it is given up', async () => {
  await using scene = await startScene()
  await expect(scene.redis.check(AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
})

/** A way to a Redis by which it seems to be of version 6.1; as long a text, so that nothing else changes. */
async function startAging(socket: string): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer((client) => {
    const real = createConnection(socket)
    client.on('error', () => real.destroy()).on('close', () => real.destroy())
    real.on('error', () => client.destroy())
    client.pipe(real)
    real.on('data', (chunk: Buffer) => {
      client.write(Buffer.from(chunk.toString('latin1').replace(/redis_version:\d\.\d/, 'redis_version:6.1'), 'latin1'))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, [Symbol.asyncDispose]: async () => void server.close() }
}
