import type { Redis } from '#io/store/redis/open.ts'

/** What the queues need of Redis. */
export type QueueRedis = Pick<Redis, 'connection' | 'prefix'>
