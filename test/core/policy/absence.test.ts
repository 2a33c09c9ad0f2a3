import { expect, it } from 'vitest'
import { trackAbsence } from '#core/policy/absence.ts'

const minute = 60_000

it.each([
  ['is listed', undefined, { isListed: true, scannedAt: 5 * minute }, undefined],
  ['is listed again', { sinceMs: 0, missedScans: 3 }, { isListed: true, scannedAt: 5 * minute }, undefined],
  ['is missing', undefined, { isListed: false, scannedAt: 5 * minute }, { sinceMs: 5 * minute, missedScans: 1 }],
  [
    'is missing, the same scan judged again',
    { sinceMs: 5 * minute, missedScans: 1 },
    { isListed: false, scannedAt: 5 * minute },
    { sinceMs: 5 * minute, missedScans: 1 },
  ],
  [
    'is missing after less than an interval',
    { sinceMs: 5 * minute, missedScans: 1 },
    { isListed: false, scannedAt: 10 * minute - 1 },
    { sinceMs: 5 * minute, missedScans: 1 },
  ],
  [
    'is missing an interval later',
    { sinceMs: 5 * minute, missedScans: 1 },
    { isListed: false, scannedAt: 10 * minute },
    { sinceMs: 5 * minute, missedScans: 2 },
  ],
] as const)('the tag %s', (_name, before, scan, expected) => {
  expect(trackAbsence(before, { ...scan, intervalMs: 5 * minute })).toEqual(expected)
})

it('an interval of nothing still needs a second scan', () => {
  const first = { sinceMs: 5, missedScans: 1 }
  expect(trackAbsence(first, { isListed: false, scannedAt: 5, intervalMs: 0 })).toEqual(first)
  expect(trackAbsence(first, { isListed: false, scannedAt: 6, intervalMs: 0 })?.missedScans).toBe(2)
})
