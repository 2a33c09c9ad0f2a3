import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { makeAuthority } from '../../fakes/certificate.ts'
import { lookAt, openTestGit, remoteOf, secretOf } from '../../services/git-client.ts'
import { serveHttp, type GitHttpOptions, type GitHttpServer } from '../../services/git-http.ts'
import { bareRepository } from '../../services/git.ts'

/** A repository with one commit behind HTTP. */
async function openServer(options: GitHttpOptions = {}) {
  await using stack = new AsyncDisposableStack()
  const repository = stack.use(await bareRepository({ 'a.yaml': 'a: 1\n' }))
  const http = stack.use(await serveHttp(repository.path, options))
  const tip = (await repository.tip('main')) ?? ''
  const resources = stack.move()
  return { repository, http, tip, [Symbol.asyncDispose]: async () => resources.disposeAsync() }
}

const basic = { username: 'robot', password: 'a-password-of-the-test' }

describe('https', () => {
  it('logs in with a bearer token', async () => {
    await using server = await openServer({ access: { bearer: 'token-of-the-test' } })
    const remote = remoteOf(server.http.url, { secret: secretOf({ bearerToken: 'token-of-the-test\n' }) })
    expect(await lookAt(remote)).toBe(server.tip)
  })

  it.each([
    ['wrong password', { ...basic, password: 'another-password' }],
    ['wrong token', { bearerToken: 'another-token' }],
    ['no login at all', {}],
  ])('%s', async (_what, values) => {
    await using server = await openServer({ access: basic })
    const looked = lookAt(remoteOf(server.http.url, { secret: secretOf(values) }))
    await expect(looked).rejects.toMatchObject({ code: 'GIT_AUTH_FAILED' })
  })

  it('userinfo of the URL fills what the Secret leaves open, and is told to nobody', async () => {
    await using server = await openServer({ access: basic })
    const url = server.http.url.replace('://', `://${basic.username}:${basic.password}@`)
    expect(await lookAt(remoteOf(url))).toBe(server.tip)
    const user = server.http.url.replace('://', `://${basic.username}@`)
    expect(await lookAt(remoteOf(user, { secret: secretOf({ password: basic.password }) }))).toBe(server.tip)
  })

  it('trusts the authority of the Secret, and no other', async () => {
    await using server = await openServer({ tls: true, access: basic })
    const trusting = secretOf({ ...basic, 'ca.crt': server.http.ca })
    expect(await lookAt(remoteOf(server.http.url, { secret: trusting }))).toBe(server.tip)
    for (const secret of [secretOf(basic), secretOf({ ...basic, caFile: makeAuthority().cert })]) {
      await expect(lookAt(remoteOf(server.http.url, { secret }))).rejects.toMatchObject({ code: 'GIT_TLS_FAILED' })
    }
    const sent = server.http.requests.filter(({ authorization }) => authorization === undefined)
    expect(sent).toEqual([])
  })

  it('introduces itself with a client certificate', async () => {
    const authority = makeAuthority('clients')
    await using server = await openServer({ tls: true, clientAuthority: authority.cert })
    const { key, cert } = authority.issue(['robot'])
    const secret = secretOf({ 'ca.crt': server.http.ca, 'tls.crt': cert, 'tls.key': key })
    expect(await lookAt(remoteOf(server.http.url, { secret }))).toBe(server.tip)
    const without = lookAt(remoteOf(server.http.url, { secret: secretOf({ 'ca.crt': server.http.ca }) }))
    await expect(without).rejects.toMatchObject({ code: expect.stringMatching(/GIT_(TLS_FAILED|REMOTE_UNAVAILABLE)/) })
  })

  it.each([
    [403, 'GIT_AUTH_FAILED'],
    [404, 'GIT_NOT_FOUND'],
    [429, 'GIT_REMOTE_UNAVAILABLE'],
    [500, 'GIT_REMOTE_UNAVAILABLE'],
    [503, 'GIT_REMOTE_UNAVAILABLE'],
  ])('an answer of %i is %s, when looking and when pushing', async (status, code) => {
    await using server = await openServer()
    await using client = await openTestGit()
    const remote = remoteOf(server.http.url)
    const signal = AbortSignal.timeout(20_000)
    await client.git.fetch(remote, new Map([['refs/heads/main', server.tip]]), signal)
    server.http.intercept(() => ({ status }))
    await expect(client.git.remoteRefs(remote, ['refs/heads/main'], signal)).rejects.toMatchObject({ code })
    const request = { updates: [{ commit: server.tip, ref: 'refs/heads/x', expect: 'absent' }], options: [] } as const
    await expect(client.git.push(remote, request, signal)).rejects.toMatchObject({ code })
  })

  it('an HTML page is no repository', async () => {
    await using server = await openServer()
    server.http.intercept(() => ({
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html>\nlog in</html>\n',
    }))
    await expect(lookAt(remoteOf(server.http.url))).rejects.toMatchObject({ code: 'GIT_NOT_FOUND' })
  })

  it('a push whose POST is answered by an error: refused below 500, unknown from there', async () => {
    await using server = await openServer()
    await using client = await openTestGit()
    const remote = remoteOf(server.http.url)
    const signal = AbortSignal.timeout(20_000)
    await client.git.fetch(remote, new Map([['refs/heads/main', server.tip]]), signal)
    const request = { updates: [{ commit: server.tip, ref: 'refs/heads/x', expect: 'absent' }], options: [] } as const
    const answering = (status: number): void =>
      server.http.intercept(({ method }) => (method === 'POST' ? { status, body: 'no' } : undefined))
    answering(413)
    expect(await client.git.push(remote, request, signal)).toEqual({
      kind: 'refused',
      text: 'the server answered HTTP 413',
    })
    answering(502)
    expect(await client.git.push(remote, request, signal)).toMatchObject({ kind: 'unknown' })
    answering(403)
    await expect(client.git.push(remote, request, signal)).rejects.toMatchObject({ code: 'GIT_AUTH_FAILED' })
  })
})

describe('redirects', () => {
  it('a path without .git is tried with it, on the same server, and remembered', async () => {
    await using server = await openServer({ access: basic })
    await using client = await openTestGit()
    const remote = remoteOf(server.http.url.replace(/\.git$/, ''), { secret: secretOf(basic) })
    redirect(server.http, ({ path }) => !path.startsWith('/config.git'), server.http.url)
    const signal = AbortSignal.timeout(20_000)
    await client.git.remoteRefs(remote, ['refs/heads/main'], signal)
    const before = server.http.requests.length
    const { refs } = await client.git.remoteRefs(remote, ['refs/heads/main'], signal)
    expect(refs.get('refs/heads/main')).toBe(server.tip)
    expect(server.http.requests.slice(before).every(({ path }) => path.startsWith('/config.git'))).toBe(true)
  })

  it('A22 a redirect to another host is not followed, and no credential goes there', async () => {
    await using server = await openServer({ access: basic })
    await using other = await openServer()
    redirect(server.http, () => true, other.http.url)
    const looked = lookAt(remoteOf(server.http.url, { secret: secretOf(basic) }))
    await expect(looked).rejects.toMatchObject({ code: 'GIT_REDIRECTED' })
    expect(other.http.requests).toEqual([])
  })
})

function redirect(server: GitHttpServer, when: (request: { path: string }) => boolean, to: string): void {
  server.intercept((request) =>
    when(request) ? { status: 301, headers: { location: `${to}/info/refs?service=git-upload-pack` } } : undefined,
  )
}

describe('a proxy', () => {
  it('is used with its own login', async () => {
    await using server = await openServer()
    await using proxy = await openProxy('proxy-user:proxy-password')
    const proxySecret = secretOf({ address: proxy.url, username: 'proxy-user', password: 'proxy-password' }, 'proxy')
    expect(await lookAt(remoteOf(server.http.url, { proxySecret }))).toBe(server.tip)
    expect(proxy.asked).toBeGreaterThan(0)
    const wrong = secretOf({ address: proxy.url, username: 'proxy-user', password: 'not-it' }, 'proxy')
    await expect(lookAt(remoteOf(server.http.url, { proxySecret: wrong }))).rejects.toMatchObject({
      code: 'GIT_AUTH_FAILED',
    })
  })

  it('of the environment is used too', async () => {
    await using server = await openServer()
    await using proxy = await openProxy('a:b')
    const environment = { PATH: process.env['PATH'], HTTP_PROXY: proxy.url.replace('://', '://a:b@') }
    expect(await lookAt(remoteOf(server.http.url), { environment })).toBe(server.tip)
    expect(proxy.asked).toBeGreaterThan(0)
  })
})

/** A forward proxy for plain HTTP that wants this login. */
async function openProxy(login: string) {
  const proxy = { url: '', asked: 0, [Symbol.asyncDispose]: async (): Promise<void> => undefined }
  const server = createServer((request, response) => {
    proxy.asked += 1
    const expected = `Basic ${Buffer.from(login).toString('base64')}`
    if (request.headers['proxy-authorization'] !== expected)
      return void response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end()
    const { method, headers } = request
    const onward = httpRequest(request.url ?? '', { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    return void request.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  proxy[Symbol.asyncDispose] = async () => {
    server.closeAllConnections()
    server.close()
  }
  return proxy
}

it('a GitHub App logs in with a token of its installation, asked for once', async () => {
  await using server = await openServer({ access: { username: 'x-access-token', password: 'ghs_token-of-the-test' } })
  const asked: string[] = []
  server.http.intercept(({ method, path, authorization }) => {
    if (!path.startsWith('/api/v3')) return undefined
    asked.push(`${method} ${path} ${authorization?.split('.').length}`)
    if (path.startsWith('/api/v3/orgs')) return { status: 404, body: '{}' }
    if (path.startsWith('/api/v3/users')) return { status: 200, body: '{"id": 42}' }
    const body = { token: 'ghs_token-of-the-test', expires_at: new Date(Date.now() + 3_600_000).toISOString() }
    return { status: 201, body: JSON.stringify(body) }
  })
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const secret = secretOf({
    githubAppID: '7',
    githubAppInstallationOwner: 'team',
    githubAppPrivateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    githubAppBaseURL: `${new URL(server.http.url).origin}/api/v3/`,
  })
  await using client = await openTestGit()
  const remote = remoteOf(server.http.url, { secret, provider: 'github' })
  for (let turn = 0; turn < 2; turn++) {
    const { refs } = await client.git.remoteRefs(remote, ['refs/heads/main'], AbortSignal.timeout(20_000))
    expect(refs.get('refs/heads/main')).toBe(server.tip)
  }
  expect(asked).toEqual([
    'GET /api/v3/orgs/team/installation 3',
    'GET /api/v3/users/team/installation 3',
    'POST /api/v3/app/installations/42/access_tokens 3',
  ])
})
