import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import { MemoryScanStore } from '#io/store/memory.ts'
import { openRedisScanStore } from '#io/store/redis/scans.ts'
import { clock, startScene, type Scene } from '../io/store/redis/scene.ts'
import { scanStoreSuite } from './scan-store.suite.ts'

const started: { scene?: Scene } = {}
beforeAll(async () => {
  started.scene = await startScene()
})
afterAll(async () => started.scene?.[Symbol.asyncDispose]())

async function emptyRedisStore(isCopying: boolean) {
  const { scene } = started
  if (scene === undefined) throw new Error('the scene has not been started')
  const prefix = `{tagboat:${randomUUID()}}`
  const [one, two] = await Promise.all([scene.join({ prefix }), scene.join({ prefix })])
  const first = openRedisScanStore(one, { clock, log: scene.log })
  if (isCopying) return first
  const second = openRedisScanStore(two, { clock, log: scene.log })
  return { ...delegate(first), load: second.load.bind(second), announcedAt: second.announcedAt.bind(second) }
}

function delegate(store: MemoryScanStore | ReturnType<typeof openRedisScanStore>) {
  return { save: store.save.bind(store), announce: store.announce.bind(store), alone: store.alone.bind(store) }
}

scanStoreSuite('the memory of a process', async () => new MemoryScanStore())
scanStoreSuite('Redis', async () => emptyRedisStore(true))
scanStoreSuite('Redis, read by another replica,', async () => emptyRedisStore(false))
