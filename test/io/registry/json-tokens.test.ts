import { describe, expect, it } from 'vitest'
import { JsonError, JsonTokens } from '#io/registry/json-tokens.ts'

function tokensOf(text: string | Uint8Array, size: number, wantsText = true): readonly string[] {
  const found: string[] = []
  const tokens = new JsonTokens(
    (token, value) => found.push(token === 'string' || token === 'scalar' ? `${token} ${value}` : token),
    () => wantsText,
  )
  const bytes = Buffer.from(text as string)
  for (let at = 0; at < bytes.length; at += size) tokens.push(bytes.subarray(at, at + size))
  tokens.end()
  return found
}

const cases: readonly [string, readonly string[]][] = [
  ['', []],
  [' \r\n\t', []],
  [
    '{"a": [1, -2.5e3, true, null], "b": {}}',
    [
      '{',
      'string a',
      ':',
      '[',
      'scalar 1',
      ',',
      'scalar -2.5e3',
      ',',
      'scalar true',
      ',',
      'scalar null',
      ']',
      ',',
      'string b',
      ':',
      '{',
      '}',
      '}',
    ],
  ],
  ['"a\\"b\\\\"', ['string a"b\\']],
  ['"\\u00e9\\n"', ['string é\n']],
  ['"é"', ['string Ã©']],
  ['""', ['string ']],
  ['1', ['scalar 1']],
]

describe.each([1, 2, 3, 1000])('in pieces of %i bytes', (size) => {
  it.each(cases)('%s', (text, tokens) => {
    expect(tokensOf(text, size)).toEqual(tokens)
  })

  it.each(['tru', '01', '+1', '1.', 'NaN', '<html>', "'a'", '"\\x"', '"open', '"\\', '\uFEFF{}', '9'.repeat(500)])(
    '%j is no JSON',
    (text) => {
      expect(() => tokensOf(text, size)).toThrow(JsonError)
    },
  )
})

it('gives no text that nobody wants, and holds none', () => {
  expect(tokensOf(`"${'x'.repeat(100)}"`, 7, false)).toEqual(['string '])
})
