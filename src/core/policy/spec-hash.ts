import type { PolicySpec } from './compile.ts'

/** What an election depends on besides the tags. */
export interface ElectionSpec {
  readonly spec: PolicySpec
  /** `spec.image` of the ImageRepository, as written. */
  readonly image: string
  /** `spec.exclusionList` of the ImageRepository, as applied. */
  readonly exclusions: readonly string[]
}

/**
 * Names the intent of an election: two equal hashes mean that nobody changed policy, filterTags, platforms, image or
 * exclusions (these as a set), so that a lower choice must be an accident. `sha256` gives hex.
 */
export function specHash({ spec, image, exclusions }: ElectionSpec, sha256: (text: string) => string): string {
  const { policy, filterTags, platforms } = spec
  const intent = { policy, filterTags, platforms: setOf(platforms ?? []), image, exclusions: setOf(exclusions) }
  return sha256(JSON.stringify(sorted(intent)))
}

function setOf(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted()
}

/** The same value with its keys in order and without absent fields, so that the writing of a spec does not matter. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]),
  )
}
