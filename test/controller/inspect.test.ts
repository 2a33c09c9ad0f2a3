import { describe, expect, it } from 'vitest'
import type { Flags } from '#core/flags.ts'
import { openQueueInspector } from '#controller/inspect.ts'
import { key, neverAborted, prefix, until, useScene } from './queue/scene.ts'

const scene = useScene()
const nowhere = { env: {} }

describe('the inspector of tagboat queue', () => {
  it.each([
    ['named by --redis', (url: string) => ({ flags: { redis: url } as Flags, env: {} })],
    ['named by REDIS_URL', (url: string) => ({ flags: {}, env: { REDIS_URL: url } })],
    ['of an installation', (url: string) => ({ flags: { redis: url, installation: '6f1c2f0e' }, env: {} })],
  ])('looks into the Redis %s', async (_, given) => {
    const { flags, env } = given(scene().server.url)
    await scene().queues.add(key('web'))
    await using inspector = await openQueueInspector(flags, { env })
    expect((await inspector.list({ limit: 5 }, neverAborted)).map(({ id }) => id)).toEqual(['scan/1'])
    expect((await inspector.show('scan/1', neverAborted)).object).toEqual(key('web'))
    await inspector.pause('scan', true, neverAborted)
    expect((await inspector.stats(neverAborted))[0]).toMatchObject({ queue: 'scan', paused: true })
    await inspector.remove('scan/1', neverAborted)
    await expect(inspector.retry('scan/1', neverAborted)).rejects.toMatchObject({ code: 'QUEUE_JOB_MISSING' })
  })

  it('asks which Redis, or which installation, is meant', async () => {
    await expect(openQueueInspector({}, nowhere)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
    await scene().queues.add(key('web'))
    await scene().server.command('hset', '{tagboat:other}:scan:meta', 'a', 'b')
    await using inspector = await openQueueInspector({ redis: scene().server.url }, nowhere)
    const [, address = ''] = scene().server.url.split('//')
    await expect(inspector.stats(neverAborted)).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      message: `redis://${address} holds the queues of 2 installations: 6f1c2f0e, other`,
      hint: 'choose one with --installation NAME',
    })
  })

  it('says that there is no such installation, and which there are', async () => {
    await scene().queues.add(key('web'))
    await using inspector = await openQueueInspector({ redis: scene().server.url, installation: 'typo' }, nowhere)
    await expect(inspector.pause('scan', true, neverAborted)).rejects.toMatchObject({
      code: 'QUEUE_MISSING',
      message: expect.stringContaining('holds no queues of an installation "typo"') as string,
      hint: 'those that are there: 6f1c2f0e',
    })
    expect(await scene().server.command('keys', '{tagboat:typo}*')).toBe('')
  })

  it('says that a Redis holds no queues', async () => {
    await using inspector = await openQueueInspector({ redis: scene().server.url }, nowhere)
    await expect(inspector.list({ limit: 5 }, neverAborted)).rejects.toMatchObject({ code: 'QUEUE_MISSING' })
    expect(await scene().server.command('keys', `${prefix}*`)).toBe('')
  })

  it('says why Redis is not reachable, and shows no password', async () => {
    await using inspector = await openQueueInspector({ redis: 'redis://me:hunter22@127.0.0.1:1' }, nowhere)
    await expect(inspector.stats(neverAborted)).rejects.toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
      message: 'redis://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1',
    })
  })

  it('gives up when it is told to', async () => {
    scene().server.freeze(true)
    await using inspector = await openQueueInspector({ redis: scene().server.url }, nowhere)
    const stop = new AbortController()
    const asked = inspector.stats(stop.signal)
    stop.abort()
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' })
    scene().server.freeze(false)
    await until(async () => (await scene().server.command('ping')) === 'PONG')
  })
})
