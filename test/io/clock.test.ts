import { describe, expect, it } from 'vitest'
import { isAppError } from '#core/error.ts'
import { systemClock } from '#io/clock.ts'

const never = new AbortController().signal

describe('systemClock', () => {
  it('tells the time of day and a time that does not go back', () => {
    const [before, now, after] = [Date.now(), systemClock.now(), Date.now()]
    expect(before <= now && now <= after).toBe(true)
    const first = systemClock.monotonic()
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(first)
  })

  it('gives numbers from 0 to below 1', () => {
    const numbers = Array.from({ length: 100 }, () => systemClock.random())
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true)
    expect(new Set(numbers).size).toBeGreaterThan(1)
  })

  it('sleeps at least so long', async () => {
    const start = performance.now()
    await systemClock.sleep(20, never)
    expect(performance.now() - start).toBeGreaterThanOrEqual(20)
  })

  it.each([0, -5])('does not wait for %i ms', async (ms) => {
    await expect(systemClock.sleep(ms, never)).resolves.toBeUndefined()
  })

  it.each([50, 2 ** 40])('ends a sleep of %i ms when it is aborted, by an error of its own', async (ms) => {
    const stopping = new AbortController()
    const sleeping = systemClock.sleep(ms, stopping.signal)
    stopping.abort()
    const error: unknown = await sleeping.catch((thrown: unknown) => thrown)
    expect(isAppError(error) && error.code).toBe('CANCELLED')
  })

  it('does not begin to sleep when it is aborted already', async () => {
    const error: unknown = await systemClock.sleep(60_000, AbortSignal.abort()).catch((thrown: unknown) => thrown)
    expect(isAppError(error) && error.code).toBe('CANCELLED')
  })
})
