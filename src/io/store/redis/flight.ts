import { randomUUID } from 'node:crypto'
import type { Clock } from '#flow/ports.ts'
import type { Redis } from './open.ts'
import { runScript, script } from './script.ts'

/** A replica that dies holds up the others for so long. */
const heldMs = 15_000
const renewMs = 5000
const firstWaitMs = 50
const longestWaitMs = 500

const release = script(`if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`)
/** Takes it again where it was lost, unless another has it. */
const renew = script(`
local holder = redis.call('get', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
return 1
`)

/**
 * Keeps a key for this replica while work runs: a hint, which saves the same work being done twice and guards nothing.
 * Where Redis does not answer, the work goes on without. Waiting ends with `CANCELLED`.
 */
export async function inFlight<Result>(
  key: string,
  work: () => Promise<Result>,
  { redis, clock, signal }: { readonly redis: Redis; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Result> {
  const token = randomUUID()
  const { store } = redis
  for (let waitMs = firstWaitMs; !(await take()); waitMs = Math.min(longestWaitMs, waitMs * 1.5)) {
    await clock.sleep(waitMs * (0.75 + 0.5 * clock.random()), signal)
  }
  const working = new AbortController()
  void keep()
  try {
    return await work()
  } finally {
    working.abort()
    await runScript(store, release, { keys: [key], values: [token] }).catch(() => undefined)
  }

  async function take(): Promise<boolean> {
    if (!redis.isUp()) return true
    return store.set(key, token, 'PX', heldMs, 'NX').then(
      (answer) => answer === 'OK',
      () => true,
    )
  }

  async function keep(): Promise<void> {
    while (!working.signal.aborted) {
      await clock.sleep(renewMs, working.signal).catch(() => undefined)
      if (working.signal.aborted) return
      await runScript(store, renew, { keys: [key], values: [token, heldMs] }).catch(() => undefined)
    }
  }
}
