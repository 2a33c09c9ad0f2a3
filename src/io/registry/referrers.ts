import { AppError } from '#core/error.ts'
import type { Descriptor } from '#core/image/descriptor.ts'
import type { Digest } from '#core/image/digest.ts'
import { parseReferrers } from '#core/image/manifest.ts'
import { ociIndexType } from '#core/image/media-type.ts'
import type { HttpAnswer } from '../http.ts'
import { headerValues } from '../http/headers.ts'
import { absentIs404 } from './content.ts'
import type { Ask, Call, Exchange } from './exchange.ts'
import type { HostMemory } from './host-memory.ts'
import type { RegistryLimits } from './options.ts'
import { nextQuery } from './paging.ts'
import { StatusError } from './status-error.ts'

/** What finding referrers works with. */
export interface ReferrerDeps {
  readonly exchange: Exchange
  readonly memory: HostMemory
  readonly limits: RegistryLimits
  readonly signal: AbortSignal
}

interface Page {
  readonly found: readonly Descriptor[]
  readonly next: string | undefined
}

const pageMs = 60_000
const maxPages = 10
const maxDescriptors = 1000
/** Registries from before the referrers API (OCI distribution 1.1). */
const unknownApi = new Set([400, 404, 405, 406])

/**
 * What refers to a digest: by the referrers API, or by the tag `sha256-<hex>` where there is no such API; what is
 * absent has none. `REGISTRY_BUDGET_EXCEEDED` beyond 10 pages or 1000 descriptors: half a list would prove nothing.
 */
export async function findReferrers(call: Call, digest: Digest, deps: ReferrerDeps): Promise<readonly Descriptor[]> {
  const { host } = call.access.image
  if (deps.memory.hasReferrers(host)) {
    const found = await byApi(call, digest, deps)
    if (found !== undefined) return found
    deps.memory.keepNoReferrers(host)
  }
  const page = await absentIs404(deps.exchange(ask(call, `manifests/${digest.replace(':', '-')}`, deps), deps.signal))
  return page?.found ?? []
}

async function byApi(call: Call, digest: Digest, deps: ReferrerDeps): Promise<readonly Descriptor[] | undefined> {
  const found: Descriptor[] = []
  let query: string | undefined = ''
  for (let pages = 0; query !== undefined; pages += 1) {
    if (pages === maxPages || found.length > maxDescriptors) throw tooMany(call, digest)
    const target: string = query === '' ? `referrers/${digest}` : `referrers/${digest}?${query}`
    const page: Page | undefined = await unlessUnknown(deps.exchange(ask(call, target, deps), deps.signal))
    if (page === undefined) return undefined
    found.push(...page.found)
    query = page.next
  }
  if (found.length > maxDescriptors) throw tooMany(call, digest)
  return found
}

async function unlessUnknown(work: Promise<Page | undefined>): Promise<Page | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof StatusError && unknownApi.has(error.status)) return undefined
    throw error
  }
}

function ask(call: Call, target: string, { limits }: ReferrerDeps): Ask<Page | undefined> {
  const { path } = call.access.image
  return {
    call,
    kind: 'referrers',
    method: 'GET',
    target: `/v2/${path}/${target}`,
    accept: ociIndexType,
    label: `what refers to ${target} of ${path}`,
    totalMs: pageMs,
    maxBytes: limits.manifestBytes,
    read: readPage,
  }
}

async function readPage(answer: HttpAnswer): Promise<Page | undefined> {
  const found = parseReferrers(jsonOf(await answer.bytes()))
  return found && { found, next: nextQuery(headerValues(answer.headers, 'link')) }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

function tooMany(call: Call, digest: Digest): AppError {
  const { host, path } = call.access.image
  return new AppError('REGISTRY_BUDGET_EXCEEDED', `${host}: too much refers to ${digest} of ${path}`)
}
