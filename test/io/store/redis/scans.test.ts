import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ScanStore } from '#flow/ports.ts'
import { openRedisScanStore } from '#io/store/redis/scans.ts'
import { scanOf } from '../../../conformance/scan-store.suite.ts'
import { clock, listeningLog, signal, startScene, until, type Scene, type Told } from './scene.ts'

let scene: Scene
let log: Told
let store: ScanStore
let other: ScanStore

beforeAll(async () => {
  scene = await startScene()
})
afterAll(async () => scene[Symbol.asyncDispose]())
beforeEach(async () => {
  log = listeningLog()
  await scene.server.command('flushall')
  await scene.server.command('config', 'set', 'maxmemory', '0')
  await scene.redis.ready(signal)
  store = openRedisScanStore(scene.redis, { clock, log })
  other = openRedisScanStore(await scene.join(), { clock, log })
})

const first = scanOf(['v1'])
const second = scanOf(['v2', 'v1'], { scannedAt: 2_000 })

describe('a copy', () => {
  it('gives the same value without reading the list again', async () => {
    await other.save('k', first, signal)
    const loaded = await store.load('k', signal)
    expect(loaded).toEqual(first)
    expect(await store.load('k', signal)).toBe(loaded)
  })

  it('hides no newer list of another replica', async () => {
    await store.save('k', first, signal)
    await store.load('k', signal)
    await other.save('k', second, signal)
    expect(await store.load('k', signal)).toEqual(second)
  })

  it('outlives no list that was flushed', async () => {
    await store.save('k', first, signal)
    await scene.server.command('flushall')
    expect(await store.load('k', signal)).toBeUndefined()
    await other.save('k', second, signal)
    expect(await store.load('k', signal)).toEqual(second)
  })
})

it('keeps nothing for ever', async () => {
  await store.save('k', first, signal)
  await store.announce('o', 5, signal)
  await store.alone('k', async () => undefined, signal)
  const keys = (await scene.server.command('keys', '*')).split('\n')
  expect(keys).toHaveLength(2)
  for (const key of keys) {
    expect(key.startsWith(`${scene.redis.prefix}:`)).toBe(true)
    expect(Number(await scene.server.command('ttl', key))).toBeGreaterThan(3000)
  }
})

it('takes a value that nobody of us has written for none, and writes over it', async () => {
  await store.save('k', first, signal)
  const key = await scene.server.command('keys', '*')
  await scene.server.command('hset', key, 'mark', 'another', 'value', 'rubbish')
  expect(await store.load('k', signal)).toBeUndefined()
  await store.save('k', second, signal)
  expect(await other.load('k', signal)).toEqual(second)
  await scene.server.command('set', key, 'no hash at all')
  expect(await store.load('k', signal)).toBeUndefined()
  expect(log.warnings).toHaveLength(1)
})

/** Everything that a scan asks of its store. */
async function useAll(used: ScanStore): Promise<string> {
  return used.alone(
    'k',
    async () => {
      await used.announce('o', 5, signal)
      const known = [await used.load('k', signal), await used.announcedAt('o', signal)]
      await used.save('k', second, signal)
      return `went on with ${known.filter((one) => one !== undefined).length} hints`
    },
    signal,
  )
}

describe('hints are lost, and said to be once, while Redis', () => {
  it('is gone', async () => {
    await store.save('k', first, signal)
    await scene.server.kill()
    expect(await useAll(store)).toBe('went on with 0 hints')
    expect(await useAll(store)).toBe('went on with 0 hints')
    expect(log.warnings).toEqual([expect.stringContaining('not connected; lists of tags are not shared meanwhile')])
    await scene.server.start()
    await scene.redis.ready(signal)
    await store.save('k', first, signal)
    expect(await store.load('k', signal)).toEqual(first)
  })

  it('stands still', async () => {
    await store.save('k', first, signal)
    scene.server.freeze(true)
    try {
      expect(await useAll(store)).toBe('went on with 0 hints')
      expect(log.warnings).toHaveLength(1)
    } finally {
      scene.server.freeze(false)
    }
    await until(() => scene.redis.isUp())
    await store.save('k', first, signal)
    expect(await store.load('k', signal)).toEqual(first)
  })

  it('is full', async () => {
    await store.save('k', first, signal)
    await scene.server.command('config', 'set', 'maxmemory', '1')
    expect(await useAll(store)).toBe('went on with 1 hints')
    expect(log.warnings[0]).toContain("OOM command not allowed when used memory > 'maxmemory'")
    expect(await store.load('k', signal)).toEqual(first)
  })
})

describe('work alone', () => {
  it('is alone among replicas', async () => {
    const order: string[] = []
    const gate = Promise.withResolvers<void>()
    const started = Promise.withResolvers<void>()
    const here = store.alone(
      'k',
      async () => {
        started.resolve()
        await gate.promise
        order.push('here')
      },
      signal,
    )
    await started.promise
    const there = other.alone('k', async () => order.push('there'), signal)
    await other.alone('another', async () => order.push('another'), signal)
    gate.resolve()
    await Promise.all([here, there])
    expect(order).toEqual(['another', 'here', 'there'])
  })

  it('can be given up while another replica works', async () => {
    const gate = Promise.withResolvers<void>()
    const started = Promise.withResolvers<void>()
    const here = store.alone(
      'k',
      async () => {
        started.resolve()
        await gate.promise
      },
      signal,
    )
    await started.promise
    await expect(other.alone('k', async () => 1, AbortSignal.timeout(100))).rejects.toMatchObject({ code: 'CANCELLED' })
    gate.resolve()
    await here
    expect(await other.alone('k', async () => 2, signal)).toBe(2)
  })
})
