import { describe, expect, it } from 'vitest'
import { startReplica } from './replica.ts'
import { done, hasEnded, key, neverAborted, rawQueue, until, useScene } from './scene.ts'

const scene = useScene()

describe('processes that die or stand still', () => {
  const quick = { lockMs: 1000 }

  it('F46 the job of a killed process runs again elsewhere', async () => {
    await using replica = await startReplica(scene().server)
    await scene().queues.add(key('web'))
    await replica.tells('started web')
    replica.signal('SIGKILL')
    scene().work(async (job) => done(job.key), quick)
    await until(() => hasEnded(scene(), 'web'))
    expect(scene().log.lines).toContain('warn job scan/1 was left by a process that died or stood still; it runs again')
    const [job] = await rawQueue(scene(), 'scan').getCompleted()
    expect(job?.attemptsStarted).toBe(2)
  })

  it('F8 a job that kills its worker twice is given up, others go on, and the next trigger tries it again', async () => {
    await scene().queues.addAll([key('deadly')])
    for (let turn = 0; turn < 2; turn += 1) {
      await using replica = await startReplica(scene().server)
      await replica.tells('started deadly')
      replica.signal('SIGKILL')
    }
    const ran: string[] = []
    scene().work(async (job) => {
      ran.push(job.key.name)
      return done(job.key)
    }, quick)
    await scene().queues.add(key('other'))
    await until(() => hasEnded(scene(), 'other') && hasEnded(scene(), 'deadly'))
    expect(ran).toEqual(['other'])
    const message = 'two processes in a row died or stood still while they worked on ImageRepository apps/deadly'
    expect(scene().results.find((result) => result.key.name === 'deadly')).toEqual({
      key: key('deadly'),
      gone: false,
      afterMs: 900_000,
      error: { code: 'QUEUE_JOB_LOST', message },
    })
    expect(scene().log.lines).toContain(`error ${message}`)
    await scene().queues.add(key('deadly'))
    await until(() => ran.includes('deadly'))
  })

  it('F7 a process that stood still past its lock is told to stop and may not finish', async () => {
    await using replica = await startReplica(scene().server)
    await scene().queues.add(key('web'))
    await replica.tells('started web')
    replica.signal('SIGSTOP')
    scene().work(async (job) => done(job.key), quick)
    await until(() => hasEnded(scene(), 'web'))
    replica.signal('SIGCONT')
    await replica.tells('told to stop web')
    await replica.tells('holds web false')
    await replica.tells('ended web CANCELLED')
    const [scan] = await scene().queues.stats(neverAborted)
    expect(scan?.counts).toEqual({ waiting: 0, active: 0, failed: 0, completed: 1 })
  })
})
