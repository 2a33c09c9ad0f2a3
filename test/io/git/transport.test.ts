import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseRemoteUrl } from '#core/secret/remote-url.ts'
import { Secret } from '#core/secret/secret.ts'
import { credentialsOf } from '#io/git/credentials.ts'
import { openOperation } from '#io/git/operation.ts'
import { gitAddress, prepareTransport, type Ready } from '#io/git/transport.ts'
import type { Credentials } from '#io/git/credentials.ts'
import { remoteOf } from '../../services/git-client.ts'
import { openTestWorkspace } from '../../services/git-workspace.ts'

/** Prepares an operation for a remote and gives it. */
async function prepare(
  url: string,
  credentials: Ready<Credentials>,
  environment: Record<string, string | undefined> = {},
) {
  await using stack = new AsyncDisposableStack()
  const { workspace } = stack.use(await openTestWorkspace('cache', { PATH: process.env['PATH'], ...environment }))
  const signal = AbortSignal.timeout(10_000)
  const operation = stack.use(openOperation(workspace, { what: 'x', signal, timeoutMs: 10_000 }))
  prepareTransport(operation, parseRemoteUrl(url, 'url', ['https', 'http', 'ssh', 'file']), credentials)
  const config = readFileSync(operation.environment['GIT_CONFIG_GLOBAL'] ?? '', 'utf8')
  const resources = stack.move()
  return { operation, config, [Symbol.asyncDispose]: async () => resources.disposeAsync() }
}

const anonymous = {
  kind: 'http',
  login: { kind: 'anonymous' },
  ca: undefined,
  client: undefined,
  proxy: undefined,
} as const

describe('addresses', () => {
  it.each([
    ['https://u:p@h:8443/x.git', 'http', 'https://h:8443/x.git'],
    ['ssh://h/x.git', 'ssh', 'ssh://git@h/x.git'],
    ['ssh://me@h:22/x.git', 'ssh', 'ssh://me@h:22/x.git'],
    ['ssh://h/x.git', 'own', 'ssh://h/x.git'],
    ['file:///srv/x.git', 'none', 'file:///srv/x.git'],
  ] as const)('%s for %s is %s', (url, kind, expected) => {
    expect(gitAddress(remoteOf(url).url, { kind })).toBe(expected)
  })
})

it('a login stands in the configuration file, for that server alone', async () => {
  const login = { kind: 'basic', user: 'robot', password: new Secret('a-password-of-the-test') } as const
  await using prepared = await prepare('https://git.example.com:8443/x.git', { ...anonymous, login })
  const header = Buffer.from('robot:a-password-of-the-test').toString('base64')
  expect(prepared.config).toContain(
    `[http "https://git.example.com:8443/"]\n\textraHeader = "Authorization: Basic ${header}"\n`,
  )
  expect(JSON.stringify(prepared.operation.environment)).not.toContain(header)
  expect(statSync(prepared.operation.environment['GIT_CONFIG_GLOBAL'] ?? '').mode & 0o777).toBe(0o600)
})

it('A25 A28 allows the protocol in use and no other, follows no redirect, and asks no helper', async () => {
  await using prepared = await prepare('https://git.example.com/x.git', anonymous)
  expect(prepared.config).toContain('[protocol]\n\tallow = "never"')
  expect(prepared.config.match(/\[protocol "\w+"\]/g)).toEqual(['[protocol "https"]'])
  expect(prepared.config).toContain('followRedirects = "false"')
  expect(prepared.config).toContain('[credential]\n\thelper = ""')
})

it('certificates and keys are private files', async () => {
  const client = { cert: 'CERT', key: new Secret('the-key-of-the-client') }
  await using prepared = await prepare('https://h/x', { ...anonymous, ca: 'CA', client })
  const folder = prepared.operation.privateFolder()
  const files = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777])
  expect(files).toEqual([
    ['ca.pem', 0o600],
    ['client.key', 0o600],
    ['client.pem', 0o600],
    ['gitconfig', 0o600],
  ])
  expect(prepared.config).toContain(`sslCAInfo = "${join(folder, 'ca.pem')}"`)
  expect(prepared.config).toContain(`sslKey = "${join(folder, 'client.key')}"`)
})

it('a proxy is given with its login, and those of the environment by the names that curl reads', async () => {
  const proxy = parseRemoteUrl('http://u%40x:a-proxy-password@proxy:3128', 'proxy', ['http'])
  await using prepared = await prepare(
    'https://h/x',
    { ...anonymous, proxy },
    { HTTP_PROXY: 'http://p:1', NO_PROXY: 'h', OTHER: 'x' },
  )
  expect(prepared.config).toContain('proxy = "http://u%40x:a-proxy-password@proxy:3128"')
  expect(prepared.operation.environment).toMatchObject({ http_proxy: 'http://p:1', NO_PROXY: 'h' })
  expect(prepared.operation.environment).not.toHaveProperty('OTHER')
})

describe('own credentials', () => {
  it('come with the user’s configuration, home and agent, but not their whole environment', async () => {
    await using first = await prepare('https://h/x', anonymous)
    const home = first.operation.privateFolder()
    writeFileSync(join(home, '.gitconfig'), '')
    const environment = {
      HOME: home,
      SSH_AUTH_SOCK: '/agent',
      AWS_SECRET_ACCESS_KEY: 'x',
      GIT_DIR: '/evil',
      GIT_SSH: '/usr/bin/myssh',
    }
    await using own = await prepare('ssh://h/x', { kind: 'own', login: { kind: 'anonymous' } }, environment)
    expect(own.config).toContain(`[include]\n\tpath = "${join(home, '.gitconfig')}"`)
    expect(own.config).not.toContain('helper = ""')
    expect(own.operation.environment).toMatchObject({
      HOME: home,
      SSH_AUTH_SOCK: '/agent',
      GIT_SSH: '/usr/bin/myssh',
      GIT_CONFIG_NOSYSTEM: '0',
    })
    for (const name of ['AWS_SECRET_ACCESS_KEY', 'GIT_DIR']) expect(own.operation.environment).not.toHaveProperty(name)
  })

  it('a user in the URL is a hint for their helper', async () => {
    const credentials = credentialsOf(remoteOf('https://me@h/x', { ownCredentials: true }))
    await using own = await prepare('https://me@h/x', credentials as Ready<Credentials>)
    expect(own.config).toContain('[credential "https://h/"]\n\tusername = "me"')
  })
})

it('ssh uses the given identity and host keys, and nothing of this computer', async () => {
  const credentials = {
    kind: 'ssh',
    identity: new Secret('KEY\r\nKEY'),
    passphrase: new Secret('a passphrase'),
    knownHosts: 'h ssh-ed25519 AAAA',
  } as const
  await using prepared = await prepare('ssh://h/x', credentials)
  const { environment } = prepared.operation
  const config = readFileSync(join(prepared.operation.privateFolder(), 'ssh_config'), 'utf8')
  for (const line of [
    'IdentitiesOnly yes',
    'IdentityAgent none',
    'StrictHostKeyChecking yes',
    'GlobalKnownHostsFile /dev/null',
    'BatchMode no',
  ]) {
    expect(config.split('\n')).toContain(line)
  }
  expect(readFileSync(join(prepared.operation.privateFolder(), 'identity'), 'utf8')).toBe('KEY\nKEY\n')
  expect(readFileSync(environment['GIT_SSH'] ?? '', 'utf8')).toContain('ssh_config')
  expect(environment).toMatchObject({ GIT_SSH_VARIANT: 'ssh', SSH_ASKPASS_REQUIRE: 'force' })
  expect(JSON.stringify(environment)).not.toContain('a passphrase')
})
