import * as fc from 'fast-check'
import oracle from 'semver'
import { describe, expect, it } from 'vitest'
import { parseRange, rangeAdmits } from '#core/policy/kinds/semver/range.ts'
import { compareVersions, parseTagVersion, parseVersion, printVersion } from '#core/policy/kinds/semver/version.ts'

const runs = { numRuns: 1000 }
const small = fc.integer({ min: 0, max: 4 })
const number = fc.oneof(small, fc.integer({ min: 0, max: 2 ** 50 }))
const word = fc.stringMatching(/^[a-zA-Z-][0-9a-zA-Z-]{0,5}$/)
const identifier = fc.oneof(
  fc.integer({ min: 0, max: 30 }).map(String),
  fc.constantFrom('alpha', 'rc', 'A', '0a', '-'),
  word,
)
const pre = fc.option(
  fc.array(identifier, { minLength: 1, maxLength: 3 }).map((ids) => `-${ids.join('.')}`),
  { nil: '' },
)
const strict = fc.tuple(number, number, number, pre).map(([a, b, c, p]) => `${a}.${b}.${c}${p}`)
const smallVersion = fc.tuple(small, small, small).map((parts) => parts.join('.'))

/** Terms that npm's `semver` and Flux's library understand alike; the pre-release rules differ, so releases only. */
const shared = fc.oneof(
  fc.tuple(fc.constantFrom('', '=', '>', '<', '>=', '<=', '~', '^'), smallVersion).map(([op, version]) => op + version),
  fc.tuple(fc.constantFrom('', '>=', '<', '~', '^'), small, small).map(([op, a, b]) => `${op}${a}.${b}`),
  fc.tuple(fc.constantFrom('', '~', '^'), fc.integer({ min: 1, max: 4 })).map(([op, a]) => `${op}${a}`),
  fc.tuple(small, small).map(([a, b]) => `${a}.${b}.x`),
  fc.constant('*'),
)

function read(text: string) {
  const version = parseVersion(text)
  if (version === undefined) throw new Error(`${text} is no version`)
  return version
}

describe('against npm semver, on what both read', () => {
  it('versions have the same order', () => {
    fc.assert(
      fc.property(strict, strict, (a, b) => {
        fc.pre(oracle.valid(a) !== null && oracle.valid(b) !== null)
        expect(Math.sign(compareVersions(read(a), read(b)))).toBe(oracle.compare(a, b))
      }),
      runs,
    )
  })

  it('ranges of releases admit the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(shared, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
        smallVersion,
        (groups, version) => {
          // What is known to differ in Flux: ~0.0.0 admits everything.
          fc.pre(!groups.flat().includes('~0.0.0'))
          const text = groups.map((terms) => terms.join(' ')).join(' || ')
          const parsed = parseRange(text)
          expect(parsed.ok && rangeAdmits(parsed.range, read(version))).toBe(oracle.satisfies(version, text))
        },
      ),
      { numRuns: 5000 },
    )
  })
})

describe('versions', () => {
  it('print what is read again', () => {
    fc.assert(
      fc.property(strict, (text) => {
        expect(printVersion(read(text))).toBe(text)
        expect(parseTagVersion(`v${text}`)).toEqual(read(text))
      }),
      runs,
    )
  })

  it('have a total order', () => {
    fc.assert(
      fc.property(strict, strict, strict, (x, y, z) => {
        const [a, b, c] = [read(x), read(y), read(z)]
        expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0)
        expect(compareVersions(a, b) > 0 || compareVersions(b, c) > 0 || compareVersions(a, c) <= 0).toBe(true)
      }),
      runs,
    )
  })

  it('never come of an exception, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect([undefined, 'object']).toContain(parseTagVersion(text) && 'object')
        expect(typeof parseRange(text).ok).toBe('boolean')
      }),
      runs,
    )
  })
})
