import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { Secret } from '#core/secret/secret.ts'
import { Endpoint, type ApiRequest } from '#io/registry/endpoint.ts'
import { HostMemory } from '#io/registry/host-memory.ts'
import type { HostOptions } from '#io/registry/options.ts'
import { makeAuthority } from '../../fakes/certificate.ts'
import { openListener, type ListenerTls } from '../../fakes/listener.ts'
import type { Reply } from '../../fakes/wire.ts'
import { callTo, configOf, reply, signal, testClock, testHttp } from './harness.ts'

const authority = makeAuthority()
const tls = authority.issue(['127.0.0.1'])
const trusting = { transport: { id: 'ca', ca: authority.cert } }
const anonymous = async () => undefined

const open: AsyncDisposable[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one[Symbol.asyncDispose]()))
})

async function server(answer: Reply = reply(200, {}, 'done'), secure?: ListenerTls) {
  const listener = await openListener(() => answer, secure)
  open.push(listener)
  return listener
}

function endpointOf(hosts: readonly HostOptions[] = []) {
  const http = testHttp()
  open.push(http)
  const memory = new HostMemory(hosts, testClock())
  return { endpoint: new Endpoint(http, memory, configOf({ hosts })), memory }
}

function request(call: ReturnType<typeof callTo>, extra: Partial<ApiRequest> = {}): ApiRequest {
  return {
    call,
    kind: 'tags',
    method: 'GET',
    target: '/v2/a?n=1',
    headers: {},
    label: 'the tags of a',
    totalMs: 5000,
    maxBytes: 1000,
    ...extra,
  }
}

describe('HTTPS and plain HTTP', () => {
  it('HTTPS is tried first, and plain HTTP where an answer is not in TLS; that is remembered', async () => {
    const { host, seen, connections } = await server()
    const { endpoint, memory } = endpointOf()
    const call = callTo(`${host}/a`)
    const { answer } = await endpoint.send({ request: request(call), anonymous, signal })
    expect([answer.status, memory.scheme(host).scheme, call.requests]).toEqual([200, 'http', 1])
    await answer.discard()
    await endpoint.send({ request: request(call), anonymous, signal })
    expect([seen.length, connections() <= 3, endpoint.own(call).origin.href]).toEqual([2, true, `http://${host}/`])
  })

  it('plain HTTP is not tried where it is not permitted', async () => {
    const { host, seen } = await server()
    const { endpoint } = endpointOf()
    const call = callTo(`${host}/a`, { allowsPlain: false })
    await expect(endpoint.send({ request: request(call), anonymous, signal })).rejects.toMatchObject({
      code: 'REGISTRY_TLS_FAILED',
      hint: 'spec.insecure: true permits plain HTTP for this host',
    })
    expect(seen).toEqual([])
  })

  it("is not used for one who does not permit it, though another's was", async () => {
    const { host, seen } = await server()
    const { endpoint } = endpointOf()
    const { answer } = await endpoint.send({ request: request(callTo(`${host}/a`)), anonymous, signal })
    await answer.discard()
    const strict = request(callTo(`${host}/a`, { allowsPlain: false }))
    await expect(endpoint.send({ request: strict, anonymous, signal })).rejects.toMatchObject({
      code: 'REGISTRY_TLS_FAILED',
    })
    expect(seen).toHaveLength(1)
  })

  it('is not tried after a certificate error, nor after a timeout', async () => {
    const secure = await server(reply(200), tls)
    const { endpoint } = endpointOf()
    const untrusted = request(callTo(`${secure.host}/a`))
    await expect(endpoint.send({ request: untrusted, anonymous, signal })).rejects.toMatchObject({ kind: 'tls' })
    const attempts: unknown[] = []
    const silent = createServer((socket) => attempts.push(socket)).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const slow = request(callTo(`127.0.0.1:${port}/a`), { totalMs: 50 })
    await expect(endpoint.send({ request: slow, anonymous, signal })).rejects.toMatchObject({ kind: 'timeout' })
    expect(attempts).toHaveLength(1)
    silent.close()
  })

  it('a host that spoke TLS once is not spoken to otherwise', async () => {
    const { endpoint, memory } = endpointOf()
    const { host, seen } = await server()
    memory.spoke(host, 'https')
    await expect(endpoint.send({ request: request(callTo(`${host}/a`)), anonymous, signal })).rejects.toMatchObject({
      kind: 'not-tls',
    })
    expect(seen).toEqual([])
  })

  it('a host that stopped answering is tried by HTTPS again', async () => {
    const { endpoint, memory } = endpointOf()
    memory.spoke('127.0.0.1:1', 'http')
    await expect(endpoint.send({ request: request(callTo('127.0.0.1:1/a')), anonymous, signal })).rejects.toMatchObject(
      {
        kind: 'refused',
      },
    )
    expect(memory.scheme('127.0.0.1:1').scheme).toBeUndefined()
  })

  it('nobody listening on either is one failure, and no request', async () => {
    const { endpoint } = endpointOf()
    const call = callTo('127.0.0.1:1/a')
    await expect(endpoint.send({ request: request(call), anonymous, signal })).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    })
    expect(call.requests).toBe(0)
  })
})

it('the address of an API can be given', async () => {
  const { url, seen } = await server()
  const { endpoint } = endpointOf([{ host: 'index.docker.io', api: url }])
  const { answer } = await endpoint.send({ request: request(callTo('alpine')), anonymous, signal })
  expect([answer.status, seen[0]?.target]).toEqual([200, '/v2/a?n=1'])
})

it('requests are counted with their redirects, and carry what they were given', async () => {
  const listener = await openListener(
    ({ path }) => (path === '/v2/a' ? reply(307, { location: '/b' }) : reply(200)),
    tls,
  )
  open.push(listener)
  const { endpoint } = endpointOf()
  const call = callTo(`${listener.host}/a`, trusting)
  const authorization = new Secret('Bearer x')
  await endpoint.send({ request: request(call, { authorization, headers: { accept: 'a/b' } }), anonymous, signal })
  expect(call.requests).toBe(2)
  expect(listener.seen[1]?.headers).toMatchObject({ authorization: 'Bearer x', accept: 'a/b' })
})

describe('redirects to', () => {
  it.each([
    ['another port', 'http://127.0.0.1:9/x', 'redirect refused: an address of the scheme http'],
    ['another port by TLS', 'https://127.0.0.1:9/x', 'redirect refused: an address that may not be contacted'],
    ['metadata', 'https://169.254.169.254/latest', 'redirect refused: an address that may not be contacted'],
    ['the API server', 'https://kubernetes.default.svc/', 'redirect refused: an address that may not be contacted'],
    ['a file', 'file:///etc/passwd', 'redirect refused: an address of the scheme file'],
    ['a login', 'https://u:canary@example.com/', 'redirect refused: an address with a user name in it'],
    ['itself, for ever', '/v2/a?n=1', 'redirect refused: more than 3 redirects'],
  ])('%s are refused', async (_name, location, message) => {
    const { host } = await server(reply(307, { location }))
    const { endpoint } = endpointOf()
    await expect(endpoint.send({ request: request(callTo(`${host}/a`)), anonymous, signal })).rejects.toMatchObject({
      code: 'REGISTRY_REDIRECT_REFUSED',
      message: `${host}: the tags of a: ${message}`,
    })
  })
})
