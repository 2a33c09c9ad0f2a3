/** Characters `start` to `end` (exclusive) of a text become `text`. */
export interface Replacement {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Carries out replacements that do not overlap; everything between them stays as it is. Any order. */
export function splice(text: string, replacements: readonly Replacement[]): string {
  const pieces: string[] = []
  let at = 0
  for (const replacement of replacements.toSorted((a, b) => a.start - b.start)) {
    pieces.push(text.slice(at, replacement.start), replacement.text)
    at = replacement.end
  }
  pieces.push(text.slice(at))
  return pieces.join('')
}
