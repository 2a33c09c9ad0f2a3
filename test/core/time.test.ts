import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import { parseDuration, parseTime, printDuration, printTime } from '#core/time.ts'

describe('parseDuration', () => {
  const good: readonly [string, number][] = [
    ['0', 0],
    ['0s', 0],
    ['5s', 5000],
    ['30s', 30_000],
    ['1478s', 1_478_000],
    ['5.0s', 5000],
    ['5.6s', 5600],
    ['5.s', 5000],
    ['.5s', 500],
    ['100.00100s', 100_001],
    ['1h30m', 5_400_000],
    ['1h1m1s', 3_661_000],
    ['10m0s', 600_000],
    ['1m30s1m', 150_000],
    ['750ms', 750],
    ['1.5ms', 1.5],
    ['100us', 0.1],
    ['100µs', 0.1],
    ['100μs', 0.1],
    ['250ns', 0.00025],
    ['0.3333333333333333333h', 1_200_000],
    ['2562047h47m16.854775807s', 9_223_372_036_854.775],
  ]
  it.each(good)('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBeCloseTo(ms, 5)
  })

  const bad = ['', ' ', '3', '-5s', '+5s', 's', '.', '.s', '1h 30m', '5 s', '1d', '1w', '5S', '5sec', '1e3s', '1_0s']
  bad.push('2562047h47m16.854775808s', '9'.repeat(200), `${'9'.repeat(100)}h`, '1.2.3s', '５s')
  it.each(bad)('refuses %j', (text) => {
    expect(() => parseDuration(text, 'spec.interval')).toThrow(
      expect.objectContaining({ code: 'RESOURCE_DURATION_INVALID' }),
    )
  })

  it('names the field and quotes what it got', () => {
    expect(() => parseDuration('5 min', '--timeout')).toThrow(
      new AppError('RESOURCE_DURATION_INVALID', '--timeout: expected a duration such as 30s, 5m or 1h30m, got "5 min"'),
    )
  })
})

describe('printDuration', () => {
  const cases: readonly [number, string][] = [
    [0, '0s'],
    [0.0001, '100ns'],
    [0.0011, '1.1µs'],
    [2.2, '2.2ms'],
    [750, '750ms'],
    [1000, '1s'],
    [3300, '3.3s'],
    [59_999, '59.999s'],
    [60_000, '1m0s'],
    [305_000, '5m5s'],
    [5_400_000, '1h30m0s'],
    [5 * 3_600_000 + 6 * 60_000 + 7001, '5h6m7.001s'],
  ]
  it.each(cases)('%d is %s', (ms, text) => {
    expect(printDuration(ms)).toBe(text)
  })

  it('reads back what it prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000_000 }), (ms) => {
        expect(parseDuration(printDuration(ms))).toBe(ms)
      }),
    )
  })
})

describe('parseTime', () => {
  const good: readonly [string, string][] = [
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'],
    ['2026-01-02t03:04:05z', '2026-01-02T03:04:05Z'],
    ['2026-01-02 03:04:05Z', '2026-01-02T03:04:05Z'],
    ['2026-01-02T03:04:05.987654321Z', '2026-01-02T03:04:05Z'],
    ['2026-01-02T03:04:05+01:00', '2026-01-02T02:04:05Z'],
    ['2026-01-01T00:30:00-11:30', '2026-01-01T12:00:00Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
  ]
  it.each(good)('%s', (text, want) => {
    expect(printTime(parseTime(text) ?? Number.NaN)).toBe(want)
  })

  it('keeps milliseconds', () => {
    expect(parseTime('1970-01-01T00:00:00.5Z')).toBe(500)
    expect(parseTime('1970-01-01T00:00:01.0019Z')).toBe(1001)
  })

  const bad = ['', '2026-01-02', '2026-01-02T03:04:05', '2025-02-29T00:00:00Z', '2026-13-01T00:00:00Z']
  bad.push('2026-01-01T24:00:00Z', '2026-01-01T00:60:00Z', '2026-01-01T00:00:60Z', '2026-01-01T00:00:00+24:00')
  bad.push('2026-01-01T00:00:00+01:60', '2026-01-01T00:00:00+0100', ' 2026-01-02T03:04:05Z', '2026-01-00T00:00:00Z')
  it.each(bad)('knows no instant in %j', (text) => {
    expect(parseTime(text)).toBeUndefined()
  })

  it('reads back what printTime prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
        expect(parseTime(printTime(seconds * 1000))).toBe(seconds * 1000)
      }),
    )
  })
})
