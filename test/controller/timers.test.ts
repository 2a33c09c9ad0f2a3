import { array, assert, constantFrom, integer, property, record } from 'fast-check'
import { expect, it } from 'vitest'
import { Timers } from '#controller/timers.ts'

it('gives names in the order of their times, each once', () => {
  const timers = new Timers()
  for (const [name, at] of [
    ['c', 30],
    ['a', 10],
    ['b', 20],
    ['c', 5],
    ['a', 40],
  ] as const)
    timers.set(name, at)
  expect(timers.size).toBe(3)
  expect(timers.nextAt()).toBe(5)
  expect(timers.takeDue(4)).toEqual([])
  expect(timers.takeDue(20)).toEqual(['c', 'b'])
  expect(timers.has('b')).toBe(false)
  expect(timers.takeDue(40)).toEqual(['a'])
  expect(timers.nextAt()).toBeUndefined()
})

it('clear and delete leave nothing behind', () => {
  const timers = new Timers()
  timers.delete('never')
  timers.set('a', 1)
  timers.set('b', 2)
  timers.delete('a')
  expect(timers.nextAt()).toBe(2)
  timers.clear()
  expect([timers.size, timers.has('b'), timers.takeDue(9)]).toEqual([0, false, []])
})

/** What is done to timers, and what that must give by a plain map. */
const steps = {
  set: (timers: Timers, plain: Map<string, number>, { name, at }: Step) => {
    timers.set(name, at)
    plain.set(name, at)
    return [[], []]
  },
  delete: (timers: Timers, plain: Map<string, number>, { name }: Step) => {
    timers.delete(name)
    plain.delete(name)
    return [[], []]
  },
  take: (timers: Timers, plain: Map<string, number>, { at }: Step) => {
    const due = [...plain].filter(([, dueAt]) => dueAt <= at).map(([text]) => text)
    for (const text of due) plain.delete(text)
    return [timers.takeDue(at).toSorted(), due.toSorted()]
  },
} as const

interface Step {
  readonly does: 'set' | 'delete' | 'take'
  readonly name: string
  readonly at: number
}

it('is what a plain map would be, whatever is done to it', () => {
  const step = record({
    does: constantFrom('set', 'delete', 'take'),
    name: integer({ min: 0, max: 9 }).map(String),
    at: integer({ min: 0, max: 50 }),
  })
  assert(
    property(array(step, { maxLength: 60 }), (done) => {
      const timers = new Timers()
      const plain = new Map<string, number>()
      for (const one of done) {
        const [got, expected] = steps[one.does](timers, plain, one)
        expect(got).toEqual(expected)
        expect(timers.size).toBe(plain.size)
        expect(timers.nextAt()).toBe(plain.size === 0 ? undefined : Math.min(...plain.values()))
      }
    }),
  )
})
