import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { reveal } from '#core/secret/reveal.ts'
import { credentialsOf } from '#io/git/credentials.ts'
import { remoteOf, secretOf } from '../../services/git-client.ts'

const https = 'https://git.example.com/team/config.git'
const ssh = 'ssh://git.example.com/team/config.git'
const pem = (bits: number): string =>
  generateKeyPairSync('rsa', { modulusLength: bits }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
const key = pem(2048)

describe('https', () => {
  it.each([
    ['nothing', https, {}, { kind: 'anonymous' }],
    ['a login', https, { username: 'u', password: 'p' }, { kind: 'basic', user: 'u', password: 'p' }],
    ['line ends of echo', https, { username: 'u\n', password: 'p\r\n' }, { kind: 'basic', user: 'u', password: 'p' }],
    ['a user alone', https, { username: 'token' }, { kind: 'basic', user: 'token', password: '' }],
    [
      'a token before a login',
      https,
      { bearerToken: 't', username: 'u', password: 'p' },
      { kind: 'bearer', token: 't' },
    ],
    ['the URL', 'https://u:p%40@git.example.com/x', {}, { kind: 'basic', user: 'u', password: 'p@' }],
    ['the Secret before the URL', 'https://u:p@h/x', { password: 'q' }, { kind: 'basic', user: 'u', password: 'q' }],
  ])('%s', (_what, url, values, expected) => {
    const credentials = credentialsOf(remoteOf(url, { secret: secretOf(values) }))
    const login = credentials.kind === 'http' ? credentials.login : undefined
    const plain =
      login?.kind === 'basic'
        ? { ...login, password: reveal(login.password) }
        : login?.kind === 'bearer'
          ? { ...login, token: reveal(login.token) }
          : login
    expect(plain).toEqual(expected)
  })

  it('takes the authority and the client certificate under either name', () => {
    for (const names of [
      ['ca.crt', 'tls.crt', 'tls.key'],
      ['caFile', 'certFile', 'keyFile'],
    ]) {
      const secret = secretOf(Object.fromEntries(names.map((name, index) => [name, `value ${index}`])))
      const credentials = credentialsOf(remoteOf(https, { secret }))
      expect(credentials).toMatchObject({ kind: 'http', ca: 'value 0', client: { cert: 'value 1' } })
    }
  })

  it('takes the proxy with its login', () => {
    const proxySecret = secretOf(
      { address: 'http://proxy.example.com:3128\n', username: 'u', password: 'p@ss' },
      'proxy',
    )
    const credentials = credentialsOf(remoteOf(https, { proxySecret }))
    const proxy = credentials.kind === 'http' ? credentials.proxy : undefined
    expect(proxy?.address).toBe('http://proxy.example.com:3128')
    expect(proxy?.user).toBe('u')
    expect(proxy?.password && reveal(proxy.password)).toBe('p@ss')
  })
})

it.each([
  ['ssh, an identity', { url: ssh, values: { identity: key, known_hosts: 'h' } }, { kind: 'ssh', knownHosts: 'h' }],
  ['a file', { url: 'file:///srv/x', values: {} }, { kind: 'none' }],
  ['own', { url: ssh, values: {}, ownCredentials: true }, { kind: 'own', login: { kind: 'anonymous' } }],
  [
    'own with a password in the URL',
    { url: 'https://u:p@h/x', values: {}, ownCredentials: true },
    { kind: 'own', login: { kind: 'basic', user: 'u' } },
  ],
])('%s', (_what, { url, values, ...more }, expected) => {
  expect(credentialsOf(remoteOf(url, { secret: secretOf(values), ...more }))).toMatchObject(expected)
})

describe('GitHub App', () => {
  const app = { githubAppID: '7', githubAppInstallationID: '42', githubAppPrivateKey: key }

  it('is taken from its keys', () => {
    const credentials = credentialsOf(remoteOf(https, { provider: 'github', secret: secretOf(app) }))
    expect(credentials).toMatchObject({
      login: { kind: 'app', app: { id: '7', installation: { id: '42' }, baseUrl: 'https://api.github.com' } },
    })
  })

  it.each([
    ['without a Secret', undefined, 'github', /needs a Secret with the keys of a GitHub App/],
    [
      'under another provider',
      app,
      'generic',
      /Secret apps\/git: holds keys of a GitHub App, but provider is 'generic'/,
    ],
    ['without id', { ...app, githubAppID: '' }, 'github', /key 'githubAppID' is missing/],
    [
      'without installation',
      { ...app, githubAppInstallationID: '' },
      'github',
      /'githubAppInstallationID' or 'githubAppInstallationOwner' is missing/,
    ],
    ['with both', { ...app, githubAppInstallationOwner: 'o' }, 'github', /exclude each other/],
    ['without key', { ...app, githubAppPrivateKey: '' }, 'github', /key 'githubAppPrivateKey' is missing/],
    ['with a short key', { ...app, githubAppPrivateKey: pem(1024) }, 'github', /1024 bits/],
  ] as const)('%s', (_what, values, provider, message) => {
    const secret = values === undefined ? {} : { secret: secretOf(values) }
    expect(() => credentialsOf(remoteOf(https, { provider, ...secret }))).toThrow(message)
  })
})

describe('what is missing is named with its Secret and key', () => {
  it.each([
    [https, { password: 'p' }, /Secret apps\/git: key 'username' is missing beside 'password'/],
    [https, { 'tls.crt': 'c' }, /key 'tls.key' is missing beside 'tls.crt'/],
    [https, { keyFile: 'c' }, /key 'certFile' is missing beside 'keyFile'/],
    [ssh, {}, /key 'identity' is missing/],
    [ssh, { identity: key }, /key 'known_hosts' is missing/],
    [ssh, { identity: 'no key', known_hosts: 'h' }, /key 'identity': no private key in OpenSSH or PEM format/],
    [ssh, { identity: pem(1024), known_hosts: 'h' }, /key 'identity': an RSA key of 1024 bits/],
  ])('%s %j', (url, values, message) => {
    expect(() => credentialsOf(remoteOf(url, { secret: secretOf(values) }))).toThrow(message)
  })

  it('ssh without a Secret, ssh through a proxy, and a proxy without address', () => {
    const proxySecret = secretOf({}, 'proxy')
    expect(() => credentialsOf(remoteOf(ssh))).toThrow(/ssh needs a Secret with 'identity' and 'known_hosts'/)
    expect(() => credentialsOf(remoteOf(ssh, { proxySecret }))).toThrow(/Secret apps\/proxy: is for http and https/)
    expect(() => credentialsOf(remoteOf(https, { proxySecret }))).toThrow(
      /Secret apps\/proxy: key 'address' is missing/,
    )
  })
})
