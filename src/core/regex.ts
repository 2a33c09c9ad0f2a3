import { RE2JS } from 're2js'

/** Longest expression that is compiled; Go has no such limit, but a longer one is a mistake or an attack. */
const maxSourceLength = 1000

/** One leftmost match. Positions count UTF-16 units. */
export interface Match {
  readonly start: number
  readonly end: number
  /** The whole match, then the groups by number; a group that took no part is undefined. */
  readonly groups: readonly (string | undefined)[]
}

/** A compiled RE2 expression: Go's syntax, linear time, no look-around and no back-references. */
export interface Regex {
  /** The expression as it was written. */
  readonly source: string
  /** Instructions of its program: a search takes up to so many times the length of the text. */
  readonly size: number
  /** Does it match anywhere in the text? The empty expression matches everything. */
  test(text: string): boolean
  /** The leftmost match, undefined if there is none. */
  match(text: string): Match | undefined
  /**
   * Every match from left to right, none overlapping another; an empty one directly after another match is left out
   * (Go's `FindAll…`). Found one by one, so that a caller can stop: each costs up to the length of the text.
   */
  matches(text: string): Iterable<Match>
  /**
   * A function that fills a template of Go's `regexp.Expand` from the leftmost match: `$1`, `${1}`, `$name`, `${name}`,
   * `$$`. A name is the longest run of letters, digits and `_` (`$1x` is `${1x}`); an unknown or unmatched group is
   * empty; a `$` that begins no name stays. It gives undefined where the text does not match.
   */
  expander(template: string): (text: string) => string | undefined
  /** The same for a match that was found already (Go's `ReplaceAllString` expands each). */
  filler(template: string): (match: Match) => string
}

/** A regex, or Go's words for what is wrong with the expression: ``error parsing regexp: missing closing ]: `[=` ``. */
export type ParsedRegex =
  | { readonly ok: true; readonly regex: Regex }
  | { readonly ok: false; readonly problem: string }

/** The expressions used last: thousands of objects share a few, and each is read again with every change of its object. */
const recent = new Map<string, ParsedRegex>()
const mostRecent = 200

/** Compiles an expression. Source of syntax and error texts: Go's `regexp/syntax`. Never throws. */
export function parseRegex(source: string): ParsedRegex {
  if (source.length > maxSourceLength) {
    return {
      ok: false,
      problem: `the expression has ${source.length} characters, at most ${maxSourceLength} are allowed`,
    }
  }
  const parsed = recent.get(source) ?? compile(source)
  recent.delete(source)
  recent.set(source, parsed)
  const [oldest] = recent.keys()
  if (recent.size > mostRecent && oldest !== undefined) recent.delete(oldest)
  return parsed
}

function compile(source: string): ParsedRegex {
  try {
    return { ok: true, regex: wrap(source, RE2JS.compile(source)) }
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) }
  }
}

function wrap(source: string, compiled: RE2JS): Regex {
  const engine = compiled.re2()
  // A search without groups runs on a DFA, ten times as fast as one with them: worth while where it finds nothing.
  // Texts come in order, so those that match stand together: after a match the next one is searched with groups at once.
  // Expressions that the one-pass engine takes cost the same either way.
  const last = { matched: engine.onepass !== null }
  const positions = (text: string): readonly number[] | undefined => {
    if (!last.matched && !compiled.test(text)) return undefined
    const found: readonly number[] | null = engine.findSubmatchIndex(text)
    last.matched = found !== null || engine.onepass !== null
    return found ?? undefined
  }
  return {
    source,
    size: engine.numberOfInstructions(),
    test: source === '' ? () => true : (text) => compiled.test(text),
    match: (text) => {
      const found = positions(text)
      return found && matchOf(text, found)
    },
    matches: (text) => eachMatch(compiled, text),
    filler: (template) => {
      const parts = parseTemplate(template, compiled.namedGroups())
      return (match) => parts.map((part) => (typeof part === 'string' ? part : (match.groups[part] ?? ''))).join('')
    },
    expander: (template) => {
      const parts = parseTemplate(template, compiled.namedGroups())
      return (text) => {
        const found = positions(text)
        return found && expand(parts, text, found)
      }
    },
  }
}

function* eachMatch(compiled: RE2JS, text: string): Generator<Match> {
  const matcher = compiled.matcher(text)
  let from = 0
  let lastEnd = -1
  while (from <= text.length && matcher.find(from)) {
    const [start, end] = [matcher.start(), matcher.end()]
    const isEmpty = start === end
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined)
    if (!isEmpty || start !== lastEnd) yield { start, end, groups }
    lastEnd = end
    // After an empty match the search goes on behind the next character, which may be two units.
    from = isEmpty ? end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1) : end
  }
}

/** Text between two positions of a match; undefined for a group that took no part (-1) or does not exist. */
function groupText(text: string, positions: readonly number[], group: number): string | undefined {
  const start = positions[2 * group]
  return start === undefined || start < 0 ? undefined : text.slice(start, positions[2 * group + 1])
}

function matchOf(text: string, positions: readonly number[]): Match {
  const groups = Array.from({ length: positions.length / 2 }, (_, group) => groupText(text, positions, group))
  return { start: positions[0] ?? 0, end: positions[1] ?? 0, groups }
}

/** Literal text, or the number of a group; a name that the expression lacks becomes no part at all. */
type TemplatePart = string | number

// Go's `extract`: letters and digits are Unicode's there, and a closing brace must follow at once.
const reference = /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu

function parseTemplate(template: string, names: Readonly<Record<string, number>>): readonly TemplatePart[] {
  const parts: TemplatePart[] = []
  let done = 0
  for (const found of template.matchAll(reference)) {
    parts.push(template.slice(done, found.index))
    done = found.index + found[0].length
    const name = found[1] ?? found[2]
    if (name === undefined) parts.push('$')
    else if (/^(?:0|[1-9][0-9]{0,8})$/.test(name)) parts.push(Number(name))
    else if (Object.hasOwn(names, name)) parts.push(names[name] ?? '')
  }
  parts.push(template.slice(done))
  return parts.filter((part) => part !== '')
}

function expand(parts: readonly TemplatePart[], text: string, positions: readonly number[]): string {
  let result = ''
  for (const part of parts) {
    result += typeof part === 'string' ? part : (groupText(text, positions, part) ?? '')
  }
  return result
}
