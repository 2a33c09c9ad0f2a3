import { expect, it } from 'vitest'
import { Bucket } from '#io/registry/bucket.ts'
import { signal, testClock } from './harness.ts'

const rate = { perSecond: 10, burst: 2 }

it('lets a burst pass and spaces the rest', async () => {
  const clock = testClock()
  const bucket = new Bucket(clock, rate)
  for (let times = 0; times < 5; times += 1) await bucket.take(signal)
  expect(clock.slept).toEqual([100, 100, 100])
})

it('fills again, never above its burst', async () => {
  const clock = testClock()
  const bucket = new Bucket(clock, rate)
  await bucket.take(signal)
  await bucket.take(signal)
  clock.pass(3_600_000)
  for (let times = 0; times < 3; times += 1) await bucket.take(signal)
  expect(clock.slept).toEqual([100])
})

it('makes whoever comes next pay for requests that came on top', async () => {
  const clock = testClock()
  const bucket = new Bucket(clock, rate)
  bucket.charge(4)
  await bucket.take(signal)
  expect(clock.slept).toEqual([300])
})

it('halves its rate, down to a floor, and takes a tenth back each quiet minute', async () => {
  const clock = testClock()
  const bucket = new Bucket(clock, { perSecond: 10, burst: 1 })
  await bucket.take(signal)
  bucket.slowDown()
  await bucket.take(signal)
  expect(clock.slept).toEqual([200])
  for (let times = 0; times < 20; times += 1) bucket.slowDown()
  await bucket.take(signal)
  expect(clock.slept.at(-1)).toBeCloseTo(10_000)
  clock.pass(60_000)
  await bucket.take(signal)
  await bucket.take(signal)
  expect(clock.slept.at(-1)).toBeCloseTo(1000 / 1.1)
  clock.pass(3_600_000)
  await bucket.take(signal)
  await bucket.take(signal)
  expect(clock.slept.at(-1)).toBeCloseTo(100)
})

it('can be left while waiting', async () => {
  const bucket = new Bucket(testClock(), { perSecond: 1, burst: 0 })
  await expect(bucket.take(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
})

it('gives back what whoever left it did not use', async () => {
  const clock = testClock()
  const bucket = new Bucket(clock, { perSecond: 10, burst: 1 })
  await bucket.take(signal)
  await expect(bucket.take(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
  await bucket.take(signal)
  expect(clock.slept).toEqual([100])
})
