import { systemClock } from '#io/clock.ts'
import type { RedisCheck } from '#io/store/redis/open.ts'
import type { Log } from '#flow/ports.ts'
import type { CommandIo } from '../../io.ts'
import type { Finding } from './finding.ts'

/** The findings say what is wrong. */
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

const patienceMs = 5000

/** Is this Redis fit for the queues? Keys that are tried out begin with `{tagboat:UID}`, as those of the controller. */
export async function checkRedis(
  url: string,
  uid: string | undefined,
  { env, signal }: Pick<CommandIo, 'env' | 'signal'>,
): Promise<readonly Finding[]> {
  // The client is large, and most clusters are checked without a way to their Redis.
  const { openRedis } = await import('#io/store/redis/open.ts')
  const prefix = `{tagboat:${uid ?? 'check'}}`
  await using redis = await openRedis({ url, prefix, environment: env, clock: systemClock, log: silent })
  await redis.ready(AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])).catch(() => undefined)
  const [reach, ...others] = await redis.check(signal)
  if (reach === undefined) return []
  // Without an answer there is nothing else; what is not fatal is advice.
  return [findingOf(reach, reach.ok), ...others.map((one) => findingOf(one, one.ok || !one.fatal))]
}

function findingOf({ message, hint }: RedisCheck, ok: boolean): Finding {
  return { check: 'Redis', ok, message, ...(hint !== undefined && { hint }) }
}
