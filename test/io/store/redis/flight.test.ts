import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Clock } from '#flow/ports.ts'
import { inFlight } from '#io/store/redis/flight.ts'
import { clock, signal, startScene, until, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await startScene()
})
afterAll(async () => scene[Symbol.asyncDispose]())

/** A clock on which hours pass in no time, but not in none. */
const hasty: Clock = { ...clock, sleep: async (ms, stop) => clock.sleep(ms > 1000 ? 20 : ms, stop) }

it('keeps its key while it works, takes it again after a flush, and gives it back', async () => {
  const { redis, server } = scene
  const gate = Promise.withResolvers<void>()
  const work = inFlight('k', async () => gate.promise, { redis, clock: hasty, signal })
  const holder = async () => server.command('get', 'k')
  await until(async () => (await holder()) !== '')
  const token = await holder()
  await server.command('pexpire', 'k', '1000')
  await until(async () => Number(await server.command('pttl', 'k')) > 10_000)
  await server.command('flushall')
  await until(async () => (await holder()) === token)
  gate.resolve()
  await work
  expect(await holder()).toBe('')
})

it('takes nothing from another that has it by now', async () => {
  const { redis, server } = scene
  const gate = Promise.withResolvers<void>()
  const work = inFlight('k', async () => gate.promise, { redis, clock: hasty, signal })
  await until(async () => (await server.command('get', 'k')) !== '')
  await server.command('set', 'k', 'another')
  await clock.sleep(100, signal)
  gate.resolve()
  await work
  expect(await server.command('get', 'k')).toBe('another')
  expect(await server.command('ttl', 'k')).toBe('-1')
  await server.command('del', 'k')
})

it('comes to the key of one that has died', async () => {
  const { redis, server } = scene
  await server.command('set', 'k', 'of a dead one', 'px', '300')
  expect(await inFlight('k', async () => 'mine', { redis, clock, signal })).toBe('mine')
})
