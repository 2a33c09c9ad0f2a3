import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTrailers, printTrailers, trailerText, withTrailers } from '#core/commit/trailer.ts'

const name = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,20}$/)
const value = fc.string({ unit: 'grapheme', maxLength: 40 }).map(trailerText)
const reference = fc.stringMatching(/^[A-Za-z0-9._:/@+-]{0,40}$/)
const trailers = fc.record({
  automation: fc.tuple(name, name).map((parts) => parts.join('/')),
  run: fc.tuple(fc.uuid(), fc.stringMatching(/^[0-9a-f]{32}$/)).map((parts) => parts.join('/')),
  images: fc.array(
    fc.record({ setter: fc.tuple(name, name).map((parts) => parts.join(':')), from: value, to: reference }),
    { maxLength: 5 },
  ),
})
/** Lines as templates render them, ours among them. */
const line = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '',
    'Tagboat-Run: a/b',
    'TAGBOAT-Image: x y -> z',
    'Change-Id: I1',
    ' indented',
    'Tagboat-Automation: e/f\r',
  ),
)
const body = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'))

describe('trailers', () => {
  it('read back what was printed', () => {
    fc.assert(
      fc.property(trailers, (given) => {
        const found = parseTrailers(printTrailers(given).join('\n'))
        expect(found).toEqual({ automations: [given.automation], runs: [given.run], images: given.images })
      }),
      { numRuns: 1000 },
    )
  })

  it('T9: read back only ours, whatever the message says', () => {
    fc.assert(
      fc.property(body, trailers, (text, given) => {
        const message = withTrailers(text, given)
        expect(parseTrailers(message)).toEqual({
          automations: [given.automation],
          runs: [given.run],
          images: given.images,
        })
        expect(message).toMatch(/[^\n]\n$/)
        expect(message).not.toMatch(/(?![\n\t])\p{Cc}/u)
      }),
      { numRuns: 1000 },
    )
  })
})
