import type { Condition } from '../api/condition.ts'
import type { AppError } from '../error.ts'

/** The longest message that Kubernetes' schema of a condition takes. */
const maxMessage = 32_768

/** Conditions of an object that is as it should be. Flux's reason for that is `Succeeded`. */
export function ready(message: string, reason = 'Succeeded'): readonly Condition[] {
  return [condition('Ready', 'True', reason, message)]
}

/**
 * Conditions of an object that waits for something else, an event and not a timer: Ready=False alone
 * (`NoMatchingTag`, `DependencyNotReady`).
 */
export function waiting(reason: string, message: string): readonly Condition[] {
  return [condition('Ready', 'False', reason, message)]
}

/** Conditions after a failure that a timed retry may cure: Ready=False, and Reconciling says that a retry comes. */
export function retrying(reason: string, message: string): readonly Condition[] {
  return [...waiting(reason, message), condition('Reconciling', 'True', 'ProgressingWithRetry', message)]
}

/** Conditions when only a changed spec, annotation, referenced object or Secret helps (kstatus: Stalled). */
export function stalled(reason: string, message: string): readonly Condition[] {
  return [...waiting(reason, message), condition('Stalled', 'True', reason, message)]
}

/** A condition that exists only while it is True and does not by itself make Ready False: `ListSuspect`, `Held` … */
export function notice(type: string, reason: string, message: string): Condition {
  return condition(type, 'True', reason, message)
}

/**
 * The one way from an error to conditions: Stalled where its retry is `never`, else a failure that is retried.
 * `prefix` is the step's part of the message, e.g. `scan failed: `; reasons are the error's (Flux's where it has one).
 */
export function conditionsOf(error: AppError, prefix = ''): readonly Condition[] {
  const message = `${prefix}${error.message}`
  return error.retry === 'never' ? stalled(error.reason, message) : retrying(error.reason, message)
}

function condition(type: string, status: Condition['status'], reason: string, message: string): Condition {
  const short = message.length > maxMessage ? `${message.slice(0, maxMessage - 1)}…` : message
  return { type, status, reason, message: short }
}
