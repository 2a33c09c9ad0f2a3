import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { isAppError, type AppError } from '#core/error.ts'
import { redact } from '#core/secret/redact.ts'
import { reveal } from '#core/secret/reveal.ts'
import { parseRedisAddress } from '#io/store/redis/address.ts'

function errorOf(run: () => unknown): AppError {
  try {
    run()
  } catch (error) {
    if (isAppError(error)) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('an address', () => {
  it.each([
    ['redis://cache', { kind: 'server', hosts: [{ host: 'cache', port: 6379 }], database: 0 }, 'redis://cache:6379'],
    ['redis://cache:7000/3', { hosts: [{ host: 'cache', port: 7000 }], database: 3 }, 'redis://cache:7000/3'],
    ['redis://cache:7000/', { database: 0 }, 'redis://cache:7000'],
    ['redis://cache?db=2', { database: 2 }, 'redis://cache:6379/2'],
    ['redis://[::1]:7000', { hosts: [{ host: '::1', port: 7000 }] }, 'redis://[::1]:7000'],
    ['rediss://u:secret-1@cache', { login: { user: 'u' }, tls: { ca: undefined } }, 'rediss://cache:6379'],
    [
      'rediss://cache?ca=/etc/ca.crt&servername=r',
      { tls: { ca: '/etc/ca.crt', serverName: 'r' } },
      'rediss://cache:6379',
    ],
    ['rediss://cache?cert=/c&key=/k', { tls: { cert: '/c', key: '/k' } }, 'rediss://cache:6379'],
    ['unix:///run/redis.sock', { kind: 'socket', hosts: [], socket: '/run/redis.sock' }, 'unix:///run/redis.sock'],
    ['unix://u:secret-1@/run/r%20s', { socket: '/run/r s', login: { user: 'u' } }, 'unix:///run/r s'],
    ['redis+socket:///run/redis.sock?db=4', { kind: 'socket', database: 4 }, 'redis+socket:///run/redis.sock/4'],
    [
      'redis+sentinel://u:secret-1@a:1,b/main/2?sentinel-user=s&sentinel-password=secret-2',
      {
        kind: 'sentinel',
        hosts: [
          { host: 'a', port: 1 },
          { host: 'b', port: 26_379 },
        ],
        group: 'main',
        database: 2,
        sentinelLogin: { user: 's' },
        tls: undefined,
      },
      'redis+sentinel://a:1,b:26379/main/2',
    ],
    ['rediss+sentinel://a/main', { kind: 'sentinel', tls: {} }, 'rediss+sentinel://a:26379/main'],
    ['redis+cluster://a,b:7001', { kind: 'cluster', database: 0, tls: undefined }, 'redis+cluster://a:6379,b:7001'],
    ['rediss+cluster://a/0', { kind: 'cluster', tls: {} }, 'rediss+cluster://a:6379'],
  ])('%s', (text, parts, shown) => {
    const address = parseRedisAddress(text, {})
    expect(address).toMatchObject(parts)
    expect(address.shown).toBe(shown)
    expect(`${JSON.stringify(address)}${inspect(address)}`).not.toContain('secret')
  })

  it('takes the authority from the environment where it names none', () => {
    const environment = { REDIS_CA_FILE: '/env/ca.crt' }
    expect(parseRedisAddress('rediss://cache', environment).tls?.ca).toBe('/env/ca.crt')
    expect(parseRedisAddress('rediss://cache?ca=/own', environment).tls?.ca).toBe('/own')
    expect(parseRedisAddress('rediss://cache', { REDIS_CA_FILE: '' }).tls?.ca).toBeUndefined()
    expect(parseRedisAddress('redis://cache', environment).tls).toBeUndefined()
  })

  it('keeps its password from every text', () => {
    const { login } = parseRedisAddress('redis://:p%40ss%2Fword@cache', {})
    expect(login.user).toBeUndefined()
    expect(login.password && reveal(login.password)).toBe('p@ss/word')
    expect(redact('refused p@ss/word, p%40ss%2Fword')).toBe('refused ***, ***')
  })
})

describe('what is no address', () => {
  it.each([
    ['', 'expected one of redis://, rediss://'],
    ['cache:6379', 'expected one of redis://, rediss://'],
    ['http://cache', 'its scheme is none of redis://, rediss://'],
    ['constructor://cache', 'its scheme is none of'],
    ['redis://cache host', 'expected one of'],
    ['redis://', 'expected host:port'],
    ['redis://cache:0', 'expected host:port'],
    ['redis://cache:65536', 'expected host:port'],
    ['redis://:hunter2/tail@cache:6379', 'percent-encoded'],
    ['redis://:hunter2?tail@cache:6379', 'percent-encoded'],
    ['redis://:hunter2%zz@cache', 'begins no percent-encoded character'],
    ['redis://a,b', 'several hosts need redis+sentinel:// or redis+cluster://'],
    ['redis://cache/first', 'its database is no number'],
    ['redis://cache/0/1', 'there is too much after its hosts'],
    ['redis://cache?hunter2=1', 'it has a parameter other than db, ca, cert, key, servername'],
    ['rediss://cache?cert=/c', 'cert and key belong together'],
    ['unix://cache', 'expected unix:///path/of/the/socket'],
    ['unix://cache/path', 'expected unix:///path/of/the/socket'],
    ['redis+sentinel://a,b', 'expected redis+sentinel://host:26379,host:26379/group'],
    ['redis+sentinel://a/main/0/1', 'there is too much after its hosts'],
    ['redis+cluster://a/1', 'a cluster has only database 0'],
  ])('%s', (text, why) => {
    const { code, message } = errorOf(() => parseRedisAddress(text, {}))
    expect(code).toBe('USAGE_INVALID')
    expect(message).toContain(`the address of Redis (REDIS_URL or --redis): `)
    expect(message).toContain(why)
    expect(message).not.toContain('hunter2')
  })
})
