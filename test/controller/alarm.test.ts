import { expect, it } from 'vitest'
import { Alarm } from '#controller/alarm.ts'
import { ManualClock, settle } from './trigger-scene.ts'

const never = Number.POSITIVE_INFINITY

it('calls when it was asked to, and earlier where that was set since', async () => {
  const clock = new ManualClock()
  const calls: number[] = []
  const answers = [1000, 5000, never]
  await using alarm = new Alarm(clock, () => {
    calls.push(clock.passed)
    return answers[calls.length - 1] ?? never
  })
  await clock.advance(1200)
  expect(calls).toEqual([0, 1000])
  alarm.setBy(9000)
  alarm.setBy(2000)
  alarm.setBy(3000)
  await clock.advance(10_000)
  expect(calls).toEqual([0, 1000, 2000])
})

it('a time that has passed is at once', async () => {
  const clock = new ManualClock()
  clock.passed = 100
  const calls: number[] = []
  await using alarm = new Alarm(clock, () => {
    calls.push(clock.passed)
    return never
  })
  await settle()
  alarm.setBy(50)
  await settle()
  expect(calls).toEqual([100, 100])
})

it('what is set while it is called is part of what it answers', async () => {
  const clock = new ManualClock()
  const calls: number[] = []
  const alarm: Alarm = new Alarm(clock, () => {
    calls.push(clock.passed)
    alarm.setBy(0)
    return calls.length === 1 ? 10 : never
  })
  await clock.advance(100)
  expect(calls).toEqual([0, 10])
  await alarm[Symbol.asyncDispose]()
})

it('closed, it calls no more', async () => {
  const clock = new ManualClock()
  const calls: number[] = []
  const alarm = new Alarm(clock, () => calls.push(clock.passed) * 10)
  await settle()
  await alarm[Symbol.asyncDispose]()
  alarm.setBy(1)
  await clock.advance(100)
  expect(calls).toEqual([0])
})
