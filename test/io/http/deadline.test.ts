import { expect, it } from 'vitest'
import { orAborted, startDeadline } from '#io/http/deadline.ts'

const never = new Promise<string>(() => undefined)

it('ends with a TimeoutError when the time is over', async () => {
  const deadline = startDeadline(new AbortController().signal, 1)
  await expect(orAborted(never, deadline.signal, () => undefined)).rejects.toMatchObject({ name: 'TimeoutError' })
})

it('ends with the reason of the caller, also if that was aborted before', async () => {
  const caller = new AbortController()
  const before = startDeadline(caller.signal, 60_000)
  caller.abort(new Error('stopped'))
  const after = startDeadline(caller.signal, 60_000)
  for (const { signal, clear } of [before, after]) {
    expect(signal.reason).toMatchObject({ message: 'stopped' })
    clear()
  }
})

it('does nothing any more once cleared', () => {
  const caller = new AbortController()
  const deadline = startDeadline(caller.signal, 60_000)
  deadline.clear()
  caller.abort()
  expect(deadline.signal.aborted).toBe(false)
})

it('hands a result that comes too late to whoever must let it go', async () => {
  const caller = new AbortController()
  const work = Promise.withResolvers<string>()
  const dropped = Promise.withResolvers<string>()
  const result = orAborted(work.promise, caller.signal, dropped.resolve)
  caller.abort(new Error('stopped'))
  await expect(result).rejects.toThrow('stopped')
  work.resolve('late')
  expect(await dropped.promise).toBe('late')
})

it('gives the result, or the error of the work itself', async () => {
  const { signal } = new AbortController()
  expect(await orAborted(Promise.resolve('done'), signal, () => undefined)).toBe('done')
  await expect(orAborted(Promise.reject(new Error('broken')), signal, () => undefined)).rejects.toThrow('broken')
})
