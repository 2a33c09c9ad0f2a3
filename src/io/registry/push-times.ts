import { isAppError } from '#core/error.ts'
import type { Tag } from '#core/image/reference.ts'
import type { HttpAnswer } from '../http.ts'
import type { Ask, Call, Exchange } from './exchange.ts'
import type { HostMemory } from './host-memory.ts'
import type { RegistryLimits } from './options.ts'
import type { PushTimeApi } from './providers/provider.ts'

/** What reading push times works with. */
export interface PushTimeDeps {
  readonly exchange: Exchange
  readonly memory: HostMemory
  readonly limits: RegistryLimits
  readonly signal: AbortSignal
}

type Page = NonNullable<ReturnType<PushTimeApi['read']>>

const pageMs = 60_000
const maxPages = 10

/**
 * When tags were pushed (epoch ms), by the registry's own list: the newest thousand or so, ten requests at most.
 * Undefined where there is no such list, or where it did not answer as expected: then it is left alone for a day.
 * Nothing fails for it but a stop.
 */
export async function findPushTimes(call: Call, deps: PushTimeDeps): Promise<ReadonlyMap<Tag, number> | undefined> {
  const { host, path } = call.access.image
  const api = deps.memory.provider(host).pushTimes
  const own = deps.memory.options(host)?.pushTimes
  if (api === undefined || own === 'off' || !deps.memory.hasPushTimes(host, path)) return undefined
  try {
    const found = await readPages(call, { ...api, origin: own ?? api.origin }, deps)
    if (found !== undefined) return found
  } catch (error) {
    if (!isAppError(error) || error.code === 'CANCELLED') throw error
    // What passes by itself is asked again next time.
    if (error.code === 'REGISTRY_RATE_LIMITED' || error.code === 'REGISTRY_TIMEOUT') return undefined
  }
  deps.memory.keepNoPushTimes(host, path)
  return undefined
}

async function readPages(
  call: Call,
  api: PushTimeApi,
  deps: PushTimeDeps,
): Promise<ReadonlyMap<Tag, number> | undefined> {
  const times = new Map<Tag, number>()
  let query: string | undefined = api.query
  for (let pages = 0; query !== undefined && pages < maxPages; pages += 1) {
    const page: Page | undefined = await deps.exchange(ask(call, { api, query, limits: deps.limits }), deps.signal)
    if (page === undefined) return undefined
    for (const [tag, at] of page.times) times.set(tag, at)
    query = page.next
  }
  return times
}

interface PageRequest {
  readonly api: PushTimeApi
  readonly query: string
  readonly limits: RegistryLimits
}

function ask(call: Call, { api, query, limits }: PageRequest): Ask<Page | undefined> {
  const { path } = call.access.image
  return {
    call,
    kind: 'push-times',
    method: 'GET',
    origin: api.origin,
    target: `${api.path(path)}?${query}`,
    accept: 'application/json',
    label: `the push times of ${path}`,
    totalMs: pageMs,
    maxBytes: limits.pageBytes,
    read: async (answer) => api.read(await readJson(answer)),
  }
}

async function readJson(answer: HttpAnswer): Promise<unknown> {
  try {
    return JSON.parse(Buffer.from(await answer.bytes()).toString('utf8'))
  } catch (error) {
    if (isAppError(error)) throw error
    return undefined
  }
}
