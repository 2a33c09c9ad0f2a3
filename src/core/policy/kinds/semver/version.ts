import { compareBy, parseNatural, type Natural } from '../../order.ts'

/** A version as Flux's library reads it. Missing parts are 0; build metadata is dropped, since it has no order. */
export interface Version {
  readonly major: Natural
  readonly minor: Natural
  readonly patch: Natural
  /** Identifiers after the `-`: numbers where they are digits up to 2⁶⁴−1, else text; empty for a release. */
  readonly pre: readonly (Natural | string)[]
}

const release: Version['pre'] = []

/** Longest text that Masterminds/semver reads. */
const maxLength = 256

const maxUint64 = 18446744073709551615n

const loose =
  /^v?(?<major>[0-9]+)(?:\.(?<minor>[0-9]+))?(?:\.(?<patch>[0-9]+))?(?:-(?<pre>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

/**
 * Reads `v?N[.N][.N][-IDS][+IDS]` with N up to 2⁶⁴−1, leading zeros allowed: `v1.2`, `01.2.3-rc.1+build`.
 * Undefined for anything else. Source: `NewVersion` of Masterminds/semver 3.5, which Flux uses.
 */
export function parseVersion(text: string): Version | undefined {
  return parsePlain(text) ?? parseLoose(text)
}

/**
 * Reads a tag: the same, but only with two dots somewhere, as Flux demands it. `1.2` is none, `1.2-rc.1` is one.
 */
export function parseTagVersion(text: string): Version | undefined {
  return parsePlain(text) ?? (hasTwoDots(text) ? parseLoose(text) : undefined)
}

function hasTwoDots(text: string): boolean {
  const first = text.indexOf('.')
  return first >= 0 && text.includes('.', first + 1)
}

/** `v?N.N.N` of at most 15 digits each, most tags there are: ten times as fast as the expression. */
function parsePlain(text: string): Version | undefined {
  let major = 0
  let minor = 0
  let part = 0
  let value = 0
  let digits = 0
  for (let at = text.charCodeAt(0) === 118 ? 1 : 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code >= 48 && code <= 57) {
      value = value * 10 + code - 48
      digits += 1
    } else {
      if (code !== 46 || digits === 0 || digits > 15 || part === 2) return undefined
      if (part === 0) major = value
      else minor = value
      part += 1
      value = 0
      digits = 0
    }
  }
  if (part !== 2 || digits === 0 || digits > 15) return undefined
  return { major, minor, patch: value, pre: release }
}

function parseLoose(text: string): Version | undefined {
  const groups = text.length > maxLength ? undefined : loose.exec(text)?.groups
  if (groups === undefined) return undefined
  const [major, minor, patch] = [groups['major'], groups['minor'] ?? '0', groups['patch'] ?? '0'].map(parseSegment)
  const pre = groups['pre'] === undefined ? release : parseIdentifiers(groups['pre'])
  if (major === undefined || minor === undefined || patch === undefined || pre === undefined) return undefined
  return { major, minor, patch, pre }
}

function parseSegment(digits: string | undefined): Natural | undefined {
  const value = parseNatural(digits ?? '')
  return value > maxUint64 ? undefined : value
}

function parseIdentifiers(text: string): Version['pre'] | undefined {
  const identifiers = text.split('.')
  if (identifiers.some((identifier) => /^0[0-9]+$/.test(identifier))) return undefined
  return identifiers.map((identifier) => (/^[0-9]+$/.test(identifier) ? parseNumeric(identifier) : identifier))
}

/** Digits above 2⁶⁴−1 are text, because Go's `ParseUint` fails on them. */
function parseNumeric(digits: string): Natural | string {
  return parseSegment(digits) ?? digits
}

/** > 0 when `a` is higher: major, minor, patch, then a release over its pre-releases, then those identifier by identifier. */
export function compareVersions(a: Version, b: Version): number {
  return (
    compareBy(a.major, b.major) ||
    compareBy(a.minor, b.minor) ||
    compareBy(a.patch, b.patch) ||
    comparePre(a.pre, b.pre)
  )
}

/** > 0 when `a` is higher; no identifiers (a release) are above any. */
export function comparePre(a: Version['pre'], b: Version['pre']): number {
  if (a.length === 0 || b.length === 0) return Number(a.length === 0) - Number(b.length === 0)
  const common = Math.min(a.length, b.length)
  for (let at = 0; at < common; at += 1) {
    const order = compareIdentifiers(a[at] ?? 0, b[at] ?? 0)
    if (order !== 0) return order
  }
  return a.length - b.length
}

function compareIdentifiers(a: Natural | string, b: Natural | string): number {
  const [textA, textB] = [typeof a === 'string', typeof b === 'string']
  // Numbers are below texts.
  return textA === textB ? compareBy(a, b) : Number(textA) - Number(textB)
}

/** The normal form: `1.2.3-rc.1`. */
export function printVersion(version: Version): string {
  const core = `${version.major}.${version.minor}.${version.patch}`
  return version.pre.length === 0 ? core : `${core}-${version.pre.join('.')}`
}
