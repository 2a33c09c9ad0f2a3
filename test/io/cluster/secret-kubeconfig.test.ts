import { describe, expect, it } from 'vitest'
import { reveal } from '#core/secret/reveal.ts'
import { parseSecretKubeconfig } from '#io/cluster/secret-kubeconfig.ts'
import { makeAuthority } from '../../fakes/certificate.ts'

const authority = makeAuthority()
const client = authority.issue(['tenant'])
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const from = 'Secret apps/remote: value'

interface Parts {
  readonly server?: string
  readonly cluster?: object
  readonly user?: object
  readonly context?: object
  readonly top?: object
}

function kubeconfig({
  server = 'https://k8s.example:6443',
  cluster = {},
  user = {},
  context = {},
  top = {},
}: Parts = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    preferences: {},
    'current-context': 'c',
    clusters: [{ name: 'k', cluster: { server, ...cluster } }],
    users: [{ name: 'u', user: { token: 'tenant-token', ...user } }],
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u', ...context } }],
    ...top,
  })
}

/** What it fails with. */
function refusalOf(text: string): unknown {
  try {
    return parseSecretKubeconfig(text, from)
  } catch (error) {
    return error
  }
}

describe('parseSecretKubeconfig', () => {
  it('reads what cannot hurt', async () => {
    const cluster = { 'certificate-authority-data': base64(authority.cert), 'tls-server-name': 'k8s' }
    const user = { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) }
    const credentials = parseSecretKubeconfig(kubeconfig({ cluster, user, context: { namespace: 'apps' } }), from)
    expect(credentials.server.href).toBe('https://k8s.example:6443/')
    expect(credentials.namespace).toBe('apps')
    const access = await credentials.access()
    expect(access.tls).toMatchObject({ ca: authority.cert, cert: client.cert, servername: 'k8s' })
    expect(access.authorization === undefined ? '' : reveal(access.authorization)).toBe('Bearer tenant-token')
  })

  it('reads YAML, and the context that is asked for', () => {
    const text = `
apiVersion: v1
kind: Config
current-context: one
clusters: [{name: k, cluster: {server: "https://a.example"}}]
users: [{name: u, user: {token: t}}]
contexts:
- {name: one, context: {cluster: k, user: u}}
- {name: two, context: {cluster: k, user: u, namespace: two}}
`
    expect(parseSecretKubeconfig(text, from).namespace).toBe('default')
    expect(parseSecretKubeconfig(text, from, 'two').namespace).toBe('two')
  })

  const refused: readonly [string, Parts, string][] = [
    ['A38 a program', { user: { exec: { command: '/bin/sh' } } }, 'users[0].user.exec: is not permitted'],
    ['A38 a plug-in', { user: { 'auth-provider': { name: 'gcp' } } }, 'users[0].user.auth-provider: is not permitted'],
    ['A38 a file with a token', { user: { tokenFile: '/var/run/secrets/token' } }, 'users[0].user.tokenFile: is not'],
    ['A38 a file as client-node knows it', { user: { 'token-file': '/x' } }, 'users[0].user.token-file: is not'],
    [
      'A38 a certificate as a file',
      { user: { 'client-certificate': '/x' } },
      'users[0].user.client-certificate: is not',
    ],
    ['A38 a key as a file', { user: { 'client-key': '/x' } }, 'users[0].user.client-key: is not'],
    [
      'A38 an authority as a file',
      { cluster: { 'certificate-authority': '/x' } },
      'clusters[0].cluster.certificate-authority: is not',
    ],
    ['A38 another way', { cluster: { 'proxy-url': 'http://evil' } }, 'clusters[0].cluster.proxy-url: is not'],
    [
      'A38 no verification',
      { cluster: { 'insecure-skip-tls-verify': true } },
      'clusters[0].cluster.insecure-skip-tls-verify',
    ],
    ['A38 no TLS', { server: 'http://k8s.example' }, 'server: expected https'],
    ['A38 a file as server', { server: 'file:///etc/passwd' }, 'server: expected https'],
    ['credentials in the address', { server: 'https://a:b@k8s.example' }, 'server: expected https'],
    ['impersonation', { user: { as: 'admin' } }, 'users[0].user.as: is not permitted'],
    ['a password', { user: { username: 'a', password: 'b' } }, 'users[0].user.username: is not permitted'],
    ['something new', { top: { plugins: [] } }, 'plugins: is not permitted'],
    ['a certificate without its key', { user: { 'client-certificate-data': base64(client.cert) } }, 'belong together'],
    ['what is no PEM', { cluster: { 'certificate-authority-data': 'AAAA' } }, 'certificate-authority-data: is not PEM'],
    ['a context that leads nowhere', { context: { cluster: 'other' } }, 'there is no cluster'],
    ['no user', { top: { users: [] } }, 'there is no user'],
    [
      'a server that is no text',
      { cluster: { server: 5 } },
      'clusters[0].cluster.server: is missing or of the wrong type',
    ],
  ]
  it.each(refused)('refuses %s', (_what, parts, expected) => {
    const error = refusalOf(kubeconfig(parts))
    expect(error).toMatchObject({ code: 'CLUSTER_KUBECONFIG_REFUSED' })
    const message = String(error)
    expect(message).toContain(`${from}: `)
    expect(message).toContain(expected)
    expect(message).not.toContain('tenant-token')
  })

  it('refuses a program in a user that is not even chosen', () => {
    const users = [
      { name: 'u', user: { token: 't' } },
      { name: 'other', user: { exec: { command: 'x' } } },
    ]
    expect(() => parseSecretKubeconfig(kubeconfig({ top: { users } }), from)).toThrow('users[1].user.exec')
  })

  it.each(['', '- a', 'a: 1\n---\nb: 2', '{', 'null', '"text"', '&a [*a]'])(
    'refuses what is no kubeconfig: %j',
    (text) => {
      expect(() => parseSecretKubeconfig(text, from)).toThrow(from)
    },
  )

  it('a strange field’s name is cut and escaped', () => {
    const top = { [`\u001b${'x'.repeat(500)}`]: 1 }
    const message = String(refusalOf(kubeconfig({ top })))
    expect(message).toContain('\\x1b')
    expect(message.length).toBeLessThan(250)
  })
})
