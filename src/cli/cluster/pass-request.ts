import { requestedAt } from '#core/api/annotations.ts'
import type { ClusterSession } from './connect.ts'
import type { Entry } from './listing.ts'

const annotation = 'reconcile.fluxcd.io/requestedAt'

/** A value that no earlier request had: the time, as flux writes it. */
export function requestValue({ clock }: Pick<ClusterSession, 'clock'>): string {
  const withinMs = Math.floor((clock.monotonic() % 1) * 1e6)
  return new Date(clock.now()).toISOString().replace('Z', `${String(withinMs).padStart(6, '0')}Z`)
}

/** Asks the controller for a pass, with a change of the spec in the same write where there is one. */
export async function requestPass(
  { collection, object }: Entry,
  { value, spec, session }: { readonly value: string; readonly spec?: object; readonly session: ClusterSession },
): Promise<Entry> {
  const given = { ...object.metadata.annotations, [annotation]: value }
  // Of both annotations the one that is greater counts: one of ours from the future would hide this request.
  const own = requestedAt(given) === value ? {} : { 'tagboat.dev/requestedAt': null }
  const patch = { metadata: { annotations: { [annotation]: value, ...own } }, ...(spec !== undefined && { spec }) }
  const patched = await session.cluster.patch(collection.gvr, object.metadata, patch, session.signal)
  return { collection, object: patched }
}
