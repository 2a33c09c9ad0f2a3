import { expect, it } from 'vitest'
import { TokenBucket } from '#core/token-bucket.ts'

const takes = (bucket: TokenBucket, now: number, times: number): readonly number[] =>
  Array.from({ length: times }, () => Math.round(bucket.take(now)))

it('gives a burst, then tokens that are still to come, in order', () => {
  expect(takes(new TokenBucket({ perSecond: 10, burst: 2 }, 0), 0, 5)).toEqual([0, 0, 100, 200, 300])
})

it('fills with time, never above its burst', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 2 }, 0)
  expect(takes(bucket, 0, 2)).toEqual([0, 0])
  expect(takes(bucket, 3_600_000, 3)).toEqual([0, 0, 100])
})

it('takes what nobody waits for, and takes it back', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 2 }, 0)
  bucket.charge(4)
  expect(takes(bucket, 0, 1)).toEqual([300])
  bucket.charge(-3)
  expect(takes(bucket, 0, 1)).toEqual([100])
})

it.each([
  // [normal rate, times slowed, minutes of quiet, milliseconds for one token]
  [10, 0, 0, 100],
  [10, 1, 0, 200],
  [10, 2, 0, 400],
  [10, 20, 0, 10_000],
  [10, 1, 1, 167],
  [10, 1, 5, 100],
  [10, 1, 600, 100],
  [0.05, 3, 0, 20_000],
])('of %d a second, slowed %d times, after %d quiet minutes: a token takes %d ms', (perSecond, times, minutes, ms) => {
  const bucket = new TokenBucket({ perSecond, burst: 1 }, 0)
  for (let time = 0; time < times; time += 1) bucket.slowDown(0)
  const now = minutes * 60_000
  expect(takes(bucket, now, 2)).toEqual([0, ms])
})
