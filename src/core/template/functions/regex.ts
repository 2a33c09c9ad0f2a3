import { parseRegex, type Match, type ParsedRegex, type Regex } from '../../regex.ts'
import type { Budget } from '../budget.ts'
import { FunctionFault } from '../fault.ts'
import { define } from '../function.ts'
import { backquote } from '../quote.ts'
import { textList } from '../text.ts'
import type { Integer, List, TemplateFunction } from '../value.ts'

/** Compiles an expression for one call. */
type Compile = (source: string, budget: Budget) => Regex

/** sprig's functions of regular expressions (RE2): expression first, then the text. */
export const regexes = {
  regexMatch: define(['string', 'string'], ([source, text], { budget }) => {
    const parsed = parsedFor(source, budget)
    return parsed.ok && tests(parsed.regex, text, budget)
  }),
  mustRegexMatch: define(['string', 'string'], ([source, text], { budget }) =>
    tests(compiledOrFail(source, budget), text, budget),
  ),
  ...bothForms('Find', (compile) =>
    define(['string', 'string'], ([source, text], { budget }) => {
      const regex = compile(source, budget)
      takeSearch(regex, text.length, budget)
      return regex.match(text)?.groups[0] ?? ''
    }),
  ),
  ...bothForms('FindAll', (compile) =>
    define(['string', 'string', 'int'], ([source, text, count], { budget }) => {
      const found = firstMatches(compile(source, budget), text, countOf(count), budget)
      return textList(
        found.map((match) => match.groups[0] ?? ''),
        found.length === 0,
      )
    }),
  ),
  ...bothForms('Split', (compile) =>
    define(['string', 'string', 'int'], ([source, text, count], { budget }) =>
      split(compile(source, budget), text, countOf(count), budget),
    ),
  ),
  ...bothForms('ReplaceAll', (compile) =>
    define(['string', 'string', 'string'], ([source, text, to], { budget }) => {
      const regex = compile(source, budget)
      return replaceAll(regex, text, regex.filler(to), budget)
    }),
  ),
  ...bothForms('ReplaceAllLiteral', (compile) =>
    define(['string', 'string', 'string'], ([source, text, to], { budget }) =>
      replaceAll(compile(source, budget), text, () => to, budget),
    ),
  ),
  regexQuoteMeta: define(['string'], ([text]) => text.replace(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`)),
}

/** `regexX` panics and `mustRegexX` fails at a wrong expression, which differs in the text only. */
function bothForms(
  name: string,
  form: (compile: Compile) => TemplateFunction,
): Readonly<Record<string, TemplateFunction>> {
  return { [`regex${name}`]: form(compiledOrPanic), [`mustRegex${name}`]: form(compiledOrFail) }
}

/** Expressions of a run: those in a loop are compiled once. */
const ofRuns = new WeakMap<Budget, Map<string, ParsedRegex>>()

function parsedFor(source: string, budget: Budget): ParsedRegex {
  const ofRun = ofRuns.get(budget) ?? new Map<string, ParsedRegex>()
  ofRuns.set(budget, ofRun)
  const known = ofRun.get(source)
  if (known !== undefined) return known
  const parsed = parseRegex(source)
  ofRun.set(source, parsed)
  budget.take(100 + (parsed.ok ? Math.ceil(parsed.regex.size / 10) : 0))
  return parsed
}

function compiledOrFail(source: string, budget: Budget): Regex {
  const parsed = parsedFor(source, budget)
  if (parsed.ok) return parsed.regex
  throw new FunctionFault(parsed.problem)
}

function compiledOrPanic(source: string, budget: Budget): Regex {
  const parsed = parsedFor(source, budget)
  if (parsed.ok) return parsed.regex
  throw new FunctionFault(`regexp: Compile(${backquote(source)}): ${parsed.problem}`)
}

/** A search reads so much text once for each instruction of the expression, at worst. */
function takeSearch(regex: Regex, length: number, budget: Budget): void {
  budget.take(1 + Math.ceil((length * regex.size) / 2000))
}

function tests(regex: Regex, text: string, budget: Budget): boolean {
  takeSearch(regex, text.length, budget)
  return regex.test(text)
}

/** A negative number means all. */
function countOf({ value }: Integer): number {
  return value < 0n ? Infinity : Number(value)
}

function firstMatches(regex: Regex, text: string, count: number, budget: Budget): readonly Match[] {
  const found: Match[] = []
  if (count === 0) return found
  takeSearch(regex, text.length, budget)
  for (const match of regex.matches(text)) {
    found.push(match)
    if (found.length >= count) break
    takeSearch(regex, text.length - match.end, budget)
  }
  return found
}

function replaceAll(regex: Regex, text: string, fill: (match: Match) => string, budget: Budget): string {
  let result = ''
  let done = 0
  for (const match of firstMatches(regex, text, Infinity, budget)) {
    result += text.slice(done, match.start) + fill(match)
    if (result.length > budget.limits.text) break
    done = match.end
  }
  return result + text.slice(done)
}

/** Go's Regexp.Split: at most so many parts, the last with all the rest; nil for 0. */
function split(regex: Regex, text: string, count: number, budget: Budget): List {
  if (count === 0) return textList([], true)
  if (regex.source !== '' && text === '') return textList([''])
  const parts: string[] = []
  let [begin, end] = [0, 0]
  for (const match of firstMatches(regex, text, count, budget)) {
    if (parts.length === count - 1) break
    end = match.start
    if (match.end !== 0) parts.push(text.slice(begin, end))
    begin = match.end
  }
  if (end !== text.length) parts.push(text.slice(begin))
  return textList(parts)
}
