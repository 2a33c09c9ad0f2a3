import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { reveal } from '#core/secret/reveal.ts'
import { openAccess } from '#io/registry/access.ts'
import { openLocalDocker } from '#io/registry/docker/local.ts'
import { makeAuthority } from '../../fakes/certificate.ts'
import { configOf, loginSecret, secretOf, signal, sourceOf, testClock, testLog } from './harness.ts'

const login = (username: string) => ({ username, password: 'pw' })
const deps = () => ({ config: configOf(), docker: undefined, log: testLog() })

describe('credentials', () => {
  it.each([
    ['none', [], 'anon'],
    ['one that is meant for another host', [loginSecret('quay.io', login('u'))], 'anon'],
    ['one', [loginSecret('ghcr.io', login('u'))], 'secret:apps/pull/uid-pull#1'],
    [
      'the more specific',
      [loginSecret('ghcr.io', login('a'), 'a'), loginSecret('ghcr.io/org', login('b'), 'b')],
      'secret:apps/b/uid-b#1',
    ],
    [
      'the old form',
      [secretOf({ '.dockercfg': JSON.stringify({ 'ghcr.io': login('u') }) })],
      'secret:apps/pull/uid-pull#1',
    ],
  ])('%s', async (_name, pullSecrets, credentialId) => {
    expect(await openAccess(sourceOf('ghcr.io/org/app', { pullSecrets }), deps(), signal)).toMatchObject({
      credentialId,
    })
  })

  it('of one Secret that is unusable fail; of one among several is a warning', async () => {
    const [bad, good] = [secretOf({ other: 'x' }, 'bad'), loginSecret('ghcr.io', login('u'), 'good')]
    const ask = async (pullSecrets: readonly (typeof bad)[], log = testLog()) =>
      openAccess(sourceOf('ghcr.io/a', { pullSecrets }), { ...deps(), log }, signal)
    const message = 'Secret apps/bad has neither .dockerconfigjson nor .dockercfg'
    await expect(ask([bad])).rejects.toMatchObject({ code: 'REGISTRY_LOGIN_FAILED', message })
    await expect(ask([bad, bad])).rejects.toThrow(message)
    const log = testLog()
    expect(await ask([bad, good], log)).toMatchObject({ credentialId: 'secret:apps/good/uid-good#1' })
    expect(log.warnings).toEqual([message])
  })

  it("are the user's own where no Secret is named; their name tells nothing of them", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tagboat-access-'))
    const file = join(folder, 'config.json')
    const docker = openLocalDocker({ environment: {}, home: folder, file, clock: testClock() })
    const idWith = async (password: string) => {
      await writeFile(file, JSON.stringify({ auths: { 'ghcr.io': { username: 'u', password } } }))
      return (await openAccess(sourceOf('ghcr.io/a'), { ...deps(), docker }, signal)).credentialId
    }
    const [first, other, again] = [
      await idWith('one-password'),
      await idWith('another-password'),
      await idWith('one-password'),
    ]
    expect(first).toMatch(new RegExp(`^file:${file}#[0-9a-f]{64}$`))
    expect([first === again, first === other]).toEqual([true, false])
    const secret = loginSecret('quay.io', login('u'))
    const withSecret = await openAccess(sourceOf('ghcr.io/a', { pullSecrets: [secret] }), { ...deps(), docker }, signal)
    expect(withSecret.credentialId).toBe('anon')
    await rm(folder, { recursive: true })
  })

  it.each(['aws', 'azure', 'gcp'] as const)('of %s are refused for now', async (provider) => {
    await expect(openAccess(sourceOf('ghcr.io/a', { provider }), deps(), signal)).rejects.toMatchObject({
      code: 'REGISTRY_LOGIN_FAILED',
      message: `spec.provider: logging in to ${provider} is not supported yet`,
    })
  })
})

it('a host outside the list is refused', async () => {
  const config = configOf({ allowedHosts: ['*.example.com'] })
  await expect(openAccess(sourceOf('ghcr.io/a'), { ...deps(), config }, signal)).rejects.toMatchObject({
    code: 'REGISTRY_HOST_REFUSED',
  })
  await expect(openAccess(sourceOf('r.example.com/a'), { ...deps(), config }, signal)).resolves.toBeDefined()
})

it.each([
  ['ghcr.io/a', false, false],
  ['ghcr.io/a', true, true],
  ['localhost:5000/a', false, true],
])('%s, insecure %s: plain HTTP %s', async (image, insecure, allowsPlain) => {
  expect(await openAccess(sourceOf(image, { insecure }), deps(), signal)).toMatchObject({ allowsPlain })
})

const withCertificates = async (data: Readonly<Record<string, string>>, log = testLog()) =>
  (await openAccess(sourceOf('ghcr.io/a', { certSecret: secretOf(data, 'cert') }), { ...deps(), log }, signal))
    .transport

describe('certificates', () => {
  const authority = makeAuthority()
  const { cert, key } = authority.issue(['client'])
  const other = authority.issue(['other'])

  it('are taken under the new names and, with a warning, under the old ones', async () => {
    const [now, before] = [testLog(), testLog()]
    const transport = await withCertificates({ 'tls.crt': cert, 'tls.key': key, 'ca.crt': authority.cert }, now)
    expect(transport).toMatchObject({ ca: authority.cert, client: { cert } })
    expect(transport.client !== undefined && reveal(transport.client.key)).toBe(key)
    expect(now.warnings).toEqual([])
    expect(await withCertificates({ certFile: cert, keyFile: key, caFile: authority.cert }, before)).toMatchObject({
      client: { cert },
    })
    expect(before.warnings[0]).toBe('Secret apps/cert: the key certFile is deprecated, use tls.crt')
    expect(before.warnings).toHaveLength(3)
  })

  it.each([
    ['nothing', {}, 'Secret apps/cert has neither ca.crt nor tls.crt and tls.key'],
    ['half a pair', { 'tls.crt': cert }, 'Secret apps/cert has only half of tls.crt and tls.key'],
    [
      'the other half',
      { 'tls.key': key, 'ca.crt': authority.cert },
      'Secret apps/cert has only half of tls.crt and tls.key',
    ],
    [
      'no certificate',
      { 'ca.crt': 'canary' },
      'Secret apps/cert: the certificates are not valid PEM, or the key does not belong to the certificate',
    ],
    [
      "another's key",
      { 'tls.crt': cert, 'tls.key': other.key },
      'Secret apps/cert: the certificates are not valid PEM, or the key does not belong to the certificate',
    ],
  ])('%s', async (_name, data, message) => {
    await expect(withCertificates(data)).rejects.toMatchObject({ code: 'REGISTRY_LOGIN_FAILED', message })
  })
})

const withProxy = async (data: Readonly<Record<string, string>>) =>
  (await openAccess(sourceOf('ghcr.io/a', { proxySecret: secretOf(data, 'proxy') }), deps(), signal)).transport.proxy

describe('proxies', () => {
  it('have an address, and a login of their own', async () => {
    expect(await withProxy({ address: 'http://p.example:3128' })).toMatchObject({
      scheme: 'http',
      host: 'p.example',
      user: '',
    })
    const proxy = await withProxy({ address: 'socks5://old:login@p.example:1080', username: 'u@x', password: 'p:/%' })
    expect(proxy).toMatchObject({ scheme: 'socks5', port: '1080', user: 'u@x' })
    expect(proxy?.password !== undefined && reveal(proxy.password)).toBe('p:/%')
    expect(String(proxy)).not.toContain('u@x')
  })

  it.each([
    [{}, /^Secret apps\/proxy: address must be there/],
    [{ address: `http://${'p'.repeat(2048)}` }, /^Secret apps\/proxy: address must be there/],
    [{ address: 'ftp://canary@p.example' }, /^Secret apps\/proxy: address: expected an address/],
  ])('%.40j is refused', async (data, message) => {
    await expect(withProxy(data)).rejects.toThrow(message)
    await expect(withProxy(data)).rejects.not.toThrow(/canary/)
  })
})

it('sources with other certificates or proxies have connections of their own', async () => {
  const ids = await Promise.all(
    [
      {},
      { proxySecret: secretOf({ address: 'http://p.example' }) },
      { proxySecret: secretOf({ address: 'http://p.example' }, 'q') },
      {},
    ].map(async (extra) => (await openAccess(sourceOf('ghcr.io/a', extra), deps(), signal)).transport.id),
  )
  expect([new Set(ids).size, ids[0] === ids[3]]).toEqual([3, true])
})
