import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { reveal } from '#core/secret/reveal.ts'
import type { Secret } from '#core/secret/secret.ts'
import { findCredentials } from '#io/cluster/kubeconfig.ts'
import { makeAuthority } from '../../fakes/certificate.ts'
import { temporaryFolder } from '../../services/temporary-folder.ts'

interface Parts {
  readonly server?: string
  readonly cluster?: object
  readonly user?: object
  readonly namespace?: string
  readonly name?: string
}

function config({
  server = 'https://k8s.example:6443',
  cluster = {},
  user = {},
  namespace,
  name = 'one',
}: Parts = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server, ...cluster } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name, ...(namespace === undefined ? {} : { namespace }) } }],
  })
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

function shown(secret: Secret | undefined): string {
  return secret === undefined ? '' : reveal(secret)
}

describe('findCredentials', () => {
  it('reads the file that is named, with certificates as data', async () => {
    await using folder = await temporaryFolder('kubeconfig')
    const authority = makeAuthority()
    const { cert, key } = authority.issue(['jane'])
    const file = join(folder.path, 'config')
    const cluster = { 'certificate-authority-data': base64(authority.cert), 'tls-server-name': 'k8s' }
    const user = { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) }
    await writeFile(file, config({ cluster, user, namespace: 'apps' }))
    const credentials = await findCredentials({ kubeconfig: file, environment: { KUBECONFIG: '/nowhere' } })
    expect(credentials.server.href).toBe('https://k8s.example:6443/')
    expect(credentials.namespace).toBe('apps')
    const { tls, authorization } = await credentials.access()
    expect(tls).toMatchObject({ ca: authority.cert, cert, servername: 'k8s' })
    expect(shown(tls.key)).toBe(key)
    expect(authorization).toBeUndefined()
  })

  it.each([
    [{ token: 'a-token' }, 'Bearer a-token'],
    [{ username: 'jane', password: 'pass' }, `Basic ${Buffer.from('jane:pass').toString('base64')}`],
    [{}, ''],
  ])('a user of %j is admitted by %j', async (user, expected) => {
    await using folder = await temporaryFolder('kubeconfig')
    await writeFile(join(folder.path, 'config'), config({ user }))
    const credentials = await findCredentials({ environment: { KUBECONFIG: join(folder.path, 'config') } })
    expect(shown((await credentials.access()).authorization)).toBe(expected)
  })

  it('runs the user’s own program for a token', async () => {
    await using folder = await temporaryFolder('kubeconfig')
    const program = join(folder.path, 'login.sh')
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: 'from-exec' },
    }
    await writeFile(program, `#!/bin/sh\necho '${JSON.stringify(credential)}'\n`)
    await chmod(program, 0o755)
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: program, args: [] }
    await writeFile(join(folder.path, 'config'), config({ user: { exec } }))
    const credentials = await findCredentials({ kubeconfig: join(folder.path, 'config'), environment: {} })
    expect(shown((await credentials.access()).authorization)).toBe('Bearer from-exec')
  })

  it('a program that fails is an error of the credentials, tried again later', async () => {
    await using folder = await temporaryFolder('kubeconfig')
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: '/bin/false', args: [] }
    await writeFile(join(folder.path, 'config'), config({ user: { exec } }))
    const credentials = await findCredentials({ kubeconfig: join(folder.path, 'config'), environment: {} })
    await expect(credentials.access()).rejects.toMatchObject({ code: 'CLUSTER_UNAUTHORIZED', retry: 'backoff' })
  })

  it('of several files of KUBECONFIG the first to say something is right', async () => {
    await using folder = await temporaryFolder('kubeconfig')
    const files = ['a', 'b'].map((name) => join(folder.path, name))
    await writeFile(files[0] ?? '', config({ name: 'one', server: 'https://first.example' }))
    await writeFile(files[1] ?? '', config({ name: 'two', server: 'https://second.example' }))
    const environment = { KUBECONFIG: files.join(':') }
    expect((await findCredentials({ environment })).server.host).toBe('first.example')
    expect((await findCredentials({ environment, context: 'two' })).server.host).toBe('second.example')
  })

  it('an address without TLS, as of `kubectl proxy`, is used as it is', async () => {
    await using folder = await temporaryFolder('kubeconfig')
    await writeFile(join(folder.path, 'config'), config({ server: 'http://localhost:8001' }))
    const credentials = await findCredentials({ kubeconfig: join(folder.path, 'config'), environment: {} })
    expect(credentials.server.protocol).toBe('http:')
    await expect(credentials.access()).resolves.toMatchObject({ authorization: undefined })
  })

  it.each([
    [{ 'proxy-url': 'http://proxy.example:3128' }, {}, 'http://proxy.example:3128'],
    [{}, { HTTPS_PROXY: 'http://other.example' }, 'http://other.example'],
    [{}, { HTTPS_PROXY: 'http://other.example', NO_PROXY: '.example' }, undefined],
  ])('the proxy of %j in %j is %s', async (cluster, environment, expected) => {
    await using folder = await temporaryFolder('kubeconfig')
    await writeFile(join(folder.path, 'config'), config({ cluster }))
    const credentials = await findCredentials({ kubeconfig: join(folder.path, 'config'), environment })
    expect(credentials.proxy?.origin).toBe(expected)
  })

  it.each([
    ['a file that is not there', undefined, {}, /no such file/],
    ['no YAML', 'users:\n- token: s3cr3t\n bad: [', {}, /^[^\n]*config: (?!.*(?:s3cr3t|\\x0a)).+/],
    ['a context that is not there', config(), { context: 'two' }, /there is no context "two"/],
    ['no context at all', '{"clusters":[],"users":[],"contexts":[]}', {}, /no context is set|there is no context/],
    ['a server that is no address', config({ server: 'what' }), {}, /server is no URL/],
  ])('%s is told', async (_what, text, options, expected) => {
    await using folder = await temporaryFolder('kubeconfig')
    const file = join(folder.path, 'config')
    if (text !== undefined) await writeFile(file, text)
    const found = findCredentials({ kubeconfig: file, environment: {}, ...options })
    await expect(found).rejects.toMatchObject({
      code: 'CLUSTER_KUBECONFIG',
      message: expect.stringMatching(expected) as string,
    })
  })

  it('says so where there is nothing, and names the contexts there are', async () => {
    await using folder = await temporaryFolder('kubeconfig')
    const found = findCredentials({ environment: { HOME: folder.path } })
    await expect(found).rejects.toMatchObject({ code: 'CLUSTER_KUBECONFIG' })
    await writeFile(join(folder.path, 'config'), config())
    const other = findCredentials({ kubeconfig: join(folder.path, 'config'), context: 'x', environment: {} })
    await expect(other).rejects.toMatchObject({ hint: 'choose with --context: one' })
  })
})
