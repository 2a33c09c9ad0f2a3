import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quoteOutside } from '#core/error.ts'
import { Redactor } from '#core/secret/redact.ts'

/** Ways in which a text reaches a message. None of them cuts it. */
const encoders: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  percent: encodeURIComponent,
  form: (text) => new URLSearchParams({ a: text }).toString(),
  json: (text) => JSON.stringify(text),
  jsonInJson: (text) => JSON.stringify({ a: JSON.stringify([text]) }),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  base64InJson: (text) =>
    JSON.stringify({
      a: Buffer.from(text)
        .toString('base64')
        .replaceAll('/', String.raw`\/`),
    }),
  base64InUrl: (text) => `https://host/?a=${encodeURIComponent(Buffer.from(text).toString('base64'))}`,
  message: (text) => quoteOutside(text, Number.MAX_SAFE_INTEGER),
}

/** Recognisable parts of a text around which nothing else is secret. */
const canary = fc.stringMatching(/^[a-zA-Z0-9]{12}$/).map((text) => `CANARY${text}`)
const secretValue = fc
  .tuple(canary, fc.string({ unit: 'grapheme', maxLength: 12 }), canary)
  .map((parts) => parts.join(''))
const around = fc.string({ unit: 'grapheme', maxLength: 20 })

describe('redact', () => {
  it('leaves no canary, whatever the form and whatever stands around it', () => {
    fc.assert(
      fc.property(
        secretValue,
        around,
        around,
        fc.constantFrom(...Object.keys(encoders)),
        (value, before, after, form) => {
          const redactor = new Redactor()
          redactor.register(value)
          const text = `${before} ${encoders[form]?.(before + value + after)} ${after}`
          const redacted = redactor.redact(text)
          for (const read of [redacted, decodedBase64(redacted)]) expect(read).not.toMatch(/CANARY/)
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('finds a value in user:value at every alignment', () => {
    fc.assert(
      fc.property(secretValue, fc.string({ maxLength: 9 }), (value, user) => {
        const redactor = new Redactor()
        redactor.register(value)
        expect(redactor.redact(`x ${Buffer.from(`${user}:${value}`).toString('base64')} y`)).toBe('x *** y')
      }),
      { numRuns: 1000 },
    )
  })

  it('masks nothing more the second time, and never fails', () => {
    fc.assert(
      fc.property(
        fc.array(secretValue, { maxLength: 5 }),
        fc.string({ unit: 'binary', maxLength: 300 }),
        (values, text) => {
          const redactor = new Redactor()
          for (const value of values) redactor.register(value)
          const once = redactor.redact([text, ...values].join(' '))
          expect(redactor.redact(once)).toBe(once)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('leaves a text alone that holds no secret', () => {
    fc.assert(
      fc.property(
        fc.array(secretValue, { minLength: 1, maxLength: 5 }),
        fc.stringMatching(/^[a-z \n.]{0,200}$/),
        (values, text) => {
          const redactor = new Redactor()
          for (const value of values) redactor.register(value)
          expect(redactor.redact(text)).toBe(text)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

/** Every run of base64 in a text, decoded. */
function decodedBase64(text: string): string {
  return (text.match(/[A-Za-z0-9+/_-]{8,}/g) ?? [])
    .map((run) => Buffer.from(run, 'base64').toString('latin1'))
    .join(' ')
}
