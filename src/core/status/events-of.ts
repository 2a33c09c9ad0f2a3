import { eventMetadata } from '../api/annotations.ts'
import type { Condition, ObjectEvent } from '../api/condition.ts'
import type { Metadata } from '../api/resource.ts'
import type { Outcome } from './outcome.ts'

/** Conditions whose appearance or change people are told of, and the reason of that event. */
const announced: Readonly<Record<string, string>> = {
  ListSuspect: 'ListShrank',
  ElectionHeld: 'ElectionHeld',
  MarkersSkipped: 'MarkersSkipped',
  Held: 'Held',
  PushBranchKept: 'PushBranchKept',
  HistoryRewritten: 'HistoryRewritten',
}

const maxMessage = 1024

/**
 * What to tell people after a pass: Ready when it succeeds first, recovers or says something new, a failure when its
 * reason or message is new, a notice when it appears or changes, and the outcome's own events.
 * A pass that changes nothing gives none, except that with `repeats` a failure is told again although it is known.
 * `event.toolkit.fluxcd.io/KEY` annotations are added to each event.
 */
export function eventsOf(
  object: { readonly metadata: Metadata; readonly status: { readonly conditions?: readonly Condition[] } | undefined },
  outcome: Outcome,
  { repeats = false }: { readonly repeats?: boolean } = {},
): readonly ObjectEvent[] {
  const former = object.status?.conditions ?? []
  const changes = outcome.conditions
    .filter((one) => (repeats && isFailure(one)) || !former.some((old) => isSameNews(old, one)))
    .flatMap((one) => eventOf(one, outcome.readyMetadata ?? {}))
  const own = eventMetadata(object.metadata.annotations)
  return [...changes, ...outcome.events].map((event) => ({
    ...event,
    message: event.message.length > maxMessage ? `${event.message.slice(0, maxMessage - 1)}…` : event.message,
    metadata: { ...own, ...event.metadata },
  }))
}

function isFailure({ type, status }: Condition): boolean {
  return type === 'Ready' && status === 'False'
}

function isSameNews(a: Condition, b: Condition): boolean {
  return a.type === b.type && a.status === b.status && a.reason === b.reason && a.message === b.message
}

function eventOf(
  { type, status, reason, message }: Condition,
  metadata: Readonly<Record<string, string>>,
): readonly ObjectEvent[] {
  if (type === 'Ready') return [{ type: status === 'False' ? 'Warning' : 'Normal', reason, message, metadata }]
  const name = announced[type]
  return name === undefined ? [] : [{ type: 'Warning', reason: name, message, metadata: {} }]
}
