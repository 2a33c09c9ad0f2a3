import type { Clock, Log } from '#flow/ports.ts'
import { parseRedisAddress } from './address.ts'
import { Channels } from './channels.ts'
import { checkRedis, type RedisCheck } from './checks.ts'
import { connect, readTls, type RedisConnection, type RedisUse } from './connect.ts'
import { causeOf, notConnected, unavailable } from './failure.ts'
import { RedisState } from './state.ts'

export type { RedisCheck } from './checks.ts'

/** Which Redis, and what our part of it is called. */
interface RedisOptions {
  /** As in `REDIS_URL`; see docs/redis.md. */
  readonly url: string
  /** Before every key and channel, e.g. `{tagboat:3f0c…}`; the braces keep all keys together in a cluster. */
  readonly prefix: string
  /** For `REDIS_CA_FILE`. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly log: Log
}

/** A Redis that may be away: connections are made anew for ever, and `isUp` tells. */
export interface Redis extends AsyncDisposable {
  readonly prefix: string
  /** The address without credentials. */
  readonly shown: string
  /** The connection of what is kept beside the queues; fails at once while Redis is away, and after 2 s without answer. */
  readonly store: RedisConnection
  /**
   * A connection of its own, ended when this is disposed of. `producer` fails at once while Redis is away and after 2 s
   * without answer; `worker` waits until it is back, and sends again what was not answered.
   */
  connection(use: RedisUse): RedisConnection
  isUp(): boolean
  /** For how many milliseconds Redis has been away; undefined while it is there. */
  downSinceMs(): number | undefined
  /** Tells of each change of `isUp`; gives what ends that. */
  onChange(listener: (up: boolean) => void): () => void
  /** Waits until Redis is there; `CANCELLED` when given up. */
  ready(signal: AbortSignal): Promise<void>
  /** Tells who listens on a channel of this prefix. `QUEUE_UNAVAILABLE` at once while Redis is away. */
  publish(channel: string, text: string): Promise<void>
  /**
   * Hears what is published, also after the connection was lost meanwhile (but not what was published then). Gives what
   * ends that. While Redis is away it resolves after 2 s, and takes hold when Redis is back.
   */
  subscribe(channel: string, listener: (text: string) => void): Promise<() => void>
  /** Is this Redis fit for us? The first check is whether it answers; without that there are no others. */
  check(signal: AbortSignal): Promise<readonly RedisCheck[]>
}

/** Opens a Redis; does not wait for it. `USAGE_INVALID` for an address or TLS file that cannot be used. */
export async function openRedis(options: RedisOptions): Promise<Redis> {
  const { url, prefix, environment, clock, log } = options
  const address = parseRedisAddress(url, environment)
  const { shown } = address
  const tls = readTls(address)
  const opened = new Set<RedisConnection>()
  const connection = (use: RedisUse): RedisConnection => {
    const made = connect(address, tls, { use, random: () => clock.random() })
    // Without a listener the client would print the error, and a cluster would end the process.
    made.on('error', (error: unknown) => log.debug(`${shown}: ${causeOf(error)}`))
    opened.add(made)
    return made
  }
  const store = connection('producer')
  const state = new RedisState(store, { shown, clock, log })
  const channels = new Channels(() => connection('worker'), { clock, log })
  return {
    prefix,
    shown,
    store,
    connection,
    isUp: () => state.isUp(),
    downSinceMs: () => state.downSinceMs(),
    onChange: (listener) => state.onChange(listener),
    ready: async (signal) => state.ready(signal),
    publish: async (channel, text) => {
      if (!state.isUp()) throw unavailable(shown, new Error(state.cause ?? notConnected))
      await store.publish(`${prefix}:${channel}`, text).catch((error: unknown) => {
        throw unavailable(shown, error)
      })
    },
    subscribe: async (channel, listener) => channels.subscribe(`${prefix}:${channel}`, listener),
    check: async (signal) => checkRedis({ store, shown, prefix, clock, cause: () => state.cause }, signal),
    [Symbol.asyncDispose]: async () => {
      state[Symbol.dispose]()
      channels[Symbol.dispose]()
      for (const each of opened) each.disconnect()
    },
  }
}
