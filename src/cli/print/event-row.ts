import type { EventView } from '../cluster/events.ts'
import { printAge } from './age.ts'
import { cellText } from './resource-columns.ts'

/** The titles of a table of events. */
export function eventTitles(withNamespace: boolean): readonly string[] {
  return [...(withNamespace ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE']
}

/** An event as a row; one that repeats tells how often and since when, as kubectl does: `2m (x5 over 10m)`. */
export function eventRow(
  { firstAt, lastAt, count, namespace, type, reason, object, message }: EventView,
  { now, withNamespace }: { readonly now: number; readonly withNamespace: boolean },
): readonly string[] {
  const last = printAge(now - lastAt)
  const seen = count > 1 ? `${last} (x${count} over ${printAge(now - firstAt)})` : last
  const cells = [seen, ...[type, reason, object, message].map(cellText)]
  return withNamespace ? [cellText(namespace), ...cells] : cells
}
