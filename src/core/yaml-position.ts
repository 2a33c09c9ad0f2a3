/** 1-based line and column of an offset, found in the ascending offsets of the line beginnings. */
export function positionOf(lineStarts: readonly number[], offset: number): { line: number; column: number } {
  const index = findIndexAt(lineStarts.length, (line) => lineStarts[line] ?? 0, offset)
  return { line: index + 1, column: offset - (lineStarts[index] ?? 0) + 1 }
}

/** Index of the last of `length` things in ascending order that begins at or before an offset; 0 if none does. */
export function findIndexAt(length: number, startOf: (index: number) => number, offset: number): number {
  let low = 0
  let high = length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (startOf(middle) <= offset) low = middle
    else high = middle
  }
  return low
}
