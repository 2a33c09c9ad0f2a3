import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openRedis, type Redis } from '#io/store/redis/open.ts'
import { freePort } from '../../../services/ports.ts'
import { startRedis } from '../../../services/redis.ts'
import { temporaryFolder } from '../../../services/temporary-folder.ts'
import { clock, listeningLog, signal, startScene, until, type Scene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
})
afterEach(async () => scene[Symbol.asyncDispose]())

const unavailable = { code: 'QUEUE_UNAVAILABLE' }

describe('a server that is killed', () => {
  it('fails what is asked at once, and is there again after its start', async () => {
    const { redis, server, log } = scene
    const changes: boolean[] = []
    const forget = redis.onChange((up) => void changes.push(up))
    const producer = redis.connection('producer')
    const worker = redis.connection('worker')
    await until(() => producer.status === 'ready' && worker.status === 'ready')
    await server.kill()
    await until(() => !redis.isUp())
    await expect(redis.publish('news', 'lost')).rejects.toMatchObject(unavailable)
    await expect(producer.set('k', 1)).rejects.toThrow('enableOfflineQueue')
    expect(redis.downSinceMs()).toBeGreaterThanOrEqual(0)
    const patient = worker.set('k', 'patient')
    await expect(redis.ready(AbortSignal.timeout(50))).rejects.toMatchObject({ code: 'CANCELLED' })
    await server.start()
    await redis.ready(signal)
    expect(redis.downSinceMs()).toBeUndefined()
    expect(await patient).toBe('OK')
    await until(() => producer.status === 'ready')
    expect(await producer.get('k')).toBe('patient')
    expect(changes).toEqual([false, true])
    expect(log.warnings).toEqual([expect.stringMatching(/^unix:.*redis\.sock: .*; trying again until it is there$/)])
    expect(log.infos).toEqual([expect.stringContaining('connected again')])
    forget()
    await server.kill()
    await until(() => !redis.isUp())
    expect(changes).toHaveLength(2)
  })
})

describe('a server that stands still', () => {
  it('is found out by its silence, and noticed when it goes on', async () => {
    const { redis, server } = scene
    server.freeze(true)
    try {
      await until(() => !redis.isUp())
      await expect(redis.publish('news', 'lost')).rejects.toMatchObject(unavailable)
      expect(await redis.check(signal)).toEqual([
        {
          ok: false,
          fatal: false,
          message: expect.stringMatching('no answer in time|not connected'),
          hint: expect.any(String),
        },
      ])
    } finally {
      server.freeze(false)
    }
    await until(() => redis.isUp())
    await redis.publish('news', 'heard')
  })
})

describe('a server that is not there yet', () => {
  it('is waited for', async () => {
    await using early = await openRedis({
      url: `redis://127.0.0.1:${await freePort()}`,
      prefix: 'p',
      environment: {},
      clock,
      log: listeningLog(),
    })
    expect(early.isUp()).toBe(false)
    await expect(early.ready(AbortSignal.timeout(200))).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(early.ready(AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(early.publish('news', '')).rejects.toMatchObject(unavailable)
    const problem = { ok: false, fatal: false, message: expect.stringContaining('ECONNREFUSED') }
    expect(await early.check(signal)).toMatchObject([problem])
  })
})

describe('a cluster that is not there', () => {
  it('is told why it is not', async () => {
    const log = listeningLog()
    const url = `redis+cluster://127.0.0.1:${await freePort()}`
    await using redis = await openRedis({ url, prefix: 'p', environment: {}, clock, log })
    await until(() => log.warnings.length > 0)
    expect(log.warnings).toEqual([`${url}: no member of the cluster can be reached; trying again until it is there`])
    expect(redis.isUp()).toBe(false)
  })
})

describe('a login that is refused', () => {
  it('is said without the password, and tried again until it is let in', async () => {
    const password = 'correct horse/battery@staple'
    const rules = '~* &* +@all'
    await using server = await startRedis({ user: { name: 'tagboat', password: 'another one', rules } })
    const log = listeningLog()
    const url = `redis://tagboat:${encodeURIComponent(password)}@127.0.0.1:${server.port}`
    await using redis = await openRedis({ url, prefix: 'p', environment: {}, clock, log })
    await until(() => log.warnings.length > 0)
    expect(log.warnings).toEqual([expect.stringContaining('WRONGPASS')])
    const problem = { ok: false, message: expect.stringContaining('WRONGPASS') }
    await expect(redis.check(signal)).resolves.toMatchObject([problem])
    await server.command('acl', 'setuser', 'tagboat', `>${password}`)
    await redis.ready(signal)
    expect(log.everything.join('\n')).not.toMatch(/correct|battery|staple/)
  })
})

describe('channels', () => {
  it('reach every replica of the same prefix, and nobody else', async () => {
    const { redis } = scene
    const [other, stranger] = [await scene.join(), await scene.join({ prefix: 'stranger' })]
    const heard: string[] = []
    const listen = async (name: string, where: Redis) =>
      where.subscribe('news', (text) => heard.push(`${name} ${text}`))
    const leave = await listen('own', redis)
    await listen('own too', redis)
    await listen('other', other)
    await listen('stranger', stranger)
    await redis.publish('news', '1')
    await redis.publish('olds', '-')
    await until(() => heard.length >= 3)
    leave()
    await other.publish('news', '2')
    await until(() => heard.length >= 5)
    expect(heard.toSorted()).toEqual(['other 1', 'other 2', 'own 1', 'own too 1', 'own too 2'])
  })

  it('are listened to again after the connection was lost', async () => {
    const { redis, server } = scene
    const heard: string[] = []
    await redis.subscribe('news', (text) => heard.push(text))
    await server.kill()
    const late: string[] = []
    await redis.subscribe('late', (text) => late.push(text))
    await server.start()
    await redis.ready(signal)
    await until(async () => {
      await redis.publish('news', 'again')
      await redis.publish('late', 'again')
      return heard.length > 0 && late.length > 0
    })
    expect([heard[0], late[0]]).toEqual(['again', 'again'])
  })
})

describe('what cannot be opened', () => {
  it.each([
    ['redis://cache:port', 'the address of Redis (REDIS_URL or --redis): expected host:port'],
    ['rediss://cache?ca=/no/such/file', 'the TLS file /no/such/file of Redis cannot be read: ENOENT'],
  ])('%s', async (url, message) => {
    const opening = openRedis({ url, prefix: 'p', environment: {}, clock, log: listeningLog() })
    await expect(opening).rejects.toMatchObject({ code: 'USAGE_INVALID', message: expect.stringContaining(message) })
  })
})

it('trusts nobody but the given authority', async () => {
  await using server = await startRedis({ tls: true })
  await using folder = await temporaryFolder('ca')
  const file = join(folder.path, 'ca.crt')
  await writeFile(file, server.ca ?? '')
  const log = listeningLog()
  const open = async (url: string, environment: Readonly<Record<string, string>>) =>
    openRedis({ url, prefix: 'p', environment, clock, log })
  await using byUrl = await open(`${server.url}?ca=${file}`, {})
  await using byEnvironment = await open(server.url, { REDIS_CA_FILE: file })
  await Promise.all([byUrl.ready(signal), byEnvironment.ready(signal)])
  expect(log.warnings).toEqual([])
  await using strict = await open(server.url, {})
  await until(() => log.warnings.length > 0)
  expect(log.warnings[0]).toMatch(/certificate/)
  expect(strict.isUp()).toBe(false)
})
