import type { HttpAnswer } from '../http.ts'
import { namesQuota, readRateHeaders, readRetryAfter } from './rate-headers.ts'

/** A refusal for a while. */
export interface RateLimit {
  /** What the answer tells about its end; undefined if it tells nothing. */
  readonly retry?: { readonly afterMs: number }
  /** Does it concern one credential (a quota is named), or everybody? */
  readonly isQuota: boolean
}

const minQuotaMs = 60_000

/** The limit that an answer tells of: 429, or 503 with `Retry-After`; undefined for any other. `now` is epoch ms. */
export function rateLimitOf(
  { status, headers }: Pick<HttpAnswer, 'status' | 'headers'>,
  now: number,
): RateLimit | undefined {
  const afterMs = readRetryAfter(headers, now)
  if (status !== 429 && !(status === 503 && afterMs !== undefined)) return undefined
  const quota = readRateHeaders(headers, now)
  const until = afterMs ?? quota.resetMs ?? whenOneIsFree(quota)
  return { isQuota: namesQuota(quota), ...(until !== undefined && { retry: { afterMs: until } }) }
}

/** Without a reset: the time in which a window lets one more request in. */
function whenOneIsFree({ limit, remaining, windowMs }: ReturnType<typeof readRateHeaders>): number | undefined {
  if (remaining !== 0 || limit === undefined || limit === 0 || windowMs === undefined) return undefined
  return Math.max(minQuotaMs, windowMs / limit)
}
