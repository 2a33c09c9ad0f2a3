/**
 * The name that was probably meant: the candidate with the least edit distance (insert, delete, replace, swap of
 * neighbours; case does not count), the first of several. Near is within a third of the word's length, but at least
 * one edit; else a candidate counts that the word continues or begins. Words above 100 characters have no neighbours.
 */
export function findNearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 100) return undefined
  const near = candidates
    .filter((candidate) => Math.abs(candidate.length - word.length) <= reach(word))
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= reach(word))
  const [first, ...others] = near
  if (first === undefined) return candidates.find((candidate) => isBeginning(word, candidate))
  return others.reduce((best, one) => (one.distance < best.distance ? one : best), first).candidate
}

/** `; did you mean X?`, or nothing when no candidate is near. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const nearest = findNearest(word, candidates)
  return nearest === undefined ? '' : `; did you mean ${nearest}?`
}

function isBeginning(word: string, candidate: string): boolean {
  const [short = '', long = ''] = [word, candidate]
    .map((one) => one.toLowerCase())
    .toSorted((a, b) => a.length - b.length)
  return short.length >= 3 && long.startsWith(short)
}

function reach(word: string): number {
  return Math.max(1, Math.floor(word.length / 3))
}

/** Optimal string alignment distance, row by row. */
function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const isEqual = a[row - 1] === b[column - 1]
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (isEqual ? 0 : 1),
          isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
        ),
      )
    }
    beforeLast = last
    last = current
  }
  return last[b.length] ?? 0
}
