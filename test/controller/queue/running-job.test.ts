import { describe, expect, it } from 'vitest'
import { done, gated, key, neverAborted, prefix, rawQueue, until, useScene } from './scene.ts'

const scene = useScene()

/** Does a job hold its lock after something was done to Redis? */
async function holdsAfter(spoil: () => Promise<unknown>): Promise<boolean> {
  const { gate, started } = gated()
  const answer = Promise.withResolvers<boolean>()
  scene().work(async (job) => {
    started.push(job.key.name)
    await gate.promise
    answer.resolve(await job.holdsLock(neverAborted))
    return done(job.key)
  })
  await scene().queues.add(key('web'))
  await until(() => started.length > 0)
  await spoil()
  gate.resolve()
  return await answer.promise
}

describe('what a job says', () => {
  it('is kept with it, within bounds and without secrets', async () => {
    scene().work(
      async (job) => {
        await job.explain([])
        await job.explain(['the token is hunter22', `long ${'x'.repeat(10_000)}`])
        await job.explain(Array.from({ length: 150 }, (_, index) => `line ${index}`))
        return done(job.key)
      },
      { redact: (text) => text.replace('hunter22', '***') },
    )
    await scene().queues.add(key('web'))
    await until(() => scene().results.length === 1)
    const { logs } = await rawQueue(scene(), 'scan').getJobLogs('1')
    const [first = '', second = ''] = logs
    expect(logs).toHaveLength(2)
    expect(first.startsWith('the token is ***\nlong xxx')).toBe(true)
    expect(first.length).toBeLessThanOrEqual(8192 + 20)
    expect(second.split('\n').slice(-2)).toEqual(['line 99', '… and 50 lines more'])
  })

  it('is lost without harm while Redis is away', async () => {
    const { gate, started } = gated()
    scene().work(async (job) => {
      started.push(job.key.name)
      await gate.promise
      await job.explain(['nobody hears this'])
      return done(job.key)
    })
    await scene().queues.add(key('web'))
    await until(() => started.length === 1)
    await scene().server.kill()
    gate.resolve()
    await until(() => scene().results.length === 1)
    await scene().server.start()
    expect(scene().results).toEqual([done(key('web'))])
  })
})

describe('the lock of a job', () => {
  const spoilings: readonly (readonly [what: string, isHeld: boolean, spoil: () => Promise<unknown>])[] = [
    ['is held while it runs', true, async () => undefined],
    ['is lost with the job', false, async () => scene().server.command('flushall')],
    ['is lost to another', false, async () => scene().server.command('set', `${prefix}:scan:1:lock`, 'other')],
  ]
  it.each(spoilings)('%s', async (_, isHeld, spoil) => {
    expect(await holdsAfter(spoil)).toBe(isHeld)
  })

  it('is in doubt while Redis stands still', async () => {
    const isHeld = await holdsAfter(async () => scene().server.freeze(true))
    scene().server.freeze(false)
    expect(isHeld).toBe(false)
  })

  it('is in doubt while Redis is away', async () => {
    const isHeld = await holdsAfter(async () => scene().server.kill())
    await scene().server.start()
    expect(isHeld).toBe(false)
  })
})
