import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '#core/error.ts'
import type { Clock } from '#flow/ports.ts'

/** The longest delay a timer of Node keeps; a longer one fires at once. */
const longestTimerMs = 2 ** 31 - 1

/** Time, waiting and chance of this computer. An aborted `sleep` fails with `CANCELLED`. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  random: () => Math.random(),
  sleep: async (ms, signal) => {
    const until = performance.now() + ms
    for (let left = ms; left > 0; left = until - performance.now()) {
      await wait(Math.min(left, longestTimerMs), undefined, { signal }).catch((cause: unknown) => {
        throw new AppError('CANCELLED', 'stopped while waiting', { cause })
      })
    }
  },
}
