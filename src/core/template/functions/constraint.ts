import { FunctionFault } from '../fault.ts'
import { comparePre, compareVersions, parseVersion, type Version } from './version.ts'

type Operator = '=' | '!=' | '>' | '<' | '>=' | '<=' | '~' | '^'

/** One comparison; parts that are missing or `x` make it a range. */
interface Constraint {
  readonly operator: Operator
  readonly version: Version
  /** Some part is missing. */
  readonly isRange: boolean
  /** The minor, or only the patch version is missing. */
  readonly lacks: 'none' | 'all' | 'minor' | 'patch'
}

/** A constraint of github.com/Masterminds/semver 3.3, `>=1.2 <2 || ^3`, `1 - 2`, `~1.2.x`, as a test of versions. */
export function parseConstraint(text: string): (version: Version) => boolean {
  const alternatives = text.split('||').map(parseAll)
  return (version) => alternatives.some((all) => all.every((one) => check(version, one)))
}

const part = '[0-9xX*|]+'
const suffix = '(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?'
const item = new RegExp(
  `(=>|>=|=<|<=|!=|~>|[=<>~^]|)[ \\t\\n\\f\\r]*v?(${part})(\\.${part})?(\\.${part})?${suffix}`,
  'y',
)

/** Comparisons separated by blanks or commas, all of which have to hold. */
function parseAll(text: string): readonly Constraint[] {
  const items = itemsOf(text)
  if (items === undefined) throw new FunctionFault(`improper constraint: ${text}`)
  return items.flatMap(({ from, to }) => {
    if (to === undefined) return [parseOne(from)]
    return [{ ...parseOne(from), operator: '>=' } as const, { ...parseOne(to), operator: '<=' } as const]
  })
}

/** A comparison, or both ends of `1.2 - 1.4`. */
interface Item {
  readonly from: RegExpExecArray
  readonly to: RegExpExecArray | undefined
}

const separator = /[ \t\n\f\r]*(,?)[ \t\n\f\r]*/y
const hyphen = /[ \t\n\f\r]+-[ \t\n\f\r]+/y

/** Undefined where the text is anything else. */
function itemsOf(text: string): readonly Item[] | undefined {
  const items: Item[] = []
  let at = 0
  for (;;) {
    const [gap = '', comma = ''] = matchAt(separator, text, at) ?? []
    if (items.length > 0 && at + gap.length === text.length && comma === '') return items
    const isSeparated = items.length === 0 ? comma === '' : gap !== ''
    const from = isSeparated ? matchAt(item, text, at + gap.length) : undefined
    if (from === undefined) return undefined
    at = from.index + from[0].length
    const dash = from[1] === '' ? matchAt(hyphen, text, at) : undefined
    const to = dash && matchAt(item, text, at + dash[0].length)
    if (dash !== undefined && to?.[1] !== '') return undefined
    at = to === undefined ? at : to.index + to[0].length
    items.push({ from, to })
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

const operators: Readonly<Record<string, Operator>> = { '': '=', '=>': '>=', '=<': '<=', '~>': '~' }

function parseOne([, operator = '', major = '', minor = '', patch = '', pre = '']: RegExpExecArray): Constraint {
  const lacks = isX(major) ? 'all' : isX(minor) ? 'minor' : isX(patch) ? 'patch' : 'none'
  const numbers = {
    all: '0.0.0',
    minor: `${major}.0.0`,
    patch: `${major}${minor}.0`,
    none: `${major}${minor}${patch}`,
  }[lacks]
  try {
    const version = parseVersion(pre === '' ? numbers : `${numbers}-${pre}`)
    return { operator: operators[operator] ?? (operator as Operator), version, isRange: lacks !== 'none', lacks }
  } catch {
    throw new FunctionFault('constraint Parser Error')
  }
}

function isX(text: string): boolean {
  return /^\.?[xX*]?$/.test(text)
}

function check(version: Version, constraint: Constraint): boolean {
  const { operator, version: bound } = constraint
  // Pre-releases are only looked at by those who ask for them.
  const isHidden = version.pre !== '' && bound.pre === ''
  if (operator === '!=') return differs(version, constraint, isHidden)
  if (isHidden) return false
  switch (operator) {
    case '>':
      return isAbove(version, constraint)
    case '<':
      return compareVersions(version, bound) < 0
    case '>=':
      return compareVersions(version, bound) >= 0
    case '<=':
      return isAtMost(version, constraint)
    case '^':
      return compareVersions(version, bound) >= 0 && isCompatible(version, constraint)
    case '~':
      return isNear(version, constraint)
    default:
      return constraint.isRange ? isNear(version, constraint) : compareVersions(version, bound) === 0
  }
}

function differs(version: Version, { isRange, lacks, version: bound }: Constraint, isHidden: boolean): boolean {
  if (!isRange) return compareVersions(version, bound) !== 0
  if (isHidden) return false
  if (bound.major !== version.major) return true
  if (lacks === 'minor') return false
  if (bound.minor !== version.minor) return true
  if (lacks === 'patch') return comparePre(version.pre, bound.pre) !== 0
  return bound.patch !== version.patch || compareVersions(version, bound) !== 0
}

function isAbove(version: Version, { lacks, isRange, version: bound }: Constraint): boolean {
  if (!isRange) return compareVersions(version, bound) > 0
  if (version.major !== bound.major) return version.major > bound.major
  if (lacks === 'minor') return false
  return lacks === 'patch' ? version.minor > bound.minor : compareVersions(version, bound) > 0
}

function isAtMost(version: Version, { lacks, isRange, version: bound }: Constraint): boolean {
  if (!isRange) return compareVersions(version, bound) <= 0
  if (version.major !== bound.major) return version.major < bound.major
  return lacks === 'minor' || version.minor <= bound.minor
}

/** `~1.2.3`: the same minor version; `~1`: the same major version; `~0.0.0` and `*`: any. */
function isNear(version: Version, { lacks, version: bound }: Constraint): boolean {
  if (compareVersions(version, bound) < 0) return false
  const isZero = bound.major === 0n && bound.minor === 0n && bound.patch === 0n
  if (isZero && lacks !== 'minor' && lacks !== 'patch') return true
  return version.major === bound.major && (lacks === 'minor' || version.minor === bound.minor)
}

/** `^`: the first part that is not 0 is the same. */
function isCompatible(version: Version, { lacks, version: bound }: Constraint): boolean {
  if (version.major !== bound.major) return false
  if (bound.major > 0n || lacks === 'minor') return true
  if (version.minor !== bound.minor) return false
  return bound.minor > 0n || lacks === 'patch' || version.patch === bound.patch
}
