/** A signal that ends with the caller's or after a time, and what has to be let go when the work is done. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Stops the timer and forgets the caller's signal. */
  readonly clear: () => void
}

/**
 * Aborts with the caller's reason, or with a `TimeoutError` after `ms`. Unlike `AbortSignal.any` with
 * `AbortSignal.timeout`, nothing stays alive until the time has passed once the work is done.
 */
export function startDeadline(caller: AbortSignal, ms: number): Deadline {
  const controller = new AbortController()
  const forward = () => controller.abort(caller.reason)
  const timer = setTimeout(() => controller.abort(new DOMException(`no answer within ${ms} ms`, 'TimeoutError')), ms)
  if (caller.aborted) forward()
  else caller.addEventListener('abort', forward, { once: true })
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer)
      caller.removeEventListener('abort', forward)
    },
  }
}

/**
 * The result of a promise, or the signal's reason as soon as it aborts. A result that comes too late goes to `drop`:
 * undici notices an abort only once it is connected.
 */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal, drop: (late: T) => void): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal.reason)
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, aborted.promise])
  } catch (error) {
    work.then(drop, () => undefined)
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
