import { AppError, quoteOutside } from '../../../error.ts'
import type { CompiledKind, PolicyKind, Rejection } from '../../kind.ts'
import { parseRange, rangeAdmits, surprises, type Range } from './range.ts'
import { compareVersions, parseTagVersion, printVersion, type Version } from './version.ts'

/** `semver: {range}`: the highest version that the range admits. */
export const semver: PolicyKind<{ readonly range: string }> = {
  compile(spec, field) {
    const parsed = parseRange(spec.range)
    if (!parsed.ok) throw new AppError('POLICY_RANGE_INVALID', `${field}.range: invalid policy: ${parsed.problem}`)
    return compileRange(quoteOutside(spec.range.trim()), parsed.range)
  },
}

function compileRange(text: string, range: Range): CompiledKind<Version> {
  return {
    text: `semver ${text}`,
    needs: [],
    namesChanges: true,
    warnings: surprises(range).map((message) => ({ reason: 'SurprisingRange', message: `range ${text}: ${message}` })),
    read: parseTagVersion,
    refuse: (version) => refuse(text, range, version),
    compare: compareVersions,
    print: printVersion,
  }
}

function refuse(text: string, range: Range, version: Version | undefined): Rejection | undefined {
  if (version === undefined) return { verdict: 'not-a-version', reason: 'no version of the form MAJOR.MINOR.PATCH' }
  if (rangeAdmits(range, version)) return undefined
  if (version.pre.length > 0 && rangeAdmits(range, version, { pre: true })) {
    return { verdict: 'prerelease-not-admitted', reason: `a pre-release, and no term of ${text} names one` }
  }
  return { verdict: 'out-of-range', reason: `${text} excludes it` }
}
