import { AppError } from '#core/error.ts'
import { Secret } from '#core/secret/secret.ts'

interface Host {
  readonly host: string
  readonly port: number
}

interface Login {
  readonly user: string | undefined
  readonly password: Secret | undefined
}

/** Files by which a server is trusted, and by which it trusts us. */
interface TlsFiles {
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  /** The name in the server's certificate, where it is not the host's. */
  readonly serverName: string | undefined
}

/** Where a Redis is and how to get in. */
export interface RedisAddress {
  readonly kind: 'server' | 'socket' | 'sentinel' | 'cluster'
  /** Of the server, of the Sentinels, or of some members of the cluster; empty for a socket. */
  readonly hosts: readonly Host[]
  readonly socket: string | undefined
  /** What the Sentinels call the group. */
  readonly group: string | undefined
  readonly database: number
  readonly login: Login
  /** For the Sentinels themselves. */
  readonly sentinelLogin: Login
  /** Undefined: without TLS. */
  readonly tls: TlsFiles | undefined
  /** Without any credential: what people may see. */
  readonly shown: string
}

type Environment = Readonly<Record<string, string | undefined>>

const forms = 'redis://, rediss://, unix:///path, redis+sentinel://hosts/group or redis+cluster://hosts'
const schemes: Readonly<Record<string, { readonly kind: RedisAddress['kind']; readonly tls: boolean }>> = {
  redis: { kind: 'server', tls: false },
  rediss: { kind: 'server', tls: true },
  unix: { kind: 'socket', tls: false },
  'redis+socket': { kind: 'socket', tls: false },
  'redis+sentinel': { kind: 'sentinel', tls: false },
  'rediss+sentinel': { kind: 'sentinel', tls: true },
  'redis+cluster': { kind: 'cluster', tls: false },
  'rediss+cluster': { kind: 'cluster', tls: true },
}
const parameters = ['db', 'ca', 'cert', 'key', 'servername', 'sentinel-user', 'sentinel-password']

const encoding = 'in a password every character but letters and digits is to be percent-encoded'

const grammar =
  /^(?<scheme>[a-z+]+):\/\/(?:(?<user>[^/?#@:]*)(?::(?<password>[^/?#@]*))?@)?(?<hosts>[^/?#@]*)(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?$/
const hostGrammar = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<name>[A-Za-z0-9_.-]+))(?::(?<port>[0-9]{1,5}))?$/

/**
 * Parses the address of a Redis. TLS takes its authority from `?ca=FILE` or `REDIS_CA_FILE`, and its own certificate from
 * `?cert=FILE&key=FILE`. `USAGE_INVALID` says what is wrong and never repeats the text, which may hold a password.
 */
export function parseRedisAddress(text: string, environment: Environment): RedisAddress {
  const groups = /[\s\u0000-\u001f\u007f]/.test(text) ? undefined : grammar.exec(text)?.groups
  if (groups === undefined) throw refused(`expected one of ${forms}`)
  const scheme = groups['scheme'] ?? ''
  const known = Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined
  if (known === undefined) throw refused(`its scheme is none of ${forms}`)
  if (`${groups['path'] ?? ''}${groups['query'] ?? ''}`.includes('@')) throw refused(encoding)
  const query = queryOf(groups['query'] ?? '')
  const login = loginOf(groups['user'], groups['password'])
  const place = placeOf(known.kind, { hosts: groups['hosts'] ?? '', path: decode(groups['path'] ?? ''), query })
  return {
    ...place,
    kind: known.kind,
    login,
    sentinelLogin: loginOf(query.get('sentinel-user'), query.get('sentinel-password')),
    tls: known.tls ? tlsOf(query, environment) : undefined,
    shown: `${scheme}://${shownOf(place)}`,
  }
}

type Place = Pick<RedisAddress, 'hosts' | 'socket' | 'group' | 'database'>

interface Rest {
  readonly hosts: string
  readonly path: string
  readonly query: ReadonlyMap<string, string>
}

function placeOf(kind: RedisAddress['kind'], { hosts, path, query }: Rest): Place {
  const database = query.get('db') ?? ''
  if (kind === 'socket') {
    if (hosts !== '' || path.length < 2) throw refused('expected unix:///path/of/the/socket')
    return { hosts: [], socket: path, group: undefined, database: databaseOf(database) }
  }
  const parts = path.split('/').slice(1)
  if (parts.length > (kind === 'sentinel' ? 2 : 1)) throw refused('there is too much after its hosts')
  const group = kind === 'sentinel' ? parts.shift() : undefined
  if (kind === 'sentinel' && (group ?? '') === '') {
    throw refused('expected redis+sentinel://host:26379,host:26379/group, as the Sentinels call it')
  }
  const number = databaseOf(parts[0] ?? database)
  if (kind === 'cluster' && number !== 0) throw refused('a cluster has only database 0')
  const list = hosts.split(',').map((host) => hostOf(host, kind === 'sentinel' ? 26_379 : 6379))
  if (kind === 'server' && list.length > 1) {
    throw refused('several hosts need redis+sentinel:// or redis+cluster://')
  }
  return { hosts: list, socket: undefined, group, database: number }
}

function hostOf(text: string, defaultPort: number): Host {
  const { v6, name, port } = hostGrammar.exec(text)?.groups ?? {}
  const host = v6 ?? name
  const number = port === undefined ? defaultPort : Number(port)
  if (host === undefined || number < 1 || number > 65_535) {
    throw refused(`expected host:port; ${encoding}`)
  }
  return { host, port: number }
}

function databaseOf(text: string): number {
  if (!/^[0-9]{0,4}$/.test(text)) throw refused('its database is no number')
  return Number(text)
}

function queryOf(text: string): ReadonlyMap<string, string> {
  const query = new Map(new URLSearchParams(text))
  if ([...query.keys()].every((name) => parameters.includes(name))) return query
  throw refused(`it has a parameter other than ${parameters.join(', ')}`)
}

function loginOf(user: string | undefined, password: string | undefined): Login {
  return {
    user: user === undefined || user === '' ? undefined : decode(user),
    password: password === undefined || password === '' ? undefined : new Secret(decode(password)),
  }
}

function tlsOf(query: ReadonlyMap<string, string>, environment: Environment): TlsFiles {
  const ofEnvironment = environment['REDIS_CA_FILE']
  const files = {
    ca: query.get('ca') ?? (ofEnvironment === '' ? undefined : ofEnvironment),
    cert: query.get('cert'),
    key: query.get('key'),
    serverName: query.get('servername'),
  }
  if ((files.cert === undefined) !== (files.key === undefined)) throw refused('cert and key belong together')
  return files
}

function shownOf({ hosts, socket, group, database }: Place): string {
  const list = hosts.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(',')
  const suffix = [group, database === 0 ? undefined : String(database)].filter((part) => part !== undefined)
  return [`${list}${socket ?? ''}`, ...suffix].join('/')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw refused('it has a "%" that begins no percent-encoded character')
  }
}

function refused(why: string): AppError {
  return new AppError('USAGE_INVALID', `the address of Redis (REDIS_URL or --redis): ${why}`)
}
