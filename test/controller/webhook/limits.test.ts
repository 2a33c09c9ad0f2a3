import { expect, it } from 'vitest'
import { RateLimits } from '#controller/webhook/limits.ts'

it('lets sixty a minute through by a path', () => {
  const time = { now: 0 }
  const limits = new RateLimits(() => time.now)
  const taken = Array.from({ length: 100 }, () => limits.take('/hook/a'))
  expect(taken.filter((waitMs) => waitMs === 0)).toHaveLength(60)
  // Refused ones do not add up: the next one is there after a second.
  expect(taken.at(-1)).toBeCloseTo(1000)
  time.now = 1000
  expect(limits.take('/hook/a')).toBe(0)
  expect(limits.take('/hook/a')).toBeGreaterThan(0)
  expect(limits.take('/hook/b')).toBe(0)
})

it('lets six hundred through by all paths', () => {
  const limits = new RateLimits(() => 0)
  const taken = Array.from({ length: 1000 }, (_one, index) => limits.take(`/hook/${index}`))
  expect(taken.filter((waitMs) => waitMs === 0)).toHaveLength(600)
})
