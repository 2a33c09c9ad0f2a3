import type { LatestRef } from '../api/image-policy.ts'
import type { Lowered } from './election.ts'
import type { Selection } from './selection.ts'

/** `name:tag[@digest]`, as Flux prints a ref. */
function printRef(ref: LatestRef): string {
  return `${ref.name}:${ref.tag}${ref.digest === undefined || ref.digest === '' ? '' : `@${ref.digest}`}`
}

/**
 * Message of Ready=True, in Flux's words: `Latest image tag for NAME resolved to TAG[ with digest D][ (previously
 * REF)]`; the ref before is named only if it differs, and that a spec change lowered the tag is said at the end.
 */
export function readyMessage(
  latest: LatestRef,
  previous: LatestRef | undefined,
  election?: { readonly lowered?: Lowered },
): string {
  const digest = latest.digest === undefined || latest.digest === '' ? '' : ` with digest ${latest.digest}`
  const isChanged = previous !== undefined && printRef(previous) !== printRef(latest)
  const before = isChanged ? ` (previously ${printRef(previous)})` : ''
  const note = election?.lowered === 'spec' ? ' (lowered by spec change)' : ''
  return `Latest image tag for ${latest.name} resolved to ${latest.tag}${digest}${before}${note}`
}

/** Message of Ready=False `NoMatchingTag`: `no tag of IMAGE satisfies POLICY: N tags, F after filterTags, R rejected`. */
export function noMatchMessage(image: string, policy: string, { counts, tally }: Selection): string {
  const filtered = counts.input - counts.excluded - counts.filtered - (tally['illegal-tag'] ?? 0)
  const figures = `${counts.input} tags, ${filtered} after filterTags, ${filtered - counts.candidates} rejected`
  return `no tag of ${image} satisfies ${policy}: ${figures}`
}

/** Text of the event `Downgraded`: `TAG replaces higher OLD: spec changed`. */
export function downgradedMessage(tags: { readonly from: string; readonly to: string }, lowered: Lowered): string {
  const causes = {
    spec: 'spec changed',
    annotation: 'allowed by annotation',
    removed: `${tags.from} was removed from the registry`,
  }
  return `${tags.to} replaces higher ${tags.from}: ${causes[lowered]}`
}
