import { expect, it } from 'vitest'
import { fromBase64 } from '#core/webhook/base64.ts'

it.each(['', 'a', 'ab', 'abc', 'abcd', '{"tag":"ünï 🚢"}', '\u0000\u00ff'])('gives back %j', (text) => {
  expect(fromBase64(Buffer.from(text).toString('base64'))).toBe(text)
})

it.each(['a', 'ab', 'abc', 'ab-_', '====', 'a b=', 'YQ==YQ=='])('refuses %j', (text) => {
  expect(fromBase64(text)).toBeUndefined()
})
