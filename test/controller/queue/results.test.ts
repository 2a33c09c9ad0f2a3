import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { JobResult } from '#controller/job.ts'
import { openResults } from '#controller/queue/results.ts'
import { connect, key, memoryLog, until, useScene } from './scene.ts'

const scene = useScene()

describe('results of jobs', () => {
  it.each<JobResult>([
    { key: key('web'), gone: false, afterMs: 300_000 },
    { key: key('web'), gone: false, afterMs: undefined },
    { key: key('web'), gone: true, afterMs: undefined },
    { key: key('web'), gone: false, afterMs: 750, error: { code: 'INTERNAL', message: 'boom' } },
  ])('reach the other replicas, and not the one they are from: %j', async (result) => {
    await using other = await connect(scene().server)
    const heard = { here: [] as JobResult[], there: [] as JobResult[] }
    const here = openResults({ redis: scene().redis, identity: 'a', log: memoryLog() })
    const there = openResults({ redis: other, identity: 'b', log: memoryLog() })
    const leave = await here.subscribe((told) => heard.here.push(told))
    await there.subscribe((told) => heard.there.push(told))
    await here.publish(result)
    await until(() => heard.there.length === 1)
    expect(heard).toEqual({ here: [], there: [result] })
    leave()
  })

  it.each([
    ['no JSON', 'boo'],
    ['of another version', JSON.stringify({ v: 2, from: 'b', key: { v: 1, ...key('web') }, gone: false })],
    ['about nothing', JSON.stringify({ v: 1, from: 'b', gone: false })],
    ['due in the past', JSON.stringify({ v: 1, from: 'b', key: { v: 1, ...key('web') }, gone: false, afterMs: -1 })],
  ])('are passed over when they are %s', async (_, text) => {
    const log = memoryLog()
    const heard: JobResult[] = []
    const leave = await openResults({ redis: scene().redis, identity: 'a', log }).subscribe((told) => heard.push(told))
    await scene().redis.publish('results', text)
    await until(() => log.lines.length > 0)
    expect([heard, log.lines]).toEqual([[], ['debug a result of a job was written by another version and passed over']])
    leave()
  })

  it('are lost without harm while Redis is away', async () => {
    const log = memoryLog()
    await scene().server.kill()
    await wait(100)
    const results = openResults({ redis: scene().redis, identity: 'a', log })
    await results.publish({ key: key('web'), gone: false, afterMs: undefined })
    await scene().server.start()
    expect(log.lines).toEqual(['debug the result of a job could not be told to the other replicas'])
  })
})
