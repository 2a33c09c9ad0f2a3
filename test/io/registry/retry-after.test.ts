import { describe, expect, it } from 'vitest'
import { parseHttpDate, retryAfterMs } from '#io/registry/retry-after.ts'

const now = Date.UTC(2026, 10, 24, 12, 0, 0)

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    [' 120 ', 120_000],
    ['0.25', 250],
    ['0', 30_000],
    ['-5', 30_000],
    ['soon', 30_000],
    ['', 30_000],
    ['1e3', 30_000],
    ['999999999', 86_400_000],
    ['Tue, 24 Nov 2026 12:00:30 GMT', 30_000],
    ['Tue, 24 Nov 2026 12:01:00 GMT', 60_000],
    ['Tuesday, 24-Nov-26 12:01:00 GMT', 60_000],
    ['Tue Nov 24 12:01:00 2026', 60_000],
    ['Tue, 24 Nov 2026 11:00:00 GMT', 30_000],
    ['Tue, 24 Nov 2036 12:00:00 GMT', 86_400_000],
    ['2026-11-24T12:01:00Z', 30_000],
  ])('%j is %i ms', (value, ms) => {
    expect(retryAfterMs(value, now)).toBe(ms)
  })
})

describe('HTTP dates', () => {
  it.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sun Nov  6 08:49:37 1994', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Friday, 01-Jan-76 00:00:00 GMT', Date.UTC(2076, 0, 1)],
    ['Friday, 01-Jan-77 00:00:00 GMT', Date.UTC(1977, 0, 1)],
    ['Sun, 06 Foo 1994 08:49:37 GMT', undefined],
    ['', undefined],
  ])('%j', (text, at) => {
    expect(parseHttpDate(text, now)).toBe(at)
  })
})
