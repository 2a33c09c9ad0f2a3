import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { Cluster, Redis as Client, type RedisOptions } from 'ioredis'
import { AppError } from '#core/error.ts'
import { reveal } from '#core/secret/reveal.ts'
import type { RedisAddress } from './address.ts'

/** A client of one Redis, or of a cluster of them. */
export type RedisConnection = Client | Cluster

/** `producer`: fails at once while Redis is away. `worker`: waits until it is back. */
export type RedisUse = 'producer' | 'worker'

/** Longer than Redis may take for a command, shorter than a person waits. */
const commandTimeoutMs = 2000

/** A blocking command of a queue is answered within 10 s, if only by nothing; later the connection is dead. */
const silentMs = 20_000
const slowestRetryMs = 2000

/** Answers keep the shapes that BullMQ knows: those of RESP2, over whichever protocol they come. */
type ClientOptions = Omit<RedisOptions, 'replyMapping' | 'host' | 'port' | 'path' | 'sentinels' | 'readOnly'>

type SentinelOptions = Pick<RedisOptions, Extract<keyof RedisOptions, `${string}entinel${string}`> | 'name'>

const uses: Readonly<Record<RedisUse, ClientOptions>> = {
  producer: { enableOfflineQueue: false, commandTimeout: commandTimeoutMs, maxRetriesPerRequest: 0 },
  worker: { maxRetriesPerRequest: null, socketTimeout: silentMs },
}

/** The texts of the files of TLS. `USAGE_INVALID` names one that cannot be read. */
export function readTls({ tls }: RedisAddress): ConnectionOptions | undefined {
  if (tls === undefined) return undefined
  const { ca, cert, key, serverName } = tls
  return {
    ...(ca !== undefined && { ca: readText(ca) }),
    ...(cert !== undefined && { cert: readText(cert) }),
    ...(key !== undefined && { key: readText(key) }),
    ...(serverName !== undefined && { servername: serverName }),
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException
    throw new AppError('USAGE_INVALID', `the TLS file ${path} of Redis cannot be read: ${code}`)
  }
}

/** A client that connects, and reconnects for ever. */
export function connect(
  address: RedisAddress,
  tls: ConnectionOptions | undefined,
  { use, random }: { readonly use: RedisUse; readonly random: () => number },
): RedisConnection {
  const retryStrategy = (times: number): number => {
    return Math.min(slowestRetryMs, 50 * 2 ** Math.min(times - 1, 10)) * (0.9 + 0.2 * random())
  }
  const options: ClientOptions = {
    ...uses[use],
    ...credentials(address.login),
    db: address.database,
    connectTimeout: 5000,
    // A command of the command line must not stay for a Redis that is not there.
    disconnectTimeout: 100,
    keepAlive: 10_000,
    maxLoadingRetryTime: 1000,
    retryStrategy,
    // After a failover the former primary is one that only reads: the next connection goes to the new one.
    reconnectOnError: (error) => error.message.includes('READONLY'),
    ...(tls !== undefined && { tls }),
  }
  const [first] = address.hosts
  if (address.kind === 'cluster') return cluster(address, options, retryStrategy)
  if (address.kind === 'sentinel') return new Client({ ...options, ...sentinelOptions(address, tls, retryStrategy) })
  return new Client(address.socket === undefined ? { ...options, ...first } : { ...options, path: address.socket })
}

function cluster(address: RedisAddress, options: ClientOptions, retry: (times: number) => number): Cluster {
  const { retryStrategy: _, himportFieldsets: __, enableOfflineQueue = true, ...redisOptions } = options
  return new Cluster([...address.hosts], {
    redisOptions,
    enableOfflineQueue,
    clusterRetryStrategy: retry,
    slotsRefreshTimeout: commandTimeoutMs,
  })
}

function sentinelOptions(
  { hosts, group, sentinelLogin }: RedisAddress,
  tls: ConnectionOptions | undefined,
  retry: (times: number) => number,
): SentinelOptions {
  const { username, password } = credentials(sentinelLogin)
  return {
    sentinels: [...hosts],
    ...(group !== undefined && { name: group }),
    ...(username !== undefined && { sentinelUsername: username }),
    ...(password !== undefined && { sentinelPassword: password }),
    sentinelRetryStrategy: retry,
    sentinelCommandTimeout: commandTimeoutMs,
    ...(tls !== undefined && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
  }
}

function credentials({ user, password }: RedisAddress['login']): { username?: string; password?: string } {
  return {
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password: reveal(password) }),
  }
}
