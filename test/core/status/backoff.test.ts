import { describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import type { Retry } from '#core/errors/row.ts'
import { backoffMs, jitteredMs, retryAfterMs } from '#core/status/backoff.ts'

describe('backoffMs', () => {
  const cases: readonly [number, number, number][] = [
    [1, 0.5, 750],
    [2, 0.5, 1500],
    [3, 0.5, 3000],
    [11, 0.5, 768_000],
    [12, 0.5, 900_000],
    [5000, 0.5, 900_000],
    [0, 0.5, 750],
    [1, 0, 600],
    [1, 0.999_999_999, 900],
  ]
  it.each(cases)('failure %d at random %d waits %d ms', (failures, random, want) => {
    expect(backoffMs(failures, random)).toBeCloseTo(want, 3)
  })

  it('takes other limits', () => {
    expect(backoffMs(9, 0.5, { minMs: 10, maxMs: 40 })).toBe(40)
  })
})

describe('jitteredMs', () => {
  it.each([
    [0, 950],
    [0.5, 1000],
    [0.75, 1025],
  ])('at random %d moves 1000 ms to %d', (random, want) => {
    expect(jitteredMs(1000, 0.05, random)).toBeCloseTo(want, 6)
  })
})

describe('retryAfterMs', () => {
  const state = { failures: 2, intervalMs: 60_000, random: 0.5 }
  const cases: readonly [Retry, number | undefined][] = [
    ['never', undefined],
    ['backoff', 1500],
    ['interval', 60_000],
    [{ afterMs: 123 }, 123],
  ]
  it.each(cases)('%j gives %s', (retry, want) => {
    expect(retryAfterMs(new AppError('INTERNAL', 'x', { retry }), state)).toBe(want)
  })
})
