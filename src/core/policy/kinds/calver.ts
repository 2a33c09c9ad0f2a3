import { AppError, quoteOutside } from '../../error.ts'
import { parseRegex, type Regex } from '../../regex.ts'
import type { CompiledKind, PolicyKind } from '../kind.ts'
import { compareBy, parseNatural, type Natural } from '../order.ts'

/** What each token of a format takes; the names are those of calver.org. Longer names stand before their beginnings. */
const tokens: Readonly<Record<string, string>> = {
  YYYY: '[0-9]{4}',
  YY: '(?:0|[1-9][0-9]{0,2})',
  '0Y': '(?:[0-9]{2}|[1-9][0-9]{2})',
  MM: '(?:[1-9]|1[0-2])',
  '0M': '(?:0[1-9]|1[0-2])',
  WW: '(?:[1-9]|[1-4][0-9]|5[0-3])',
  '0W': '(?:0[1-9]|[1-4][0-9]|5[0-3])',
  DD: '(?:[1-9]|[12][0-9]|3[01])',
  '0D': '(?:0[1-9]|[12][0-9]|3[01])',
  MAJOR: '[0-9]+',
  MINOR: '[0-9]+',
  MICRO: '[0-9]+',
}

const tokenNames = new RegExp(Object.keys(tokens).join('|'), 'g')

/** `calver: {format}`: calendar versions such as `YYYY.0M.MICRO`; the highest is elected, its numbers from left to right. */
export const calver: PolicyKind<{ readonly format: string }> = {
  compile({ format }, field) {
    return compileFormat(quoteOutside(format), parseFormat(format, `${field}.format`))
  },
}

function compileFormat(format: string, regex: Regex): CompiledKind<readonly Natural[]> {
  return {
    text: `calver ${format}`,
    needs: [],
    warnings: [],
    read: (key) =>
      regex
        .match(key)
        ?.groups.slice(1)
        .map((digits) => parseNatural(digits ?? '')),
    refuse: (numbers) => (numbers ? undefined : { verdict: 'not-a-version', reason: `not of the format ${format}` }),
    compare: compareNumbers,
    print: (numbers) => numbers.join('.'),
  }
}

/** The format as one anchored expression with a group a token. */
function parseFormat(format: string, field: string): Regex {
  const names: readonly string[] = format.match(tokenNames) ?? []
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (names.length === 0) throw invalid(field, `no token in "${quoteOutside(format)}"`)
  if (twice !== undefined) throw invalid(field, `${twice} stands twice in "${quoteOutside(format)}"`)
  const literals = format.split(tokenNames).map((text) => text.replace(/[^\p{L}\p{N}]/gu, '\\$&'))
  const body = literals.map((literal, index) => {
    const name = names[index]
    return name === undefined ? literal : `${literal}(${tokens[name] ?? ''})`
  })
  const parsed = parseRegex(`^${body.join('')}$`)
  if (!parsed.ok) throw invalid(field, parsed.problem)
  return parsed.regex
}

function invalid(field: string, problem: string): AppError {
  return new AppError('POLICY_CALVER_INVALID', `${field}: invalid policy: ${problem}`)
}

function compareNumbers(a: readonly Natural[], b: readonly Natural[]): number {
  for (const [index, number] of a.entries()) {
    const order = compareBy(number, b[index] ?? 0)
    if (order !== 0) return order
  }
  return 0
}
