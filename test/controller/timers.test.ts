import { assert, array, constant, integer, oneof, property, record } from 'fast-check'
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

it('is what a plain map would be, whatever is done to it', () => {
  const name = integer({ min: 0, max: 9 }).map(String)
  const time = integer({ min: 0, max: 50 })
  const step = oneof(
    record({ does: constant('set'), name, at: time }),
    record({ does: constant('delete'), name, at: time }),
    record({ does: constant('take'), name, at: time }),
  )
  assert(
    property(array(step, { maxLength: 60 }), (steps) => {
      const timers = new Timers()
      const plain = new Map<string, number>()
      for (const { does, name: one, at } of steps) {
        if (does === 'set') {
          timers.set(one, at)
          plain.set(one, at)
        } else if (does === 'delete') {
          timers.delete(one)
          plain.delete(one)
        } else {
          const due = [...plain].filter(([, dueAt]) => dueAt <= at).map(([text]) => text)
          expect(timers.takeDue(at).toSorted()).toEqual(due.toSorted())
          for (const text of due) plain.delete(text)
        }
        expect(timers.size).toBe(plain.size)
        expect(timers.nextAt()).toBe(plain.size === 0 ? undefined : Math.min(...plain.values()))
      }
    }),
  )
})
