import { describe, expect, it } from 'vitest'
import {
  digestOf,
  ensureRepository,
  findManifest,
  hasDigest,
  putManifest,
  type RegistryContent,
} from '#cli/demo/registry/content.ts'

const empty = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const bytes = new TextEncoder().encode('{}')

describe('digests', () => {
  it('are those of SHA-256', () => {
    expect(digestOf(new Uint8Array())).toBe(empty)
  })

  it.each([
    [empty, true],
    [empty.toUpperCase(), false],
    [empty.replace('sha256', 'sha512'), false],
    [digestOf(bytes), false],
    ['md5:d41d8cd98f00b204e9800998ecf8427e', false],
    ['', false],
    [
      'sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
      true,
    ],
  ])('no bytes have %s: %s', (digest, expected) => {
    expect(hasDigest(new Uint8Array(), digest)).toBe(expected)
  })
})

describe('a repository', () => {
  it('is made once, and finds manifests by tag and by digest', () => {
    const content: RegistryContent = new Map()
    const repository = ensureRepository(content, 'a/b')
    expect(ensureRepository(content, 'a/b')).toBe(repository)
    const stored = putManifest(repository, { mediaType: 'text/x', bytes }, '1.0')
    expect(findManifest(repository, '1.0')).toBe(stored)
    expect(findManifest(repository, digestOf(bytes))).toBe(stored)
    expect(findManifest(repository, '2.0')).toBeUndefined()
  })
})
