import { expect, it } from 'vitest'
import { digestAlgorithm, isDigest, parseDigest } from '#core/image/digest.ts'

const sha256 = `sha256:${'09af'.repeat(16)}`
const sha512 = `sha512:${'09af'.repeat(32)}`

it.each([
  [sha256, 'sha256'],
  [sha512, 'sha512'],
] as const)('%s is a digest', (text, algorithm) => {
  expect(isDigest(text)).toBe(true)
  expect(digestAlgorithm(parseDigest(text, 'digest'))).toBe(algorithm)
})

it.each([
  '',
  'sha256:',
  sha256.slice(0, -1),
  `${sha256}0`,
  `${sha256}\n`,
  sha256.toUpperCase(),
  `sha1:${'0'.repeat(40)}`,
  sha512.replace('512', '256'),
  `sha256:${'g'.repeat(64)}`,
  '../../etc/passwd',
])('%j is none', (text) => {
  expect(isDigest(text)).toBe(false)
  expect(() => parseDigest(text, 'header')).toThrow(/^header: expected sha256:/)
})
