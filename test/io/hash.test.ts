import { expect, it } from 'vitest'
import { systemHashes } from '#io/hash.ts'

// FIPS 180-4 examples, and one text beyond ASCII to fix the encoding.
it.each([
  { name: 'sha1', text: 'abc', hex: 'a9993e364706816aba3e25717850c26c9cd0d89d' },
  { name: 'sha256', text: 'abc', hex: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
  {
    name: 'sha512',
    text: 'abc',
    hex: 'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  },
  { name: 'sha256', text: 'ä', hex: '33e6d73fee82904c8d7afb78de1154d1e8dc2a0edb08120e63df5b9385c2d9cc' },
] as const)('$name of $text', ({ name, text, hex }) => {
  expect(systemHashes[name](text)).toBe(hex)
})
