import { expect, it } from 'vitest'
import { Windows } from '#controller/windows.ts'

const limits = { quietMs: 250, maxMs: 2000 }

/** When a window closes after triggers at these times. */
function closing(...at: readonly number[]): number | undefined {
  const windows = new Windows(limits)
  for (const time of at) windows.open('a', time)
  return windows.nextAt()
}

it.each([
  ['one trigger', [100], 350],
  ['another keeps it open', [100, 300], 550],
  ['not longer than two seconds after the first', [0, 240, 480, 720, 960, 1200, 1440, 1680, 1920], 2000],
  ['a late one cannot put off the end', [0, 1999], 2000],
])('%s', (_title, at, expected) => {
  expect(closing(...at)).toBe(expected)
})

it('each object has its own; what closed opens anew', () => {
  const windows = new Windows(limits)
  expect(windows.open('a', 0)).toBe(250)
  windows.open('b', 200)
  expect(windows.takeClosed(249)).toEqual([])
  expect(windows.takeClosed(250)).toEqual(['a'])
  expect([windows.has('a'), windows.has('b'), windows.size]).toEqual([false, true, 1])
  expect(windows.open('a', 5000)).toBe(5250)
})

it('a window that is given up forgets when it was opened', () => {
  const windows = new Windows(limits)
  windows.open('a', 0)
  windows.delete('a')
  expect(windows.open('a', 1990)).toBe(2240)
  windows.clear()
  expect(windows.nextAt()).toBeUndefined()
  expect(windows.open('a', 3000)).toBe(3250)
})
