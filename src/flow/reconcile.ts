import { printObject } from '#core/api/group.ts'
import type { BrokenResource } from '#core/api/live.ts'
import { keyOf, type ObjectRef } from '#core/api/object-ref.ts'
import { AppError, isAppError } from '#core/error.ts'
import { conditionsOf } from '#core/status/conditions-of.ts'
import { eventsOf } from '#core/status/events-of.ts'
import { nextStatus } from '#core/status/next-status.ts'
import type { Outcome } from '#core/status/outcome.ts'
import { isHourlyFailure, retryAfterMs, type BackoffLimits } from '#core/status/backoff.ts'
import { parseDuration } from '#core/time.ts'
import { fetch } from './fetch.ts'
import type { Ports, Readers, Resource } from './ports.ts'
import { scan } from './scan.ts'
import { select } from './select.ts'
import type { Step } from './step.ts'
import { update } from './update.ts'

/** The step of each kind. */
const steps = {
  ImageRepository: scan,
  ImagePolicy: select,
  GitRepository: fetch,
  ImageUpdateAutomation: update,
} as const

/** No object is looked at more often than this by itself, whatever its interval says. */
const leastMs = 1000

/** When the driver is to come back to the object. `failures`: how many tries in a row have failed now. */
export type Next =
  | { readonly kind: 'gone' }
  | {
      readonly kind: 'again'
      readonly afterMs: number | undefined
      readonly failures: number
      readonly error?: AppError
    }

export interface ReconcileOptions {
  readonly signal: AbortSignal
  /** How many tries before this one have failed in a row. */
  readonly failures?: number
  /** The first and the longest wait after a failure; default: 750 ms and 15 min. */
  readonly limits?: BackoffLimits
}

/**
 * Everything that happens to one object, once: plan, act, status, events. An object that is suspended or being deleted
 * is left as it is. Rejects only if the object cannot be read or its status not written.
 */
export async function reconcile(key: ObjectRef, ports: Ports, options: ReconcileOptions): Promise<Next> {
  const { signal, failures = 0, limits } = options
  const object = await ports.resources.get(key, signal)
  if (object === undefined || object.metadata.deletionTimestamp !== undefined) return { kind: 'gone' }
  if (object.spec.suspend === true) return { kind: 'again', afterMs: undefined, failures: 0 }
  // The table pairs each kind with its step; the compiler cannot follow the pairing.
  const { outcome, error } = await attempt(object, steps[object.kind], { ports, signal })
  if (error === undefined) {
    await settle(key, object, { outcome, ports, signal })
    const { requeueAfterMs } = outcome
    const afterMs = requeueAfterMs === undefined ? undefined : Math.max(leastMs, requeueAfterMs)
    return { kind: 'again', afterMs, failures: 0 }
  }
  const state = { failures: failures + 1, intervalMs: intervalOf(object), random: ports.clock.random() }
  if (!isOvertaken(error)) {
    await settle(key, object, { outcome, ports, signal, repeats: isHourlyFailure(error, state, limits) })
  }
  return { kind: 'again', afterMs: retryAfterMs(error, state, limits), failures: state.failures, error }
}

function intervalOf({ spec }: Resource): number {
  return Math.max(leastMs, parseDuration(spec.interval ?? '10m'))
}

/** Somebody else has the object now, or has changed it: what this pass found out is not for its status. */
function isOvertaken({ code, retry }: AppError): boolean {
  return code === 'COMMIT_FENCED' && retry !== 'never'
}

async function attempt(
  object: Resource,
  step: Step<Resource, unknown>,
  { ports, signal }: { ports: Ports; signal: AbortSignal },
): Promise<{ outcome: Outcome; error?: AppError }> {
  try {
    return { outcome: await step.act(await step.plan(object, ports, signal), ports, signal) }
  } catch (cause) {
    if (signal.aborted) throw cause
    const error = isAppError(cause)
      ? cause
      : new AppError('INTERNAL', cause instanceof Error ? cause.message : String(cause), { cause })
    const conditions = step.failed === undefined ? conditionsOf(error) : step.failed(error)
    return { error, outcome: { status: {}, conditions, events: [], requeueAfterMs: undefined } }
  }
}

/**
 * Plans the pass over an object and throws the plan away: whatever it reads has been read then, mirrors are filled.
 * Rejects as the pass would fail.
 */
export async function rehearse(key: ObjectRef, readers: Readers, signal: AbortSignal): Promise<void> {
  const object = await readers.resources.get(key, signal)
  if (object === undefined || object.spec.suspend === true) return
  await (steps[object.kind] as Step<Resource, unknown>).plan(object, readers, signal)
}

/**
 * Tells of an object that cannot be used as it is written: Stalled with its reason, and one event. Only a change of the
 * object helps, so it is not tried again.
 */
export async function settleBroken(broken: BrokenResource, ports: Ports, signal: AbortSignal): Promise<Next> {
  const { reason, message } = broken
  const error = new AppError('RESOURCE_INVALID', message, { reason })
  const outcome: Outcome = { status: {}, conditions: conditionsOf(error), events: [], requeueAfterMs: undefined }
  await settle(keyOf(broken), broken, { outcome, ports, signal })
  return { kind: 'again', afterMs: undefined, failures: 0, error }
}

/** Writes down what came out of it; an equal status is not written. `repeats`: a failure is told although it is known. */
export async function settle(
  key: ObjectRef,
  object: Pick<Resource, 'metadata' | 'status'>,
  {
    outcome,
    ports,
    signal,
    repeats = false,
  }: {
    readonly outcome: Outcome
    readonly ports: Ports
    readonly signal: AbortSignal
    readonly repeats?: boolean
  },
): Promise<void> {
  const status = nextStatus<object>(object, outcome)
  const events = eventsOf(object, outcome, { repeats })
  if (status === object.status && events.length === 0) {
    ports.log.debug(`${printObject(key)}: no change since last reconciliation`)
  }
  if (status !== object.status) {
    await ports.resourceWriter.putStatus({ ...key, base: object }, status, signal)
    if (key.kind === 'ImagePolicy') await ports.probe.at('policy-status-written')
    if (key.kind === 'ImageUpdateAutomation') await ports.probe.at('automation-status-written')
  }
  if (events.length > 0) await ports.resourceWriter.putEvents(key, events, signal)
}
