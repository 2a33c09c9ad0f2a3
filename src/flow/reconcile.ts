import type { ObjectRef } from '#core/api/object-ref.ts'
import { AppError, isAppError } from '#core/error.ts'
import { conditionsOf } from '#core/status/conditions-of.ts'
import { eventsOf } from '#core/status/events-of.ts'
import { nextStatus } from '#core/status/next-status.ts'
import type { Outcome } from '#core/status/outcome.ts'
import { retryAfterMs } from '#core/status/backoff.ts'
import { parseDuration } from '#core/time.ts'
import type { Ports, Resource } from './ports.ts'
import { scan } from './scan.ts'
import { select } from './select.ts'
import type { Step } from './step.ts'
import { update } from './update.ts'

/** The step of each kind. A GitRepository is read by the automations that name it; it has no step of its own yet. */
const steps = { ImageRepository: scan, ImagePolicy: select, ImageUpdateAutomation: update } as const

/** When the driver is to come back to the object. `failures`: how many tries in a row have failed now. */
export type Next =
  | { readonly kind: 'gone' }
  | {
      readonly kind: 'again'
      readonly afterMs: number | undefined
      readonly failures: number
      readonly error?: AppError
    }

/**
 * Everything that happens to one object, once: plan, act, status, events. `failures` is the number of failed tries
 * before this one. Rejects only if the object cannot be read or its status not written.
 */
export async function reconcile(
  key: ObjectRef,
  ports: Ports,
  { signal, failures = 0 }: { readonly signal: AbortSignal; readonly failures?: number },
): Promise<Next> {
  const object = await ports.resources.get(key, signal)
  if (object === undefined) return { kind: 'gone' }
  const step = Object.hasOwn(steps, object.kind) ? steps[object.kind as keyof typeof steps] : undefined
  if (step === undefined || object.spec.suspend === true) return { kind: 'again', afterMs: undefined, failures: 0 }
  // The table pairs each kind with its step; the compiler cannot follow the pairing.
  const attempted = await attempt(object, step, { ports, signal })
  const { outcome, error } = attempted
  const now = error === undefined ? 0 : failures + 1
  await settle(key, object, { outcome, ports, signal })
  if (error === undefined) return { kind: 'again', afterMs: outcome.requeueAfterMs, failures: 0 }
  const afterMs = retryAfterMs(error, {
    failures: now,
    intervalMs: parseDuration(intervalOf(object)),
    random: ports.clock.random(),
  })
  return { kind: 'again', afterMs, failures: now, error }
}

function intervalOf({ spec }: Resource): string {
  return spec.interval ?? '10m'
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
    return { error, outcome: { status: {}, conditions: conditionsOf(error), events: [], requeueAfterMs: undefined } }
  }
}

/** Writes down what came out of it; an equal status is not written. */
export async function settle(
  key: ObjectRef,
  object: Resource,
  { outcome, ports, signal }: { readonly outcome: Outcome; readonly ports: Ports; readonly signal: AbortSignal },
): Promise<void> {
  const status = nextStatus<object>(object, outcome)
  if (status !== object.status) await ports.resourceWriter.putStatus({ ...key, base: object }, status, signal)
  const events = eventsOf(object, outcome)
  if (events.length > 0) await ports.resourceWriter.putEvents(key, events, signal)
}
