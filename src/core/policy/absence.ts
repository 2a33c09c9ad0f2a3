/** Since when an elected tag is missing from the lists. */
export interface Absence {
  /** Epoch ms of the first accepted scan without it. */
  readonly sinceMs: number
  /** Accepted scans without it, counting only those at least one interval after the first; no more than matter. */
  readonly missedScans: number
}

/** So many prove a removal as far as lists can. */
const enough = 2

/**
 * Goes on counting after an accepted scan: undefined once the tag is listed again. Evaluating the same scan twice
 * changes nothing.
 */
export function trackAbsence(
  before: Absence | undefined,
  scan: { readonly isListed: boolean; readonly scannedAt: number; readonly intervalMs: number },
): Absence | undefined {
  if (scan.isListed) return undefined
  if (before === undefined) return { sinceMs: scan.scannedAt, missedScans: 1 }
  const isLater = scan.scannedAt - before.sinceMs >= scan.intervalMs && scan.scannedAt > before.sinceMs
  return isLater && before.missedScans < enough ? { ...before, missedScans: enough } : before
}
