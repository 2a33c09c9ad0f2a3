import { randomUUID } from 'node:crypto'
import { ReplyError } from 'ioredis'
import type { RedisConnection } from './connect.ts'
import { runScript, script } from './script.ts'

/** The commands of BullMQ's scripts and of ours, by the type of their key, each with arguments that change nothing of worth. */
const scripted: Readonly<Record<string, string>> = {
  string:
    'set $ 1 px 9000, get $, incr $, incrby $ 1, pexpire $ 9000, pexpireat $ 1, persist $, pttl $, exists $, type $, ' +
    'del $, unlink $, rename $ $',
  list:
    'rpush $ a b c d, lpush $ a, llen $, lrange $ 0 -1, lindex $ 0, lpos $ a, lset $ 0 a, ltrim $ 0 9, lrem $ 0 z, ' +
    'rpop $, lpop $, rpoplpush $ $',
  hash: 'hset $ a 1, hmset $ b 1, hget $ a, hmget $ a b, hgetall $, hincrby $ a 1, hexists $ a, hlen $, hdel $ b, hscan $ 0',
  set: 'sadd $ a, srem $ z, scard $, smembers $, sismember $ a, sscan $ 0',
  zset:
    'zadd $ 1 a 2 b, zrem $ z, zscore $ a, zcard $, zcount $ 0 9, zrange $ 0 -1, zrevrange $ 0 -1, zrangebyscore $ 0 9, ' +
    'zrevrangebyscore $ 9 0, zrangebylex $ - +, zlexcount $ - +, zremrangebyscore $ 8 9, zremrangebyrank $ 8 9, zpopmin $',
  stream: 'xadd $ * a 1, xlen $, xrange $ - +, xtrim $ maxlen 9, xdel $ 0-1, time',
}

/** Tries each command on a key of its type, and deletes the keys; gives the names of those that the user may not run. */
const tryAll = script(`
local refused = {}
for index = 1, #ARGV do
  local words = {}
  for word in string.gmatch(ARGV[index], '%S+') do words[#words + 1] = word end
  local key = KEYS[tonumber(table.remove(words, 1))]
  for at = 1, #words do if words[at] == '$' then words[at] = key end end
  local answer = redis.pcall(unpack(words))
  local text = type(answer) == 'table' and type(answer.err) == 'string' and string.lower(answer.err) or ''
  if string.find(text, 'permission') or string.find(text, "can't run") or string.find(text, "can't access") then
    refused[#refused + 1] = words[1]
  end
end
for index = 1, #KEYS do redis.pcall('del', KEYS[index]) end
return refused
`)

/** Names of the commands that the queues and stores need and the user may not use, in the order of the alphabet. */
export async function refusedCommands(store: RedisConnection, prefix: string): Promise<readonly string[]> {
  // Two that look at the same time must not see each other's keys.
  const base = `${prefix}:check:${randomUUID()}`
  const types = Object.keys(scripted)
  const values = Object.values(scripted).flatMap((lines, type) =>
    lines.split(', ').map((line) => `${type + 1} ${line}`),
  )
  const keys = types.map((type) => `${base}:${type}`)
  const direct: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['bzpopmin', async () => store.bzpopmin(`${base}:marker`, 0.01)],
    ['xread', async () => store.xread('COUNT', 1, 'STREAMS', `${base}:events`, '$')],
    ['publish', async () => store.publish(`${base}:news`, '')],
    ['multi', async () => store.multi().get(`${base}:string`).exec()],
    ['scan', async () => store.scan(0)],
    ['client', async () => store.client('GETNAME')],
  ]
  const refused = await Promise.all(direct.map(async ([name, run]) => ((await isRefused(run)) ? [name] : [])))
  const inScript = await runScript(store, tryAll, { keys, values }).catch((error: unknown) => {
    return judged(error) ? ['eval'] : []
  })
  return [...new Set([...refused.flat(), ...(inScript as readonly string[])])].toSorted()
}

async function isRefused(run: () => Promise<unknown>): Promise<boolean> {
  return run().then(() => false, judged)
}

/**
 * Is it the refusal of a command? Throws an error that Redis itself did not answer with. Of a transaction only the errors
 * before its end tell why it was refused; without `multi` there is none to end.
 */
function judged(error: unknown): boolean {
  if (!(error instanceof ReplyError)) throw error
  const { previousErrors = [] } = error as Error & { readonly previousErrors?: readonly Error[] }
  return [error as Error, ...previousErrors].some(({ message }) => /NOPERM|EXEC without MULTI/.test(message))
}
