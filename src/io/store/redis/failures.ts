import type { Redis } from './open.ts'

const keptMs = 86_400_000

/** How often in a row an object has failed, as all replicas know it. Losing it costs a shorter wait. */
interface FailureCounts {
  /** 0 also where Redis does not answer. */
  get(key: string): Promise<number>
  set(key: string, failures: number): Promise<void>
}

/** Failure counts in one hash, which is forgotten a day after the last failure of all. */
export function openFailureCounts({ store, prefix }: Redis): FailureCounts {
  const hash = `${prefix}:failures`
  return {
    get: async (key) => Number(await store.hget(hash, key).catch(nothing)) || 0,
    set: async (key, failures) => {
      const change =
        failures === 0 ? store.hdel(hash, key) : store.multi().hset(hash, key, failures).pexpire(hash, keptMs).exec()
      await change.catch(nothing)
    },
  }
}

function nothing(): undefined {
  return undefined
}
