import { AppError, quoteOutside } from '../error.ts'
import { parseRegex, type Regex } from '../regex.ts'

/** What is excluded where a list is empty or absent: cosign's signature tags (Flux's default). */
export const defaultExclusions: readonly string[] = ['^.*\\.sig$']

/**
 * Compiles `spec.exclusionList`: RE2, unanchored. An empty list acts as the default, as in Flux. `field` names the spec
 * in the message. `REGISTRY_EXCLUSION_INVALID`, with Flux's text.
 */
export function compileExclusions(list: readonly string[], field: string): readonly Regex[] {
  return (list.length === 0 ? defaultExclusions : list).map((source, index) => {
    const parsed = parseRegex(source)
    if (parsed.ok) return parsed.regex
    const problem = `failed to compile regex ${quoteOutside(source)}: ${parsed.problem}`
    throw new AppError('REGISTRY_EXCLUSION_INVALID', `${field}.exclusionList[${index}]: ${problem}`)
  })
}

/** The tags that no exclusion matches, in their order. */
export function exclude<T extends string>(tags: readonly T[], exclusions: readonly Regex[]): readonly T[] {
  return tags.filter((tag) => !exclusions.some((expression) => expression.test(tag)))
}
