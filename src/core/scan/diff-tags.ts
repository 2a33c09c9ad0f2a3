/** How one list of tags became another; both parts in descending byte order. */
export interface TagDiff<T extends string> {
  readonly added: readonly T[]
  readonly removed: readonly T[]
}

/** Compares two lists of tags, each in descending byte order and without duplicates (the form in which scans keep them). */
export function diffTags<T extends string>(before: readonly T[], after: readonly T[]): TagDiff<T> {
  const added: T[] = []
  const removed: T[] = []
  let i = 0
  let j = 0
  while (i < before.length || j < after.length) {
    const [old, fresh] = [before[i], after[j]]
    if (old !== undefined && (fresh === undefined || old > fresh)) removed.push(old)
    if (fresh !== undefined && (old === undefined || fresh > old)) added.push(fresh)
    if (old !== undefined && (fresh === undefined || old >= fresh)) i += 1
    if (fresh !== undefined && (old === undefined || fresh >= old)) j += 1
  }
  return { added, removed }
}
