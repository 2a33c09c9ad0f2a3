import { isRequested } from '#core/api/annotations.ts'
import { parseDuration } from '#core/time.ts'
import type { CachedResource } from '#io/cluster/cluster.ts'
import type { JobResult } from './job.ts'
import { headerOf } from './wake.ts'

/** So much later than we another replica may learn that an object is ours to reconcile. */
export const behindMs = 60_000
const mostSpreadMs = 40_000
const policySpreadMs = 10_000

/**
 * In how many milliseconds an object is due that is seen for the first time. 0: it was never worked through as it is
 * written now, a person waits for it, or it is being deleted. Others are spread by their UIDs over their interval, 40 s
 * at most, and policies over the 10 s after that: their repositories have been scanned by then, also if the lists were
 * lost. Undefined: it is suspended.
 */
export function firstDueMs(
  cached: CachedResource,
  { text, sha256 }: { readonly text: string; readonly sha256: (text: string) => string },
): number | undefined {
  const { metadata, status } = headerOf(cached)
  if (metadata.deletionTimestamp !== undefined) return 0
  if (isSuspended(cached)) return undefined
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  const seen = [status?.observedGeneration, ready?.observedGeneration]
  if (!seen.includes(metadata.generation) || isRequested({ metadata, status })) return 0
  const share = Number.parseInt(sha256(metadata.uid ?? text).slice(0, 8), 16) / 2 ** 32
  const isPolicy = cached.is === 'resource' && cached.resource.kind === 'ImagePolicy'
  if (isPolicy) return mostSpreadMs + share * policySpreadMs
  return share * Math.min(intervalMs(cached) ?? mostSpreadMs, mostSpreadMs)
}

/**
 * In how many milliseconds an object is due after a run; undefined: a change wakes it. Where it was gone, suspended or
 * Flux's and here it is not, that replica was behind ours, and it is tried again.
 */
export function nextDueMs(
  { afterMs, gone, error }: Pick<JobResult, 'afterMs' | 'gone' | 'error'>,
  cached: CachedResource | undefined,
): number | undefined {
  if (gone) return 1000
  const isAnswer = afterMs !== undefined || error !== undefined
  return isAnswer || cached === undefined || !isPeriodic(cached) ? afterMs : behindMs
}

/** Does every run of it that ends well name the time of the next? */
function isPeriodic(cached: CachedResource): boolean {
  const { deletionTimestamp } = headerOf(cached).metadata
  return intervalMs(cached) !== undefined && !isSuspended(cached) && deletionTimestamp === undefined
}

export function isSuspended(cached: CachedResource): boolean {
  return cached.is === 'resource' && cached.resource.spec.suspend === true
}

/** Undefined where there is none, or none that can be: its own job tells the author. */
export function intervalMs(cached: CachedResource): number | undefined {
  const text = cached.is === 'resource' ? cached.resource.spec.interval : undefined
  try {
    return text === undefined ? undefined : Math.max(1000, parseDuration(text))
  } catch {
    return undefined
  }
}
