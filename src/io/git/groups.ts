/** One request of a batch asks for no more than this: enough to keep git busy, little enough to hold in memory. */
const maxItems = 2000
const maxBytes = 16 * 1024 ** 2

/** Cuts a list, in order, into groups of at most 2,000 items and 16 MiB; an item above that is a group by itself. */
export function groupBySize<T>(items: readonly T[], sizeOf: (item: T) => number): readonly (readonly T[])[] {
  const groups: T[][] = []
  let bytes = 0
  for (const item of items) {
    const last = groups.at(-1)
    bytes += sizeOf(item)
    if (last !== undefined && last.length < maxItems && bytes <= maxBytes) {
      last.push(item)
      continue
    }
    groups.push([item])
    bytes = sizeOf(item)
  }
  return groups
}
