import { header, type HttpHeaders } from '../http/headers.ts'
import { parseHttpDate, retryAfterMs } from './retry-after.ts'

/** What an answer says about a quota; whatever it leaves out is undefined. */
export interface RateHeaders {
  readonly limit?: number
  readonly remaining?: number
  readonly windowMs?: number
  /** Until the quota is full again, in milliseconds from now. */
  readonly resetMs?: number
}

/**
 * Reads `ratelimit-*` (Docker Hub's `100;w=21600` too), `x-ratelimit-*` and the structured `RateLimit` with
 * `RateLimit-Policy`. `now` is epoch ms.
 */
export function readRateHeaders(headers: HttpHeaders, now: number): RateHeaders {
  const structured = parametersOf(`${header(headers, 'ratelimit') ?? ''};${header(headers, 'ratelimit-policy') ?? ''}`)
  const plain = (name: string) => header(headers, `ratelimit-${name}`) ?? header(headers, `x-ratelimit-${name}`)
  const limit = leadingNumber(plain('limit')) ?? structured.get('q') ?? structured.get('limit')
  const remaining = leadingNumber(plain('remaining')) ?? structured.get('r') ?? structured.get('remaining')
  const window = parametersOf(`${plain('limit') ?? ''};${plain('remaining') ?? ''}`).get('w') ?? structured.get('w')
  const reset = leadingNumber(plain('reset')) ?? structured.get('t') ?? structured.get('reset')
  return {
    ...(limit !== undefined && { limit }),
    ...(remaining !== undefined && { remaining }),
    ...(window !== undefined && { windowMs: window * 1000 }),
    ...(reset !== undefined && { resetMs: untilReset(reset, headers, now) }),
  }
}

/** What `Retry-After` or `X-Retry-After` asks for, in milliseconds; undefined if neither is there. */
export function readRetryAfter(headers: HttpHeaders, now: number): number | undefined {
  const value = header(headers, 'retry-after') ?? header(headers, 'x-retry-after')
  return value === undefined ? undefined : retryAfterMs(value, now)
}

/** Does the answer name a quota at all? Without one a 429 concerns everybody, not one credential. */
export function namesQuota({ limit, remaining }: RateHeaders): boolean {
  return limit !== undefined || remaining !== undefined
}

/** A reset is epoch milliseconds, epoch seconds (by the server's clock), or seconds from now: its size tells. */
function untilReset(reset: number, headers: HttpHeaders, now: number): number {
  const serverNow = parseHttpDate(header(headers, 'date') ?? '', now) ?? now
  const ms = reset > 1e12 ? reset - serverNow : reset > 1e9 ? reset * 1000 - serverNow : reset * 1000
  return Math.max(0, ms)
}

function leadingNumber(text: string | undefined): number | undefined {
  const digits = /^\s*(\d+(?:\.\d+)?)/.exec(text ?? '')?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** `"p";r=50;t=30` or `limit=100, remaining=50`: names and numbers, the first of each name counts. */
function parametersOf(text: string): ReadonlyMap<string, number> {
  const found = [...text.matchAll(/(?:^|[;,\s])([a-z]+)=(\d+(?:\.\d+)?)/g)]
  return new Map(found.map(([, name = '', value = '']): [string, number] => [name, Number(value)]).toReversed())
}
