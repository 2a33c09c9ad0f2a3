import type { Redis } from '#io/store/redis/open.ts'

const ending = ':scan:meta'
/** Keys that Redis looks at for one answer; it serves others in between. */
const step = 1000

/**
 * The prefixes under which controllers keep queues in a Redis, e.g. `{tagboat:3f0c…}`, by name. Walks the keys by SCAN,
 * which holds up nobody, until `signal` says that it took too long.
 */
export async function findInstallations(
  { store }: Pick<Redis, 'store'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const servers = 'nodes' in store ? store.nodes('master') : [store]
  const found = new Set<string>()
  for (const server of servers) {
    let cursor = '0'
    do {
      signal.throwIfAborted()
      const [next, keys] = await server.scan(cursor, 'MATCH', `{tagboat:*}${ending}`, 'COUNT', step)
      for (const key of keys) found.add(key.slice(0, -ending.length))
      cursor = next
    } while (cursor !== '0')
  }
  return [...found].toSorted()
}
