import { describe, expect, it } from 'vitest'
import { formsOf } from '#core/secret/forms.ts'

function texts(value: string, kind: string): readonly string[] {
  return formsOf(value)
    .filter((form) => form.kind === kind)
    .map((form) => form.text)
}

describe('formsOf', () => {
  it.each(['', 'short', 'äö', 'a b  '])('has none for %j, which is below 6 bytes or nearly so', (value) => {
    expect(texts(value, 'plain').filter((text) => text !== value)).toEqual([])
  })

  it.each([
    { value: 'secret', plain: ['secret'] },
    { value: 'äöü', plain: ['äöü'] },
    { value: '  secret\n', plain: ['  secret\n', 'secret'] },
    {
      value: 'key:\n  a-line-of-16-char\nshort\n',
      plain: ['key:\n  a-line-of-16-char\nshort\n', 'key:\n  a-line-of-16-char\nshort', 'a-line-of-16-char'],
    },
  ])('recognises $value by $plain', ({ value, plain }) => {
    expect(texts(value, 'plain')).toEqual(plain)
  })

  it('finds the value in the base64 of any text around it', () => {
    const forms = texts('s3cr3t-value', 'base64')
    for (const before of ['', 'u', 'us', 'use', 'user:']) {
      for (const after of ['', '\n', 'xy']) {
        const encoded = Buffer.from(`${before}s3cr3t-value${after}`).toString('base64')
        expect(forms.filter((form) => encoded.includes(form))).not.toEqual([])
      }
    }
  })
})
