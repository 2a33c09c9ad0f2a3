import { describe, expect, it } from 'vitest'
import { parseImageName } from '#core/image/reference.ts'
import { reveal } from '#core/secret/reveal.ts'
import { findCredential, parseDockerConfig, type Credential } from '#io/registry/docker/config.ts'

const image = parseImageName('ghcr.io/a/b', 'image')
const config = (auths: object, bare = false) =>
  parseDockerConfig(JSON.stringify(bare ? auths : { auths }), { origin: 'Secret apps/pull', bare })

/** A credential with its secret readable. */
function shown(credential: Credential | undefined): string | undefined {
  if (credential === undefined) return undefined
  if (credential.kind === 'basic') return `basic ${credential.username}:${reveal(credential.password)}`
  if (credential.kind === 'bearer') return `bearer ${reveal(credential.token)}`
  return `identity ${credential.username} ${reveal(credential.token)}`
}

describe('entries', () => {
  it.each([
    [{ auth: btoa('user:pw') }, 'basic user:pw'],
    [{ auth: btoa('user:pw:with:colons') }, 'basic user:pw:with:colons'],
    [{ auth: btoa('u:p').replace(/=+$/, '') }, 'basic u:p'],
    [{ auth: Buffer.from('user:\u00ff\u00fe?>').toString('base64url') }, 'basic user:\u00ff\u00fe?>'],
    [{ auth: btoa('user:pw\0\0') }, 'basic user:pw'],
    [{ auth: ` ${btoa('user:pw')}\n` }, 'basic user:pw'],
    [{ username: 'user', password: 'pw' }, 'basic user:pw'],
    [{ auth: btoa('a:b'), username: 'user', password: 'pw' }, 'basic a:b'],
    [{ auth: btoa('user:'), identitytoken: 'refresh' }, 'identity user refresh'],
    [{ identitytoken: 'refresh' }, 'identity  refresh'],
    [{ auth: btoa('a:b'), registrytoken: 'bearer' }, 'bearer bearer'],
    [{}, undefined],
    [{ email: 'x@y' }, undefined],
  ])('%j', (entry, expected) => {
    expect(shown(findCredential([config({ 'ghcr.io': entry })], image)?.credential)).toBe(expected)
  })

  it.each([[{ auth: 'not base64!' }], [{ auth: btoa('without colon') }], [{ auth: 7 }], ['text'], [null]])(
    '%j is malformed, and only where it is used',
    (entry) => {
      const other = config({ 'ghcr.io': entry, 'quay.io': entry, 'ghcr.io/a/b': { auth: btoa('u:p') } })
      expect(shown(findCredential([other], image)?.credential)).toBe('basic u:p')
      expect(() => findCredential([config({ 'ghcr.io': entry })], image)).toThrow(/^entry "ghcr\.io": /)
    },
  )
})

const entry = (user: string) => ({ username: user, password: 'pw' })

describe('the choice', () => {
  it.each([
    ['the longest path', [{ 'ghcr.io': entry('a'), 'ghcr.io/a': entry('b') }], 'ghcr.io/a', 0],
    ['over Secrets too', [{ 'ghcr.io': entry('a') }, { 'ghcr.io/a': entry('b') }], 'ghcr.io/a', 1],
    ['no wildcard before one', [{ '*.io': entry('a') }, { 'ghcr.io': entry('b') }], 'ghcr.io', 1],
    ['the earlier of equals', [{ 'ghcr.io': entry('a') }, { 'ghcr.io': entry('b') }], 'ghcr.io', 0],
    ['an entry that holds something', [{ 'ghcr.io/a': {} }, { 'ghcr.io': entry('b') }], 'ghcr.io', 1],
  ])('%s', (_name, secrets, key, order) => {
    expect(
      findCredential(
        secrets.map((auths) => config(auths)),
        image,
      ),
    ).toMatchObject({ key, order })
  })

  it('is none where nothing fits', () => {
    expect(findCredential([config({ 'quay.io': entry('a') })], image)).toBeUndefined()
    expect(findCredential([], image)).toBeUndefined()
  })
})

describe('whole configs', () => {
  it('are read in the old form too', () => {
    expect(findCredential([config({ 'ghcr.io': { username: 'u', password: 'p' } }, true)], image)?.key).toBe('ghcr.io')
  })

  it('name helpers', () => {
    const text = JSON.stringify({ credHelpers: { 'gcr.io': 'gcloud' }, credsStore: 'desktop' })
    const parsed = parseDockerConfig(text, { origin: 'file', bare: false })
    expect([parsed.helpers, parsed.store]).toEqual([new Map([['gcr.io', 'gcloud']]), 'desktop'])
  })

  it.each(['{}', '{"auths":null,"credHelpers":null,"credsStore":""}', '{"auths":{},"experimental":"on"}'])(
    '%s is one without logins',
    (text) => {
      const parsed = parseDockerConfig(text, { origin: 'file', bare: false })
      expect(parsed).toEqual({ entries: [], helpers: new Map(), store: undefined })
    },
  )

  it.each([
    ['', 'Secret x/y: not JSON'],
    ['{"auths": "canary"}', 'Secret x/y: expected a docker config, {"auths": {"<host>": {…}}}'],
    ['[]', 'Secret x/y: expected a docker config, {"auths": {"<host>": {…}}}'],
    ['{"auths": canary}', 'Secret x/y: not JSON'],
    ['x'.repeat(1024 * 1024 + 1), 'Secret x/y: larger than 1048576 bytes'],
  ])('%.40s is refused without a word of its content', (text, message) => {
    expect(messageOf(() => parseDockerConfig(text, { origin: 'Secret x/y', bare: false }))).toBe(message)
  })
})

function messageOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'nothing was thrown'
}
