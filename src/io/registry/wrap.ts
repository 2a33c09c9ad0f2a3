import { AppError, isAppError } from '#core/error.ts'
import type { Clock } from '#flow/ports.ts'
import type { HttpAnswer } from '../http.ts'
import { isConnectionLost } from '../http/failure.ts'
import { header } from '../http/headers.ts'
import type { Ask, Exchange } from './exchange.ts'
import { hostOf, type Leave, type Limits } from './limits.ts'
import { Lru } from './lru.ts'
import { readRateHeaders } from './rate-headers.ts'
import { rateLimitOf } from './rate-limit.ts'
import { statusErrorOf, tooManyTags } from './status-error.ts'

const tries = 3
const pausesMs = [1000, 3000]
const shortMs = 5000

/** Tries again what may be a passing fault: three tries in all, or once after a pause of at most 5 s that was asked for. */
export function retrying(next: Exchange, clock: Clock): Exchange {
  return async (ask, signal) => {
    let waited = false
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await next(ask, signal)
      } catch (error) {
        const pauseMs = pauseBefore(error, { attempt, waited, random: clock.random() })
        if (pauseMs === undefined || signal.aborted) throw error
        waited ||= isLimited(error)
        await clock.sleep(pauseMs, signal)
      }
    }
  }
}

interface Attempt {
  readonly attempt: number
  readonly waited: boolean
  readonly random: number
}

function pauseBefore(error: unknown, { attempt, waited, random }: Attempt): number | undefined {
  if (!(error instanceof AppError)) return undefined
  if (isLimited(error)) {
    const { retry } = error
    return !waited && typeof retry === 'object' && retry.afterMs <= shortMs ? retry.afterMs : undefined
  }
  // A time with it comes from the breaker: nobody is to knock before.
  const mayPass = error.code === 'REGISTRY_UNAVAILABLE' && typeof error.retry !== 'object'
  const pauseMs = pausesMs[attempt - 1]
  return mayPass && attempt < tries && pauseMs !== undefined ? pauseMs * (0.9 + 0.2 * random) : undefined
}

function isLimited(error: unknown): boolean {
  return error instanceof AppError && error.code === 'REGISTRY_RATE_LIMITED'
}

/** Keeps to rate, concurrency and the pauses that hosts ask for. */
export function limited(next: Exchange, limits: Limits, clock: Clock): Exchange {
  return async (ask, signal) => {
    const leave = await limits.enter(ask, signal)
    const before = ask.call.requests
    let isTold = false
    const inspect = async (answer: HttpAnswer): Promise<void> => {
      leave.shown(readRateHeaders(answer.headers, clock.now()))
      const limit = rateLimitOf(answer, clock.now())
      if (limit === undefined) return
      const error = await statusErrorOf(answer, { about: `${hostOf(ask)}: ${ask.label}` })
      // Quay says so of a page that is too large, and of nothing else.
      if (error.codes.includes(tooManyTags)) throw error
      isTold = true
      throw new AppError('REGISTRY_RATE_LIMITED', error.message, { retry: { afterMs: leave.limited(limit) } })
    }
    try {
      const value = await next({ ...ask, inspect }, signal)
      leave.answered()
      return value
    } catch (error) {
      if (!isTold) tell(leave, error)
      throw error
    } finally {
      leave.end(Math.max(0, ask.call.requests - before - 1))
    }
  }
}

const loginPauseMs = 30_000

function tell(leave: Leave, error: unknown): void {
  if (isConnectionLost(error)) leave.unreachable()
  else if (isAppError(error) && isLimited(error)) {
    leave.loginLimited(typeof error.retry === 'object' ? error.retry.afterMs : loginPauseMs)
  } else if (isAppError(error) && isAnswer(error)) leave.answered()
}

/** Whatever is wrong with it, the registry did answer, and did not ask to be left alone. */
function isAnswer({ code }: AppError): boolean {
  return code !== 'REGISTRY_UNAVAILABLE' && code !== 'CANCELLED'
}

interface Kept {
  readonly value: unknown
  readonly conditions: Readonly<Record<string, string>>
}

/** Asks whether what was read before is still so, by ETag or date; values are told apart by who may read them. */
export function cached(next: Exchange, table: Lru<Kept>): Exchange {
  return async <T>(ask: Ask<T>, signal: AbortSignal) => {
    const { costOf } = ask
    if (costOf === undefined) return next(ask, signal)
    const { image, credentialId, transport } = ask.call.access
    const key = JSON.stringify([image.host, ask.target, ask.accept, credentialId, transport.id])
    const known = table.get(key)
    const read = async (answer: HttpAnswer): Promise<T> => {
      if (answer.status === 304 && known !== undefined) {
        await answer.discard()
        return known.value as T
      }
      const value = await ask.read(answer)
      const conditions = conditionsOf(answer)
      if (conditions === undefined) table.delete(key)
      else table.set(key, { value, conditions }, costOf(value))
      return value
    }
    return next({ ...ask, read, headers: { ...ask.headers, ...known?.conditions } }, signal)
  }
}

/** An empty table for `cached`, of so many bytes. */
export function revalidationTable(bytes: number): Lru<Kept> {
  return new Lru<Kept>(bytes)
}

function conditionsOf({ headers }: HttpAnswer): Readonly<Record<string, string>> | undefined {
  const etag = header(headers, 'etag')
  const modified = header(headers, 'last-modified')
  if (etag !== undefined) return { 'if-none-match': etag }
  return modified === undefined ? undefined : { 'if-modified-since': modified }
}
