import { describe, expect, it } from 'vitest'
import { Attempts } from '#controller/board/attempts.ts'

function after(failures: number, address = 'a'): Attempts {
  const attempts = new Attempts()
  for (let count = 0; count < failures; count += 1) attempts.failed(address, 1000)
  return attempts
}

describe('an address', () => {
  it.each([
    { failures: 0, now: 1000, wait: undefined },
    { failures: 4, now: 1000, wait: undefined },
    { failures: 5, now: 1000, wait: 60 },
    { failures: 5, now: 60_500, wait: 1 },
    { failures: 5, now: 61_000, wait: undefined },
  ])('with $failures wrong tokens waits $wait s at $now', ({ failures, now, wait }) => {
    expect(after(failures).waitSeconds('a', now)).toBe(wait)
  })

  it('does not wait for the failures of another', () => {
    expect(after(9).waitSeconds('b', 1000)).toBeUndefined()
  })

  it('starts anew after the right token, and after its time', () => {
    const known = after(4)
    known.succeeded('a')
    known.failed('a', 1000)
    expect(known.waitSeconds('a', 1000)).toBeUndefined()
    const later = after(4)
    later.failed('a', 61_000)
    expect(later.waitSeconds('a', 61_000)).toBeUndefined()
  })
})

it('of a thousand addresses the latest are remembered', () => {
  const attempts = after(5, 'first')
  for (let count = 0; count < 1000; count += 1) attempts.failed(`n${count}`, 1000)
  expect(attempts.waitSeconds('first', 1000)).toBeUndefined()
  for (let times = 0; times < 4; times += 1) attempts.failed('n999', 1000)
  expect(attempts.waitSeconds('n999', 1000)).toBe(60)
})
