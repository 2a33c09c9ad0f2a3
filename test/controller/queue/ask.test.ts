import { describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import { ask } from '#controller/queue/ask.ts'

const never = new Promise<never>(() => {})

describe('a question to Redis', () => {
  it('is answered', async () => {
    expect(await ask(async () => 17)).toBe(17)
  })

  it('fails when there is no answer within two seconds', async () => {
    await expect(ask(async () => never)).rejects.toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
      message: 'redis did not answer within 2 s',
    })
  })

  it('is given up when the asker is', async () => {
    const stop = new AbortController()
    const answer = ask(async () => never, stop.signal)
    stop.abort()
    await expect(answer).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(ask(async () => 17, stop.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it.each([
    ["Stream isn't writeable and enableOfflineQueue options is false", 'redis is not reachable'],
    ['Connection is closed.', 'redis is not reachable'],
    ['connect ECONNREFUSED 127.0.0.1:6379', 'redis is not reachable'],
    ['Command timed out', 'redis did not answer within 2 s'],
    ['NOPERM this user has no permissions', 'redis refused: NOPERM this user has no permissions'],
    ['OOM command not allowed. script: 5ab4, on @user_script:589.', 'redis refused: OOM command not allowed'],
    ['WRONGTYPE\nfor\u001b[31m you', 'redis refused: WRONGTYPE\\x0afor\\x1b[31m you'],
  ])('tells why: %s', async (cause, message) => {
    const asked = ask(async () => Promise.reject(new Error(cause)))
    await expect(asked).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE', message })
  })

  it('passes on an error that is fit for a user', async () => {
    const error = new AppError('QUEUE_JOB_MISSING', 'there is no job scan/1')
    await expect(ask(async () => Promise.reject(error))).rejects.toBe(error)
  })
})
