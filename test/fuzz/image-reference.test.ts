import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAppError } from '#core/error.ts'
import { canonicalName, parseImageName, parseImageRef, printImageRef } from '#core/image/reference.ts'

const component = fc.stringMatching(/^[a-z0-9]{1,5}((\.|_|__|-{1,3})[a-z0-9]{1,5}){0,2}$/)
const path = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
const port = fc.integer({ min: 1, max: 65_535 })
const name = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9-]{0,5}[A-Za-z0-9])?(\.[A-Za-z0-9]{1,5}){1,3}$/)
const host = fc.oneof(
  name,
  fc.constant('localhost'),
  fc.ipV4(),
  fc.ipV6().map((address) => `[${address}]`),
)
const withPort = fc.tuple(host, fc.option(port)).map(([text, number]) => (number === null ? text : `${text}:${number}`))
const looksLikeHost = (text: string) => /^(?:localhost|[^/]*\.[^/]*)\//.test(text)
const barePath = path.filter((text) => !looksLikeHost(text) && !/^[a-f0-9]{64}$/.test(text))
const imageName = fc.oneof(
  barePath,
  fc.tuple(withPort, path).map(([authority, rest]) => `${authority}/${rest}`),
)
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/)
const digest = fc.oneof(
  fc.stringMatching(/^[a-f0-9]{64}$/).map((hex) => `sha256:${hex}`),
  fc.stringMatching(/^[a-f0-9]{128}$/).map((hex) => `sha512:${hex}`),
)
const reference = fc
  .tuple(imageName, fc.option(tag), fc.option(digest))
  .map(
    ([text, tagged, pinned]) => `${text}${tagged === null ? '' : `:${tagged}`}${pinned === null ? '' : `@${pinned}`}`,
  )

describe('references', () => {
  it('are printed as they were read, and read as they were printed', () => {
    fc.assert(
      fc.property(reference, (text) => {
        const parsed = parseImageRef(text, 'image')
        expect(printImageRef(parsed)).toBe(text)
        expect(parseImageRef(printImageRef(parsed), 'image')).toEqual(parsed)
      }),
    )
  })

  it('have canonical names that stay what they are', () => {
    fc.assert(
      fc.property(imageName, (text) => {
        const canonical = canonicalName(parseImageName(text, 'image'))
        expect(canonicalName(parseImageName(canonical, 'image'))).toBe(canonical)
      }),
    )
  })

  it('that are none are refused in words of ours, whatever they are', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...Array.from('a1.:/@-_[]A\n %')) }),
    )
    fc.assert(
      fc.property(hostile, (text) => {
        expect([text, 'REGISTRY_REF_INVALID']).toContain(printedOrRefused(text))
      }),
    )
  })
})

function printedOrRefused(text: string): string {
  try {
    return printImageRef(parseImageRef(text, 'image'))
  } catch (error) {
    return isAppError(error) ? error.code : String(error)
  }
}
