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
