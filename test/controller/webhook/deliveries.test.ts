import { expect, it } from 'vitest'
import { Deliveries } from '#controller/webhook/deliveries.ts'

it('knows a delivery again for ten minutes', () => {
  const time = { now: 0 }
  const deliveries = new Deliveries(() => time.now)
  expect(deliveries.add('a')).toBe(true)
  time.now = 600_000
  expect(deliveries.add('a')).toBe(false)
  time.now = 600_001
  expect(deliveries.add('a')).toBe(true)
})

it('forgets what came to nothing', () => {
  const deliveries = new Deliveries(() => 0)
  deliveries.add('a')
  deliveries.remove('a')
  expect(deliveries.add('a')).toBe(true)
})

it('keeps ten thousand, and the latest', () => {
  const deliveries = new Deliveries(() => 0)
  for (let index = 0; index <= 10_000; index += 1) deliveries.add(String(index))
  expect(deliveries.add('10000')).toBe(false)
  expect(deliveries.add('1')).toBe(false)
  expect(deliveries.add('0')).toBe(true)
})
