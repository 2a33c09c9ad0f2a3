/** A former list below this is too short to tell a shrunken one by. */
const minimumFormer = 10

/** A second scan sooner than this proves nothing. */
const minimumWaitMs = 60_000

/** A list that shrank and waits for a second scan to confirm it. Times are epoch milliseconds. */
export interface Suspect<T extends string> {
  readonly tags: readonly T[]
  /** When the first scan saw it. */
  readonly seenAt: number
}

/** May a complete list replace the one before? `suspect`: keep the old list and remember this one. */
export type ScanVerdict<T extends string> =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'suspect'; readonly suspect: Suspect<T>; readonly message: string }

/**
 * Judges a complete list: empty after one that was not, or less than half of a former ten or more, it is taken for
 * true only when a second scan, at least max(60 s, interval) later, still finds so few. A first list is never suspect.
 */
export function judgeScan<T extends string>(
  former: { readonly tags: readonly T[]; readonly suspect?: Suspect<T> } | undefined,
  scan: { readonly tags: readonly T[]; readonly scannedAt: number; readonly intervalMs: number },
): ScanVerdict<T> {
  if (former === undefined || !isShrunken(former.tags.length, scan.tags.length)) return { kind: 'accepted' }
  const seenAt = former.suspect?.seenAt ?? scan.scannedAt
  const isConfirmed =
    former.suspect !== undefined && scan.scannedAt - seenAt >= Math.max(minimumWaitMs, scan.intervalMs)
  if (isConfirmed) return { kind: 'accepted' }
  return {
    kind: 'suspect',
    suspect: { tags: scan.tags, seenAt },
    message: shrunkMessage(former.tags.length, scan.tags.length),
  }
}

/** Message of the condition `ListSuspect`, from the numbers of tags before and now. */
export function shrunkMessage(before: number, now: number): string {
  return `tag list shrank from ${before} to ${now}; keeping the previous list until a second scan confirms it`
}

function isShrunken(former: number, now: number): boolean {
  return (now === 0 && former > 0) || (former >= minimumFormer && now * 2 < former)
}
