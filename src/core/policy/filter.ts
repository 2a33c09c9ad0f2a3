import { AppError, quoteOutside } from '../error.ts'
import { parseRegex } from '../regex.ts'
import type { Rejection } from './kind.ts'

/** `spec.filterTags`, ready for use. */
export interface TagFilter {
  /** What is said of a tag that the pattern does not match. */
  readonly rejection: Rejection
  /** Is something else than the tag compared? Then several tags may come to the same text. */
  readonly extracts: boolean
  /** The text that is compared for a tag, undefined if the pattern does not match it. */
  key(tag: string): string | undefined
}

/**
 * Compiles `filterTags: {pattern, extract}`. The pattern is RE2 and unanchored; `extract` is a template of Go's
 * `Expand` over the first match, and empty stands for the tag itself. `POLICY_PATTERN_INVALID`, with Flux's text.
 */
export function compileFilter(spec: { readonly pattern: string; readonly extract: string }, field: string): TagFilter {
  const { pattern, extract } = spec
  const parsed = parseRegex(pattern)
  if (!parsed.ok) {
    const problem = `invalid regular expression pattern '${quoteOutside(pattern)}': ${parsed.problem}`
    throw new AppError('POLICY_PATTERN_INVALID', `${field}.pattern: failed to filter tags: ${problem}`)
  }
  const rejection: Rejection = { verdict: 'filtered-out', reason: `${quoteOutside(pattern)} does not match it` }
  if (extract !== '') return { rejection, extracts: true, key: parsed.regex.expander(extract) }
  return { rejection, extracts: false, key: (tag) => (parsed.regex.test(tag) ? tag : undefined) }
}
