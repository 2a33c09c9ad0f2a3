import { expect, it } from 'vitest'
import type { Clock } from '#flow/ports.ts'
import { Loop } from '#cli/loop.ts'

/** A clock that jumps to the next sleeper as soon as everything else is at rest. */
function jumpingClock(): Clock & { readonly passed: () => number } {
  const state = { now: 0 }
  const sleepers: { at: number; wake: () => void }[] = []
  const jump = () => {
    const next = sleepers.toSorted((a, b) => a.at - b.at)[0]
    if (next === undefined) return
    sleepers.splice(sleepers.indexOf(next), 1)
    state.now = Math.max(state.now, next.at)
    next.wake()
  }
  return {
    now: () => state.now,
    monotonic: () => state.now,
    random: () => 0.5,
    passed: () => state.now,
    async sleep(ms, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const sleeper = { at: state.now + ms, wake: resolve }
      sleepers.push(sleeper)
      signal.addEventListener('abort', () => {
        if (sleepers.includes(sleeper)) sleepers.splice(sleepers.indexOf(sleeper), 1)
        reject(new Error('aborted'))
      })
      setImmediate(jump)
      return promise
    },
  }
}

it('runs each task at its own pace until it is stopped', async () => {
  const stop = new AbortController()
  const clock = jumpingClock()
  const loop = new Loop({ clock, concurrency: 2, signal: stop.signal })
  const log: string[] = []
  const task = (name: string, everyMs: number) => async () => {
    log.push(`${name}@${clock.passed()}`)
    if (clock.passed() >= 300) stop.abort()
    return everyMs
  }
  loop.add('a', 0, task('a', 100))
  loop.add('b', 50, task('b', 200))
  await loop.done()
  expect(log).toEqual(['a@0', 'b@50', 'a@100', 'a@200', 'b@250', 'a@300'])
})

it('never runs a task twice at once, and runs it again when it was woken meanwhile', async () => {
  const stop = new AbortController()
  const loop = new Loop({ clock: jumpingClock(), concurrency: 4, signal: stop.signal })
  const seen = { running: 0, most: 0, runs: 0 }
  loop.add('a', 0, async () => {
    seen.running += 1
    seen.runs += 1
    seen.most = Math.max(seen.most, seen.running)
    if (seen.runs === 1) loop.wake('a')
    if (seen.runs === 2) stop.abort()
    await Promise.resolve()
    seen.running -= 1
    return undefined
  })
  await loop.done()
  expect(seen).toEqual({ running: 0, most: 1, runs: 2 })
})

it('runs at most so many at a time', async () => {
  const stop = new AbortController()
  const loop = new Loop({ clock: jumpingClock(), concurrency: 3, signal: stop.signal })
  const seen = { running: 0, most: 0, ended: 0 }
  for (let index = 0; index < 10; index += 1) {
    loop.add(`task-${index}`, 0, async () => {
      seen.running += 1
      seen.most = Math.max(seen.most, seen.running)
      await new Promise((resolve) => setImmediate(resolve))
      seen.running -= 1
      seen.ended += 1
      if (seen.ended === 10) stop.abort()
      return undefined
    })
  }
  await loop.done()
  expect(seen).toEqual({ running: 0, most: 3, ended: 10 })
})

it.each([
  { wakes: [0, 100, 200], ran: 450, what: 'a quiet moment after the last wake-up' },
  {
    wakes: Array.from({ length: 30 }, (_, index) => index * 100),
    ran: 2000,
    what: 'at the latest the end of the window',
  },
])('gathers wake-ups: $what', async ({ wakes, ran }) => {
  const stop = new AbortController()
  const clock = jumpingClock()
  const loop = new Loop({ clock, concurrency: 2, signal: stop.signal })
  const seen: number[] = []
  loop.add('commit', 1e9, async () => {
    seen.push(clock.passed())
    stop.abort()
    return undefined
  })
  for (const [index, at] of wakes.entries()) {
    loop.add(`wake-${index}`, at, async () => {
      loop.wake('commit', { quietMs: 250, maxMs: 2000 })
      return undefined
    })
  }
  await loop.done()
  expect(seen).toEqual([ran])
})

it('waits for what runs when it is stopped, and starts nothing more', async () => {
  const stop = new AbortController()
  const loop = new Loop({ clock: jumpingClock(), concurrency: 1, signal: stop.signal })
  const log: string[] = []
  loop.add('slow', 0, async () => {
    stop.abort()
    await new Promise((resolve) => setImmediate(resolve))
    log.push('ended')
    return 1
  })
  loop.add('next', 0, async () => {
    log.push('never')
    return 1
  })
  await loop.done()
  expect(log).toEqual(['ended'])
})

it('ends with the error that a task let out', async () => {
  const loop = new Loop({ clock: jumpingClock(), concurrency: 1, signal: new AbortController().signal })
  loop.add('broken', 0, async () => Promise.reject(new Error('disk full')))
  await expect(loop.done()).rejects.toThrow('disk full')
})

it('passes over a wake-up of a task that it does not have', () => {
  const loop = new Loop({ clock: jumpingClock(), concurrency: 1, signal: new AbortController().signal })
  expect(() => loop.wake('unknown')).not.toThrow()
})
