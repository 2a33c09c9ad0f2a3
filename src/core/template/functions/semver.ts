import { define } from '../function.ts'
import { int, Integer, Struct, type TemplateFunction } from '../value.ts'
import { parseConstraint } from './constraint.ts'
import { compareVersions, parseVersion, printVersion, type Version } from './version.ts'

/** sprig's functions of semantic versions. */
export const semvers = {
  semver: define(['string'], ([text]) => versionValue(parseVersion(text))),
  semverCompare: define(['string', 'string'], ([constraint, text]) => {
    const isSatisfiedBy = parseConstraint(constraint)
    return isSatisfiedBy(parseVersion(text))
  }),
}

const zero: Version = { major: 0n, minor: 0n, patch: 0n, pre: '', metadata: '', original: '0.0.0' }
const pointer = '*semver.Version'

/** The version behind each value, for comparisons. */
const versions = new WeakMap<Struct, Version>()

function versionValue(version: Version, type = pointer): Struct {
  const { major, minor, patch, pre, metadata } = version
  const value = new Struct(
    type,
    {},
    {
      text: printVersion(version),
      json: printVersion(version),
      methods: {
        Major: define([], () => new Integer('uint64', major)),
        Minor: define([], () => new Integer('uint64', minor)),
        Patch: define([], () => new Integer('uint64', patch)),
        Prerelease: define([], () => pre),
        Metadata: define([], () => metadata),
        String: define([], () => printVersion(version)),
        IncMajor: define([], () => increased(version, { major: major + 1n, minor: 0n, patch: 0n })),
        IncMinor: define([], () => increased(version, { minor: minor + 1n, patch: 0n })),
        IncPatch: define([], () => increased(version, { patch: pre === '' ? patch + 1n : patch })),
        // Only a pointer has these, and what is increased is none.
        ...(type === pointer ? ofPointer(version) : {}),
      },
    },
  )
  versions.set(value, version)
  return value
}

function increased(version: Version, parts: Partial<Version>): Struct {
  const next = { ...version, ...parts, pre: '', metadata: '' }
  const original = (version.original.startsWith('v') ? 'v' : '') + printVersion(next)
  return versionValue({ ...next, original }, 'semver.Version')
}

function ofPointer(version: Version): Readonly<Record<string, TemplateFunction>> {
  const by = (test: (order: number) => boolean): TemplateFunction =>
    define([pointer], ([other]) => test(compareVersions(version, versions.get(other) ?? zero)))
  return {
    Original: define([], () => version.original),
    Compare: define([pointer], ([other]) => int(Math.sign(compareVersions(version, versions.get(other) ?? zero)))),
    Equal: by((order) => order === 0),
    LessThan: by((order) => order < 0),
    LessThanEqual: by((order) => order <= 0),
    GreaterThan: by((order) => order > 0),
    GreaterThanEqual: by((order) => order >= 0),
  }
}
