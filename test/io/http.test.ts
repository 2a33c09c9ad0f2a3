import { createSecureServer } from 'node:http2'
import { connect, createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { Secret } from '#core/secret/secret.ts'
import { parseRemoteUrl } from '#core/secret/remote-url.ts'
import type { HttpCodes } from '#io/http/failure.ts'
import { openHttp, type HttpOptions, type HttpRequest } from '#io/http.ts'
import { makeAuthority } from '../fakes/certificate.ts'
import { openListener, type Listener } from '../fakes/listener.ts'
import type { Reply } from '../fakes/wire.ts'

const codes: HttpCodes = {
  unavailable: 'REGISTRY_UNAVAILABLE',
  timeout: 'REGISTRY_TIMEOUT',
  tls: 'REGISTRY_TLS_FAILED',
  tooLarge: 'REGISTRY_TOO_LARGE',
  malformed: 'REGISTRY_BAD_RESPONSE',
  forbidden: 'REGISTRY_HOST_REFUSED',
}

const signal = new AbortController().signal
const ok = (body: string | Uint8Array, headers = {}): Reply => ({ status: 200, headers, body: Buffer.from(body) })

const open: AsyncDisposable[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one[Symbol.asyncDispose]()))
})

function keep<T extends AsyncDisposable>(one: T): T {
  open.push(one)
  return one
}

function http(options: Partial<HttpOptions> = {}) {
  const clock = { monotonic: () => performance.now() }
  return keep(openHttp({ codes, userAgent: 'tagboat/test', environment: {}, forbiddenHosts: [], clock, ...options }))
}

async function server(reply: Reply): Promise<Listener> {
  return keep(await openListener(() => reply))
}

function get(url: string, options: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'GET',
    url: new URL(url),
    headers: {},
    transport: { id: 'plain' },
    rule: { loopback: true, private: true },
    offerCertificate: true,
    totalMs: 10_000,
    maxBytes: 10_000,
    label: 'the tags',
    ...options,
  }
}

describe('answers', () => {
  it('come with status, headers and body; the request carries what it was given', async () => {
    const { url, seen } = await server({ ...ok('hello', { 'x-a': ['1', '2'] }), status: 202 })
    const answer = await http().send(
      get(`${url}/v2/?n=1&last=%2F`, {
        method: 'POST',
        headers: { accept: 'a/b' },
        authorization: new Secret('Basic x'),
        body: new Secret('k=v'),
      }),
      signal,
    )
    expect([answer.status, answer.headers['x-a']]).toEqual([202, ['1', '2']])
    expect(Buffer.from(await answer.bytes()).toString()).toBe('hello')
    expect(seen[0]).toMatchObject({
      target: '/v2/?n=1&last=%2F',
      headers: { 'user-agent': 'tagboat/test', accept: 'a/b', authorization: 'Basic x' },
    })
    expect(seen[0]?.body.toString()).toBe('k=v')
  })

  it('are decoded from gzip', async () => {
    const { url } = await server(ok(gzipSync('hello'), { 'content-encoding': 'gzip' }))
    const answer = await http().send(get(url), signal)
    expect(Buffer.from(await answer.bytes()).toString()).toBe('hello')
  })

  it('can be read in part or not at all, and their connections are used again', async () => {
    const origin = await server(ok('hello'))
    const client = http()
    expect(Buffer.from(await (await client.send(get(origin.url), signal)).head(100)).toString()).toBe('hello')
    for (let times = 0; times < 9; times += 1) await (await client.send(get(origin.url), signal)).discard()
    // undici opens a second one while the first still ends its answer.
    expect(origin.connections()).toBeLessThanOrEqual(2)
  })

  it('of which only the head is wanted may break off', async () => {
    const { url } = await server({ ...ok('0123456789'), wire: { cut: { at: 4, how: 'end' } } })
    expect(await (await http().send(get(url), signal)).head(100)).toHaveLength(0)
  })
})

describe('failures', () => {
  const cases: readonly [string, Reply, Partial<HttpRequest>, string][] = [
    ['a length above the cap', ok('x'.repeat(10_001)), {}, 'too-large'],
    ['an endless body', { ...ok('x'), wire: { endless: Buffer.alloc(1000) } }, {}, 'too-large'],
    ['an unknown encoding', ok('x', { 'content-encoding': 'br' }), {}, 'malformed'],
    ['a chain of encodings', ok('x', { 'content-encoding': 'gzip, gzip' }), {}, 'malformed'],
    ['no HTTP', { ...ok('x'), wire: { raw: Buffer.from('SSH-2.0\r\n\r\n') } }, {}, 'malformed'],
    ['too many headers', ok('x', { 'x-long': 'y'.repeat(70_000) }), {}, 'too-large'],
    ['a body that breaks off', { ...ok('0123456789'), wire: { cut: { at: 4, how: 'end' } } }, {}, 'unreachable'],
    ['a reset in the body', { ...ok('0123456789'), wire: { cut: { at: 4, how: 'reset' } } }, {}, 'unreachable'],
    ['one byte at a time', { ...ok('0123456789'), wire: { trickleMs: 50 } }, { totalMs: 120 }, 'timeout'],
    ['headers that never come', { ...ok('x'), wire: { delayMs: 60_000 } }, { totalMs: 50 }, 'timeout'],
  ]
  it.each(cases)('%s', async (_name, reply, options, kind) => {
    const { url, host } = await server(reply)
    const work = http()
      .send(get(url, options), signal)
      .then((answer) => answer.bytes())
    await expect(work).rejects.toMatchObject({ kind, name: 'AppError', message: expect.stringContaining(host) })
  })

  it('nobody listening is refused', async () => {
    await expect(http().send(get('http://127.0.0.1:1/'), signal)).rejects.toMatchObject({ kind: 'refused' })
  })

  it('an answer in plain text to TLS is not TLS', async () => {
    const { port } = await server(ok('x'))
    await expect(http().send(get(`https://127.0.0.1:${port}/`), signal)).rejects.toMatchObject({ kind: 'not-tls' })
  })

  it.each(['http://127.0.0.1:1/', 'http://[::1]:1/', 'http://localhost:1/', 'http://2130706433:1/'])(
    '%s is not contacted under a rule without loopback',
    async (url) => {
      const rule = { loopback: false, private: true }
      await expect(http().send(get(url, { rule }), signal)).rejects.toMatchObject({
        kind: 'forbidden',
        code: 'REGISTRY_HOST_REFUSED',
        message: expect.stringContaining('not a host that may be contacted'),
      })
    },
  )

  it('a silent TLS handshake ends with the deadline and with the caller', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/`
    await expect(http().send(get(url, { totalMs: 30 }), signal)).rejects.toMatchObject({ kind: 'timeout' })
    const caller = new AbortController()
    const work = http().send(get(url), caller.signal)
    caller.abort()
    await expect(work).rejects.toMatchObject({ kind: 'cancelled', code: 'CANCELLED' })
    silent.close()
  })
})

describe('TLS', () => {
  const authority = makeAuthority()
  const tls = authority.issue(['127.0.0.1'])

  it('is refused for an unknown authority and accepted with it', async () => {
    const { url } = keep(await openListener(() => ok('hello'), tls))
    await expect(http().send(get(url), signal)).rejects.toMatchObject({ kind: 'tls', code: 'REGISTRY_TLS_FAILED' })
    const answer = await http().send(get(url, { transport: { id: 'ca', ca: authority.cert } }), signal)
    expect(answer.status).toBe(200)
  })

  it.each([
    ['another name', authority.issue(['other.example'])],
    ['the past', authority.issue(['127.0.0.1'], -1)],
  ])('is refused for a certificate of %s', async (_name, wrong) => {
    const { url } = keep(await openListener(() => ok('hello'), wrong))
    const request = get(url, { transport: { id: 'ca', ca: authority.cert } })
    await expect(http().send(request, signal)).rejects.toMatchObject({ kind: 'tls' })
  })

  it('is spoken over HTTP/2 where the server can', async () => {
    const versions: string[] = []
    const server2 = createSecureServer({ ...tls, allowHTTP1: true }, (request, response) => {
      versions.push(request.httpVersion)
      response.writeHead(200, { 'content-encoding': 'gzip', 'x-a': '1' }).end(gzipSync('hello'))
    }).listen(0, '127.0.0.1')
    await once(server2, 'listening')
    const client = http()
    const url = `https://127.0.0.1:${(server2.address() as AddressInfo).port}/`
    const request = get(url, { transport: { id: 'ca', ca: authority.cert } })
    for (const _ of [1, 2]) {
      const answer = await client.send(request, signal)
      expect([answer.headers['x-a'], Buffer.from(await answer.bytes()).toString()]).toEqual(['1', 'hello'])
    }
    await client[Symbol.asyncDispose]()
    server2.close()
    expect(versions).toEqual(['2.0', '2.0'])
  })

  it('shows the client certificate where it may, and only there', async () => {
    const { url, seen } = keep(await openListener(() => ok('hello'), { ...tls, clients: authority.cert }))
    const { cert, key } = authority.issue(['client'])
    const transport = { id: 'mtls', ca: authority.cert, client: { cert, key: new Secret(key) } }
    const client = http()
    for (const offerCertificate of [true, false]) {
      await (await client.send(get(url, { transport, offerCertificate }), signal)).discard()
    }
    expect(seen.map(({ certificate }) => certificate)).toEqual(['client', undefined])
  })
})

/** A CONNECT proxy that keeps the first lines it was sent. */
async function connectProxy() {
  const asked: string[] = []
  const proxy = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (start) => {
      asked.push(start.toString())
      const [, host = '', port = ''] = /^CONNECT (.*):(\d+) /.exec(start.toString()) ?? []
      const through = connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
      through.on('error', () => socket.destroy())
      socket.pipe(through).pipe(socket)
    })
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  keep({ [Symbol.asyncDispose]: async () => void proxy.close() })
  return { asked, address: `127.0.0.1:${(proxy.address() as AddressInfo).port}` }
}

describe('proxies', () => {
  it('of the transport carry TLS through a tunnel, with their own login', async () => {
    const authority = makeAuthority()
    const { url, host } = keep(await openListener(() => ok('hello'), authority.issue(['127.0.0.1'])))
    const { asked, address } = await connectProxy()
    const proxy = parseRemoteUrl(`http://user:pw@${address}`, 'proxy', ['http'])
    const transport = { id: 'proxied', ca: authority.cert, proxy }
    const answer = await http().send(get(url, { transport, authorization: new Secret('Basic inner') }), signal)
    expect(Buffer.from(await answer.bytes()).toString()).toBe('hello')
    expect(asked[0]).toContain(`CONNECT ${host} HTTP/1.1`)
    expect(asked[0]?.toLowerCase()).toContain(`proxy-authorization: basic ${btoa('user:pw').toLowerCase()}`)
    expect(asked[0]).not.toContain('inner')
  })

  it('of the environment are used for names', async () => {
    const { asked, address } = await connectProxy()
    const client = http({ environment: { HTTPS_PROXY: `http://${address}` } })
    await expect(client.send(get('https://registry.invalid/v2/'), signal)).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    })
    expect(asked[0]).toContain('CONNECT registry.invalid:443 HTTP/1.1')
  })
})
