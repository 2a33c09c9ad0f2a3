import { describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import type { Retry } from '#core/errors/row.ts'
import { backoffMs, isHourlyFailure, jitteredMs, retryAfterMs } from '#core/status/backoff.ts'

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

describe('isHourlyFailure', () => {
  const minute = 60_000
  // Up to twenty tries: those at which another hour has passed.
  const cases: readonly [string, Retry, number, readonly number[]][] = [
    ['by backoff, which takes 26 minutes to its longest wait', 'backoff', minute, [15, 19]],
    ['by an interval', 'interval', 20 * minute, [4, 7, 10, 13, 16, 19]],
    ['by an interval of more than an hour', 'interval', 150 * minute, Array.from({ length: 19 }, (_, at) => at + 2)],
    ['after known times', { afterMs: 30 * minute }, minute, [3, 5, 7, 9, 11, 13, 15, 17, 19]],
    ['never, where only a change helps', 'never', minute, []],
  ]
  it.each(cases)('%s', (_, retry, intervalMs, want) => {
    const error = new AppError('INTERNAL', 'x', { retry })
    const tries = Array.from({ length: 20 }, (_unused, at) => at + 1)
    expect(tries.filter((failures) => isHourlyFailure(error, { failures, intervalMs }))).toEqual(want)
  })

  it('keeps to other limits', () => {
    const error = new AppError('INTERNAL', 'x', { retry: 'backoff' })
    const limits = { minMs: 30 * minute, maxMs: 30 * minute }
    expect([1, 2, 3, 4, 5].filter((failures) => isHourlyFailure(error, { failures, intervalMs: 1 }, limits))).toEqual([
      3, 5,
    ])
  })
})
