import { expect, it } from 'vitest'
import { RecentJobs } from '#controller/news.ts'

it('remembers for 15 s which jobs began, from the last beginning on', () => {
  const recent = new RecentJobs()
  recent.started('a', 0)
  recent.started('b', 10_000)
  recent.started('a', 12_000)
  expect([0, 15_000, 27_000, 27_001].map((now) => recent.has('a', now))).toEqual([true, true, true, false])
  expect([25_000, 25_001].map((now) => recent.has('b', now))).toEqual([true, false])
  expect(recent.has('never', 0)).toBe(false)
})

it('what is old goes when something new begins', () => {
  const recent = new RecentJobs()
  for (let at = 0; at < 100_000; at += 1000) recent.started(`job ${at}`, at)
  expect(recent.has('job 10000', 10_000)).toBe(false)
  expect(recent.has('job 99000', 99_000)).toBe(true)
})
