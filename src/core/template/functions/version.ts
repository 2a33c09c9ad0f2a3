import { FunctionFault } from '../fault.ts'

/** A semantic version as github.com/Masterminds/semver reads it: parts may be missing, and a `v` may stand before it. */
export interface Version {
  readonly major: bigint
  readonly minor: bigint
  readonly patch: bigint
  readonly pre: string
  readonly metadata: string
  readonly original: string
}

const grammar =
  /^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/
const maxSegment = 2n ** 64n - 1n

export function parseVersion(text: string): Version {
  const match = grammar.exec(text)
  if (match === null) throw new FunctionFault('Invalid Semantic Version')
  const [, major = '', minor = '0', patch = '0', pre = '', metadata = ''] = match
  const [first, second, third] = [segment(major), segment(minor), segment(patch)]
  const badPart = pre.split('.').some((part) => /^0[0-9]+$/.test(part))
  if (badPart) throw new FunctionFault('Version segment starts with 0')
  return { major: first, minor: second, patch: third, pre, metadata, original: text }
}

function segment(digits: string): bigint {
  const value = BigInt(digits)
  if (value <= maxSegment) return value
  const range = `strconv.ParseUint: parsing "${digits}": value out of range`
  throw new FunctionFault(`Error parsing version segment: ${range}`)
}

export function printVersion({ major, minor, patch, pre, metadata }: Version): string {
  return `${major}.${minor}.${patch}${pre === '' ? '' : `-${pre}`}${metadata === '' ? '' : `+${metadata}`}`
}

/** Below 0 where `a` is the lower one; metadata does not count. */
export function compareVersions(a: Version, b: Version): number {
  const [first, second, third] = [compare(a.major, b.major), compare(a.minor, b.minor), compare(a.patch, b.patch)]
  return first || second || third || comparePre(a.pre, b.pre)
}

function compare<T extends bigint | string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A pre-release is lower than its release; numbers are lower than words; what is longer is higher. */
export function comparePre(a: string, b: string): number {
  if (a === '' || b === '') return compare(Number(a === ''), Number(b === ''))
  const [left, right] = [a.split('.'), b.split('.')]
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = comparePart(left[index], right[index])
    if (order !== 0) return order
  }
  return 0
}

function comparePart(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return compare(Number(a !== undefined), Number(b !== undefined))
  const [isNumber, isOtherNumber] = [/^[0-9]+$/.test(a), /^[0-9]+$/.test(b)]
  if (isNumber && isOtherNumber) return compare(BigInt(a), BigInt(b))
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1
  return compare(a, b)
}
