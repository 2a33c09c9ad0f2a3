import type { Clock } from '#flow/ports.ts'
import { Cluster, type Redis as Client } from 'ioredis'
import type { RedisConnection } from './connect.ts'
import { cancelled, causeOf, notConnected } from './failure.ts'
import { refusedCommands } from './rights.ts'

/** One thing that was looked at. */
export interface RedisCheck {
  readonly ok: boolean
  /** Must the controller not start with it? What is not ok and not fatal is a warning. */
  readonly fatal: boolean
  readonly message: string
  readonly hint?: string
}

interface Checked {
  readonly store: RedisConnection
  readonly shown: string
  readonly prefix: string
  readonly clock: Clock
  /** Why there is no connection. */
  readonly cause: () => string | undefined
}

const oldest = [6, 2] as const
const maxSkewMs = 2000
const fullShare = 0.9

const onlyReads = warning(
  'it is a replica, which takes no writes',
  'name its primary, or the Sentinels that know which one that is',
)

type Info = ReadonlyMap<string, string>

/** Looks at a Redis: every primary of a cluster. */
export async function checkRedis(checked: Checked, signal: AbortSignal): Promise<readonly RedisCheck[]> {
  const { store, shown, prefix, cause } = checked
  try {
    const servers = store instanceof Cluster ? store.nodes('master') : [store]
    const answers = await Promise.all(servers.map(async (server) => checkServer(server, checked)))
    if (signal.aborted) throw cancelled()
    if (answers.length === 0) return [unreachable(shown, cause() ?? notConnected)]
    // Of rights to write nothing can be found out there.
    if (answers.flat().includes(onlyReads)) return worst(answers)
    return [...worst(answers), rightsCheck(await refusedCommands(store, prefix))]
  } catch (error) {
    if (signal.aborted) throw cancelled()
    return [unreachable(shown, store.status === 'ready' ? causeOf(error) : (cause() ?? causeOf(error)))]
  }
}

/** Of each check the answer of the server that passes it worst. */
function worst(answers: readonly (readonly RedisCheck[])[]): readonly RedisCheck[] {
  const [first = []] = answers
  return first.map((check, index) => answers.map((checks) => checks[index]).find((one) => one?.ok === false) ?? check)
}

async function checkServer(server: Client, { shown, clock }: Checked): Promise<readonly RedisCheck[]> {
  const askedAt = clock.now()
  const [seconds, microseconds] = await server.time()
  const answeredAt = clock.now()
  const info = parseInfo(await server.info())
  const version = info.get('redis_version') ?? 'of an unknown version'
  return [
    { ok: true, fatal: false, message: `${shown}: Redis ${version} answers` },
    versionCheck(version),
    info.get('role') === 'slave' ? onlyReads : passed('it takes writes'),
    evictionCheck(info.get('maxmemory_policy')),
    memoryCheck(info),
    await persistenceCheck(server, info),
    clockCheck(Number(seconds) * 1000 + Number(microseconds) / 1000 - (askedAt + answeredAt) / 2),
  ]
}

function unreachable(shown: string, cause: string): RedisCheck {
  const hint = 'check REDIS_URL or --redis, the password, and that Redis runs'
  return { ok: false, fatal: false, message: `${shown}: ${cause}`, hint }
}

function versionCheck(version: string): RedisCheck {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isNew = major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
  if (isNew) return passed(`its version is ${oldest.join('.')} or later`)
  return {
    ok: false,
    fatal: true,
    message: `Redis ${version} is older than ${oldest.join('.')}`,
    hint: `install Redis ${oldest.join('.')} or later; Valkey serves as well`,
  }
}

function evictionCheck(policy: string | undefined): RedisCheck {
  if (policy === 'noeviction') return passed('its maxmemory-policy is noeviction')
  if (policy === undefined) return warning('its maxmemory-policy is not to be seen', 'make sure that it is noeviction')
  return {
    ok: false,
    fatal: true,
    message: `its maxmemory-policy is ${policy}: when memory is short, jobs would vanish`,
    hint: 'set maxmemory-policy to noeviction',
  }
}

function memoryCheck(info: Info): RedisCheck {
  const [used, most] = ['used_memory', 'maxmemory'].map((field) => Number(info.get(field) ?? 0))
  if (used === undefined || most === undefined || most === 0) return passed('its memory is not limited')
  const share = `${Math.round((100 * used) / most)} % of its maxmemory is in use`
  if (used < fullShare * most) return passed(share)
  return warning(
    `${share}: when it is full, no job can be added`,
    'raise maxmemory, or give Tagboat a Redis of its own',
  )
}

async function persistenceCheck(server: Client, info: Info): Promise<RedisCheck> {
  if (info.get('aof_enabled') === '1') return passed('it keeps its content on disk (appendonly)')
  const hint = 'set appendonly yes; without it, everything is scanned again after a restart of Redis'
  try {
    const [, save = ''] = (await server.config('GET', 'save')) as readonly string[]
    if (save !== '') return passed('it keeps snapshots of its content on disk')
    return warning('it keeps nothing on disk', hint)
  } catch (error) {
    return warning(`whether it keeps anything on disk is not to be seen: ${causeOf(error)}`, hint)
  }
}

function clockCheck(skewMs: number): RedisCheck {
  if (Math.abs(skewMs) <= maxSkewMs) return passed('its clock agrees with ours')
  const seconds = (Math.abs(skewMs) / 1000).toFixed(1)
  const side = skewMs > 0 ? 'ahead of' : 'behind'
  return warning(
    `its clock is ${seconds} s ${side} ours`,
    'synchronize the clocks (NTP): ages and waits go wrong by as much',
  )
}

function rightsCheck(refused: readonly string[]): RedisCheck {
  if (refused.length === 0) return passed('its user may use every command that is needed')
  return {
    ok: false,
    fatal: true,
    message: `its user may not use ${refused.join(', ')}`,
    hint: 'give the user the rules that docs/redis.md lists (ACL SETUSER)',
  }
}

function passed(message: string): RedisCheck {
  return { ok: true, fatal: false, message }
}

function warning(message: string, hint: string): RedisCheck {
  return { ok: false, fatal: false, message, hint }
}

function parseInfo(text: string): Info {
  return new Map(
    text.split('\r\n').flatMap((line): [string, string][] => {
      const at = line.indexOf(':')
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : []
    }),
  )
}
