import { describe, expect, it } from 'vitest'
import { isAppError } from '#core/error.ts'
import {
  apiOrigin,
  canonicalName,
  isTag,
  parseImageName,
  parseImageRef,
  parseSpecImage,
  printImageRef,
} from '#core/image/reference.ts'

const hex64 = 'a3'.repeat(32)
const sha256 = `sha256:${hex64}`
const sha512 = `sha512:${'0f'.repeat(64)}`

const canonical: readonly [string, string, string][] = [
  ['alpine', 'index.docker.io/library/alpine', 'https://registry-1.docker.io'],
  ['docker.io/alpine', 'index.docker.io/library/alpine', 'https://registry-1.docker.io'],
  ['index.docker.io/library/alpine', 'index.docker.io/library/alpine', 'https://registry-1.docker.io'],
  ['registry-1.docker.io/alpine', 'index.docker.io/library/alpine', 'https://registry-1.docker.io'],
  ['registry.hub.docker.com/library/alpine', 'index.docker.io/library/alpine', 'https://registry-1.docker.io'],
  ['DOCKER.io/alpine', 'index.docker.io/library/alpine', 'https://registry-1.docker.io'],
  ['org/app', 'index.docker.io/org/app', 'https://registry-1.docker.io'],
  ['org/sub/app', 'index.docker.io/org/sub/app', 'https://registry-1.docker.io'],
  ['localhost/app', 'localhost/app', 'https://localhost'],
  ['host:8443/a/b', 'host:8443/a/b', 'https://host:8443'],
  ['h:443/x', 'h:443/x', 'https://h'],
  ['h.io/x', 'h.io/x', 'https://h.io'],
  ['[::1]:5000/x', '[::1]:5000/x', 'https://[::1]:5000'],
  ['[2001:DB8::1.2.3.4]/x', '[2001:db8::1.2.3.4]/x', 'https://[2001:db8::1.2.3.4]'],
  ['GHCR.io/stefanprodan/podinfo', 'ghcr.io/stefanprodan/podinfo', 'https://ghcr.io'],
  ['10.0.0.1/a', '10.0.0.1/a', 'https://10.0.0.1'],
]

describe('canonical names', () => {
  it.each(canonical)('%s is %s at %s', (text, name, origin) => {
    const parsed = parseImageName(text, 'image')
    expect(canonicalName(parsed)).toBe(name)
    expect(apiOrigin(parsed.host, 'https')).toBe(origin)
    expect(parsed.original).toBe(text)
  })

  it('leaves out the default port of plain HTTP and keeps others', () => {
    expect(apiOrigin('h:80', 'http')).toBe('http://h')
    expect(apiOrigin('h:443', 'http')).toBe('http://h:443')
  })
})

const references = [
  { text: 'alpine', tag: undefined, digest: undefined },
  { text: 'alpine:3.20', tag: '3.20', digest: undefined },
  { text: `alpine@${sha256}`, tag: undefined, digest: sha256 },
  { text: `alpine:3.20@${sha256}`, tag: '3.20', digest: sha256 },
  { text: `host:5000/a/b:t@${sha512}`, tag: 't', digest: sha512 },
  { text: 'host:5000/a', tag: undefined, digest: undefined },
  { text: '[::1]:5000/a:__proto__', tag: '__proto__', digest: undefined },
  { text: `a--b/c__d/e.f/g_h:${'x'.repeat(128)}`, tag: 'x'.repeat(128), digest: undefined },
]

describe('references', () => {
  it.each(references)('$text is read, and printed as it was', ({ text, tag, digest }) => {
    const ref = parseImageRef(text, 'image')
    expect([ref.tag, ref.digest]).toEqual([tag, digest])
    expect(printImageRef(ref)).toBe(text)
    expect(parseImageRef(printImageRef(ref), 'image')).toEqual(ref)
    expect(Object.isFrozen(ref) && Object.isFrozen(ref.name)).toBe(true)
  })

  it.each([
    '',
    ':tag',
    '@' + sha256,
    'https://ghcr.io/a',
    'Alpine',
    'org/App',
    'LOCALHOST/app',
    'a//b',
    '/a',
    'a/',
    'a___b',
    'a..b/c',
    'a-/b',
    'a b',
    'a\tb',
    'a\u0000b',
    'a:',
    'a:-t',
    `a:${'x'.repeat(129)}`,
    'a@sha256:abc',
    `a@${sha256.toUpperCase()}`,
    `a@md5:${'0'.repeat(32)}`,
    `a@${sha256}@${sha256}`,
    'host:0/a',
    'host:65536/a',
    'host:/a',
    'host:5a/a',
    '-host.io/a',
    'ho_st.io/a',
    'host..io/a',
    'user:pw@host.io/a',
    '[::1%eth0]:5000/a',
    '[::1/a',
    '[1:2:3]/a',
    '[1::2::3]/a',
    '[::256.1.1.1]/a',
    '[1:2:3:4:5:6:7:8:9]/a',
    hex64,
    'a'.repeat(256),
    `${'a.'.repeat(130)}io/x`,
    `h.io/${'a/'.repeat(600)}a`,
  ])('%j is refused', (text) => {
    expect(() => parseImageRef(text, 'spec.image')).toThrow(/^spec\.image: expected /)
  })

  it('refuses a tag or digest where a name is due', () => {
    expect(() => parseImageName('a:1', 'f')).toThrow('f: expected a name without tag and digest, got "a:1"')
    expect(() => parseImageName(`a@${sha256}`, 'f')).toThrow('f: expected a name without tag and digest')
  })

  it('does not repeat a password of a pasted address', () => {
    expect(() => parseImageRef('https://u:s3cret@h.io/a', 'f')).toThrow('got "https://***@h.io/a"')
  })
})

const fluxTexts: readonly [string, string][] = [
  ['https://ghcr.io/a/b', "image 'https://ghcr.io/a/b' should not include URL scheme; remove 'https://'"],
  ['oci://ghcr.io/a/b', "image 'oci://ghcr.io/a/b' should not include URL scheme; remove 'oci://'"],
  ['ghcr.io/a/b:v1', "image 'ghcr.io/a/b:v1' should not include a tag; remove ':v1'"],
  ['host:5000/a:v1', "image 'host:5000/a:v1' should not include a tag; remove ':v1'"],
  [`a@${sha256}`, `image 'a@${sha256}' should not include a digest; remove '@${sha256}'`],
]

describe('spec.image', () => {
  it.each(fluxTexts)('%s says what to remove', (text, message) => {
    const thrown = failureOf(() => parseSpecImage(text, 'spec.image'))
    expect([thrown.code, thrown.message, thrown.reason]).toEqual(['REGISTRY_REF_INVALID', message, 'ImageURLInvalid'])
    expect(thrown.retry).toBe('never')
  })

  it.each(['ghcr.io/a/b', 'alpine', 'host:5000/a'])('%s is a name', (text) => {
    expect(parseSpecImage(text, 'spec.image').original).toBe(text)
  })
})

describe('tags', () => {
  it.each(['latest', '1.0', '_x', 'a'.repeat(128), '__proto__', 'v1.2.3-rc.1'])('%s is one', (text) => {
    expect(isTag(text)).toBe(true)
  })
  it.each(['', '.x', '-x', 'a'.repeat(129), 'ä', 'a\n', 'a+b', 'a/b'])('%j is none', (text) => {
    expect(isTag(text)).toBe(false)
  })
})

function failureOf(act: () => unknown) {
  try {
    act()
  } catch (error) {
    if (isAppError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
