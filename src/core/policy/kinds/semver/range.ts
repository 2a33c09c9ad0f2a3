import { compareBy } from '../../order.ts'
import { comparePre, compareVersions, parseVersion, type Version } from './version.ts'

/** How much of a term's version is written: all of it, or a wildcard (or nothing) from some part on. */
type Level = 'exact' | 'patch' | 'minor' | 'any'

interface Term {
  readonly operator: string
  readonly version: Version
  readonly level: Level
}

/** A parsed range. Alternatives are joined by "or", the terms within one by "and". */
export interface Range {
  readonly alternatives: readonly { readonly terms: readonly Term[]; readonly admitsPre: boolean }[]
}

/** A range, or the words of Flux's library for what is wrong: `improper constraint: "latest"`. */
export type ParsedRange =
  | { readonly ok: true; readonly range: Range }
  | { readonly ok: false; readonly problem: string }

// Limits and expressions of Masterminds/semver 3.5, constraints.go. `|` in a part is that library's slip; it only
// decides which of two errors `1|2` gets.
const maxLength = 512
const maxAlternatives = 32
const blank = '[\\t\\n\\f\\r ]'
const part = '[0-9|xX*]+'
const identifiers = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
const versionText = `v?${part}(?:\\.${part})?(?:\\.${part})?(?:-${identifiers})?(?:\\+${identifiers})?`
const operators = '=>|>=|=<|<=|!=|~>|=|>|<|~|\\^'
const hyphenRange = new RegExp(`${blank}*(${versionText})${blank}+-${blank}+(${versionText})${blank}*`, 'g')
const term = new RegExp(`(${operators})?${blank}*(${versionText})`, 'y')
const separator = new RegExp(`${blank}*,${blank}*|${blank}+`, 'y')
const versionParts = new RegExp(`^v?(${part})(?:\\.(${part}))?(?:\\.(${part}))?(-${identifiers})?`)

/**
 * Parses a range by the rules of Masterminds/semver 3.5, which Flux uses: terms joined by blanks or commas,
 * alternatives by `||`, `1.2 - 2`, wildcards `x X *`, operators `= != > < >= => <= =< ~ ~> ^`. Never throws.
 */
export function parseRange(text: string): ParsedRange {
  if (text.length > maxLength) return { ok: false, problem: `constraint string is too long (max ${maxLength} bytes)` }
  const groups = expandHyphens(text).split('||')
  if (groups.length > maxAlternatives) {
    return { ok: false, problem: `too many constraint groups (max ${maxAlternatives})` }
  }
  const alternatives: Range['alternatives'][number][] = []
  for (const group of groups) {
    const texts = splitTerms(group)
    if (texts === undefined) return { ok: false, problem: `improper constraint: ${JSON.stringify(group)}` }
    const terms = texts.map(parseTerm).filter((parsed) => parsed !== undefined)
    if (terms.length < texts.length) return { ok: false, problem: 'constraint parser error' }
    alternatives.push({ terms, admitsPre: terms.some((parsed) => parsed.version.pre.length > 0) })
  }
  return { ok: true, range: { alternatives } }
}

/** `1.2 - 2` becomes `>= 1.2, <= 2 ` in the text, as the library does it; an operator before it then is an error. */
function expandHyphens(text: string): string {
  let result = text
  for (const [whole, from, to] of text.matchAll(hyphenRange)) {
    result = result.replace(whole, () => `>= ${from}, <= ${to} `)
  }
  return result
}

/** `[operator, version]` of each term; undefined if the text is not a list of terms. */
function splitTerms(text: string): readonly (readonly [string, string])[] | undefined {
  const terms: (readonly [string, string])[] = []
  let at = skipBlanks(text, 0)
  do {
    term.lastIndex = at
    const found = term.exec(text)
    if (found === null) return undefined
    terms.push([found[1] ?? '', found[2] ?? ''])
    separator.lastIndex = term.lastIndex
    const gap = separator.exec(text)?.[0] ?? ''
    at = term.lastIndex + gap.length
    // A comma must be followed by a term; blanks may end the text.
    if (at === text.length && !gap.includes(',')) return terms
    if (gap === '') return undefined
  } while (at < text.length)
  return undefined
}

function skipBlanks(text: string, start: number): number {
  let at = start
  while (at < text.length && '\t\n\f\r '.includes(text.charAt(at))) at += 1
  return at
}

function parseTerm([operator, text]: readonly [string, string]): Term | undefined {
  const [, major = '', minor = '', patch = '', pre = ''] = versionParts.exec(text) ?? []
  const [normal, level] = normalise({ text, major, minor, patch, pre })
  const version = parseVersion(normal)
  return version && { operator, version, level }
}

function normalise(parts: Readonly<Record<'text' | 'major' | 'minor' | 'patch' | 'pre', string>>): [string, Level] {
  if (isWildcard(parts.major)) return [`0.0.0${parts.pre}`, 'any']
  if (isWildcard(parts.minor)) return [`${parts.major}.0.0${parts.pre}`, 'minor']
  if (isWildcard(parts.patch)) return [`${parts.major}.${parts.minor}.0${parts.pre}`, 'patch']
  return [parts.text, 'exact']
}

function isWildcard(text: string): boolean {
  return text === '' || text === 'x' || text === 'X' || text === '*'
}

/**
 * Does the range admit the version? An alternative in which some term has a pre-release part admits pre-releases of
 * any version, the others none; `pre: true` admits them everywhere.
 */
export function rangeAdmits(range: Range, version: Version, options: { readonly pre: boolean } = noOptions): boolean {
  for (const { terms, admitsPre } of range.alternatives) {
    if (version.pre.length > 0 && !admitsPre && !options.pre) continue
    if (holdAll(terms, version)) return true
  }
  return false
}

const noOptions = { pre: false }

/** A loop, because `every` with a closure doubles the time that a hundred thousand tags take. */
function holdAll(terms: readonly Term[], version: Version): boolean {
  for (const one of terms) if (!holds(one, version)) return false
  return true
}

function holds({ operator, version: bound, level }: Term, version: Version): boolean {
  const order = compareVersions(version, bound)
  switch (operator) {
    case '!=':
      return differs(version, bound, level)
    case '>':
      return order > 0 && isAbove(version, bound, level)
    case '<':
      return order < 0
    case '>=':
    case '=>':
      return order >= 0
    case '<=':
    case '=<':
      return level === 'exact' ? order <= 0 : isWithin(version, bound, level)
    case '~':
    case '~>':
      return order >= 0 && sharesMinor(version, bound, level)
    case '^':
      return order >= 0 && isCompatible(version, bound, level)
    default:
      return level === 'exact' ? order === 0 : order >= 0 && sharesMinor(version, bound, level)
  }
}

function differs(version: Version, bound: Version, level: Level): boolean {
  if (level === 'exact' || level === 'any') return compareVersions(version, bound) !== 0
  if (version.major !== bound.major) return true
  if (level === 'minor') return false
  return version.minor !== bound.minor || comparePre(version.pre, bound.pre) !== 0
}

/** `>1` is above all of 1.x, `>1.2` above all of 1.2.x. */
function isAbove(version: Version, bound: Version, level: Level): boolean {
  if (level === 'minor') return version.major !== bound.major
  if (level === 'patch') return version.major !== bound.major || version.minor !== bound.minor
  return true
}

/** `<=1` takes all of 1.x, `<=1.2` all of 1.2.x; `<=*` is only 0.0.x, a quirk that Flux's users have. */
function isWithin(version: Version, bound: Version, level: Level): boolean {
  const major = compareBy(version.major, bound.major)
  if (major !== 0 || level === 'minor') return major <= 0
  return version.minor <= bound.minor
}

/** `~0.0.0` and `~*` admit everything: for the first a quirk of the library. */
function sharesMinor(version: Version, bound: Version, level: Level): boolean {
  if ((level === 'exact' || level === 'any') && isZero(bound)) return true
  return version.major === bound.major && (level === 'minor' || version.minor === bound.minor)
}

function isZero(version: Version): boolean {
  return version.major === 0 && version.minor === 0 && version.patch === 0
}

function isCompatible(version: Version, bound: Version, level: Level): boolean {
  if (version.major !== bound.major) return false
  if (bound.major > 0 || level === 'minor') return true
  if (version.minor !== bound.minor) return false
  return bound.minor > 0 || level === 'patch' || version.patch === bound.patch
}

/** Terms that surely mean something else than their writer thinks, each as one sentence. */
export function surprises(range: Range): readonly string[] {
  return range.alternatives.flatMap(({ terms }) => terms.map(surpriseOf)).filter((found) => found !== undefined)
}

function surpriseOf({ operator, version, level }: Term): string | undefined {
  if (operator.startsWith('~') && level === 'exact' && isZero(version)) return '~0.0.0 admits every version'
  if (operator === '^' && level === 'any') return '^* admits only 0.0.0'
  if ((operator === '<=' || operator === '=<') && level === 'any') return '<=* admits only 0.0.x'
  return undefined
}
