import { expect, it } from 'vitest'
import { reveal } from '#core/secret/reveal.ts'
import { Secret } from '#core/secret/secret.ts'

it.each(['', 'short', 'with\nline end', '\u{1f512}'])('gives back %j unchanged', (text) => {
  expect(reveal(new Secret(text))).toBe(text)
})
