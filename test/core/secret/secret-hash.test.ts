import { expect, it } from 'vitest'
import { hashAfterSecret, secretBytes } from '#core/secret/secret-hash.ts'
import { Secret } from '#core/secret/secret.ts'
import { systemHashes } from '#io/hash.ts'

it.each([
  ['', 0],
  ['sixteen-bytes-xx', 16],
  ['ünï', 5],
])('%j has %i bytes', (text, want) => {
  expect(secretBytes(new Secret(text, { masked: false }))).toBe(want)
})

it('hashes the secret with what follows', () => {
  const secret = new Secret('a-token-for-tests', { masked: false })
  expect(hashAfterSecret(secret, 'webapps', systemHashes.sha256)).toBe(systemHashes.sha256('a-token-for-testswebapps'))
})
