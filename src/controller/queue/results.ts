import { z } from '#core/schema.ts'
import type { Log } from '#flow/ports.ts'
import type { Redis } from '#io/store/redis/open.ts'
import type { JobResult } from '../job.ts'
import { jobData, readJobData } from './job-data.ts'

/** How the leader learns what came of jobs that ran elsewhere. A result that gets lost is found by its sweep. */
export interface JobResults {
  /** Tells the other processes; never fails. */
  publish(result: JobResult): Promise<void>
  /** Hears those of other processes; gives what ends that. */
  subscribe(listener: (result: JobResult) => void): Promise<() => void>
}

const channel = 'results'

const schema = z.object({
  v: z.literal(1),
  from: z.string(),
  key: z.unknown(),
  afterMs: z.number().min(0).optional(),
  gone: z.boolean(),
  error: z.object({ code: z.string().max(100), message: z.string().max(4096) }).optional(),
})

/** Opens the channel of results. `identity` names this process, whose own results it does not hear. */
export function openResults({
  redis,
  identity,
  log,
}: {
  readonly redis: Pick<Redis, 'publish' | 'subscribe'>
  readonly identity: string
  readonly log: Log
}): JobResults {
  return {
    publish: async ({ key, afterMs, gone, error }) => {
      const message = { v: 1, from: identity, key: jobData(key), afterMs, gone, error }
      await redis.publish(channel, JSON.stringify(message)).catch((cause: unknown) => {
        log.debug('the result of a job could not be told to the other replicas', { error: cause })
      })
    },
    subscribe: async (listener) => {
      return redis.subscribe(channel, (text) => {
        const told = readResult(text)
        if (told === undefined) log.debug('a result of a job was written by another version and passed over')
        else if (told.from !== identity) listener(told.result)
      })
    },
  }
}

/** Undefined where another version, or somebody else, has written it. */
function readResult(text: string): { readonly from: string; readonly result: JobResult } | undefined {
  const parsed = schema.safeParse(parseJson(text))
  const key = parsed.success ? readJobData(parsed.data.key) : undefined
  if (!parsed.success || key === undefined) return undefined
  const { from, afterMs, gone, error } = parsed.data
  return { from, result: { key, afterMs, gone, ...(error !== undefined && { error }) } }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
