import { expect, it } from 'vitest'
import { decodeName } from '#io/git/names.ts'

it.each([
  ['plain.yaml', 'plain.yaml'],
  ['é-日-😀', 'é-日-😀'],
])('UTF-8 stays text: %s', (text, expected) => expect(decodeName(Buffer.from(text))).toBe(expected))

it('other bytes stay apart from each other and from every text', () => {
  const names = [[0xff], [0xfe], [0xc3], [0xc3, 0xbf], [0xed, 0xb3, 0xbf], [0x61, 0x80]].map((bytes) =>
    decodeName(Buffer.from(bytes)),
  )
  expect(new Set(names).size).toBe(names.length)
  expect(names[0]).toBe('\udcff')
  expect(names[3]).toBe('ÿ')
  expect(names[5]).toBe('a\udc80')
})
