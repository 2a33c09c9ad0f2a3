import { expect, it } from 'vitest'
import { openRedis } from '#io/store/redis/open.ts'
import { refusedCommands } from '#io/store/redis/rights.ts'
import { startRedis } from '../../../services/redis.ts'
import { clock, listeningLog, signal } from './scene.ts'

it.each([
  ['~{tagboat:x}:* &{tagboat:x}:* +@all', []],
  ['~{tagboat:x}:* &{tagboat:x}:* +@all -xadd -zadd -hset', ['hset', 'xadd', 'zadd']],
  ['~{tagboat:x}:* &{tagboat:x}:* +@all -evalsha -eval', ['eval']],
  ['~{tagboat:x}:* &{tagboat:x}:* +@all -multi -bzpopmin -scan', ['bzpopmin', 'multi', 'scan']],
  ['~{tagboat:x}:* +@all resetchannels', ['publish']],
])('of a user with the rules %s', async (rules, refused) => {
  await using server = await startRedis({ user: { name: 'u', password: 'p-w', rules } })
  const options = { url: server.url, prefix: '{tagboat:x}', environment: {}, clock, log: listeningLog() }
  await using redis = await openRedis(options)
  await redis.ready(signal)
  expect(await refusedCommands(redis.store, redis.prefix)).toEqual(refused)
  expect(await server.command('dbsize')).toBe('0')
})

it('of a user that may use no key of the prefix: all that have one', async () => {
  const rules = '~{tagboat:y}:* &* +@all'
  await using server = await startRedis({ user: { name: 'u', password: 'p-w', rules } })
  const options = { url: server.url, prefix: '{tagboat:x}', environment: {}, clock, log: listeningLog() }
  await using redis = await openRedis(options)
  await redis.ready(signal)
  const refused = await refusedCommands(redis.store, redis.prefix)
  expect(refused).toContain('eval')
  expect(refused).toContain('bzpopmin')
})
