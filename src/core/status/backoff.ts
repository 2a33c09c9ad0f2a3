import type { AppError } from '../error.ts'

/** The first and the longest wait between two tries, in milliseconds. */
export interface BackoffLimits {
  readonly minMs: number
  readonly maxMs: number
}

const defaultLimits: BackoffLimits = { minMs: 750, maxMs: 15 * 60_000 }

/**
 * Wait after the nth failure running (n ≥ 1): 750 ms, 1.5 s, 3 s … 15 min, each ±20 % so that objects that failed
 * together do not come back together. `random`: 0 ≤ random < 1.
 */
export function backoffMs(failures: number, random: number, limits: BackoffLimits = defaultLimits): number {
  const grown = limits.minMs * 2 ** Math.max(0, failures - 1)
  return jitteredMs(Math.min(grown, limits.maxMs), 0.2, random)
}

/** `ms` moved by up to ± `fraction` of itself; intervals use 0.05. `random`: 0 ≤ random < 1. */
export function jitteredMs(ms: number, fraction: number, random: number): number {
  return ms * (1 + fraction * (2 * random - 1))
}

/**
 * When to try again after an error, in milliseconds; undefined: only a change helps.
 * A time that the other side named (`Retry-After`) is obeyed exactly.
 */
export function retryAfterMs(
  error: AppError,
  state: { readonly failures: number; readonly intervalMs: number; readonly random: number },
  limits: BackoffLimits = defaultLimits,
): number | undefined {
  if (error.retry === 'never') return undefined
  if (error.retry === 'backoff') return backoffMs(state.failures, state.random, limits)
  if (error.retry === 'interval') return jitteredMs(state.intervalMs, 0.05, state.random)
  return error.retry.afterMs
}

const hourMs = 3_600_000

/**
 * Has a failure been going on for another whole hour at this try, so that people are told again? Counted by the waits
 * between the tries and not by a clock, so that any process can tell. `failures`: how many tries in a row have failed,
 * this one included; never for the first.
 */
export function isHourlyFailure(
  error: AppError,
  state: { readonly failures: number; readonly intervalMs: number },
  limits: BackoffLimits = defaultLimits,
): boolean {
  const hours = (failures: number) => Math.floor(waitedMs(error, { ...state, failures }, limits) / hourMs)
  return state.failures > 1 && hours(state.failures) > hours(state.failures - 1)
}

/** From the first failure to the nth, without jitter. */
function waitedMs(
  { retry }: AppError,
  { failures, intervalMs }: { readonly failures: number; readonly intervalMs: number },
  { minMs, maxMs }: BackoffLimits,
): number {
  const waits = failures - 1
  if (retry === 'never') return 0
  if (retry === 'interval') return waits * intervalMs
  if (retry !== 'backoff') return waits * retry.afterMs
  const doublings = Math.min(waits, Math.max(0, Math.ceil(Math.log2(maxMs / minMs))))
  return minMs * (2 ** doublings - 1) + (waits - doublings) * maxMs
}
