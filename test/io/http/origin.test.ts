import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { Secret } from '#core/secret/secret.ts'
import { httpCodes } from '#io/cluster/failure.ts'
import { openOrigin, type Origin, type OriginRequest } from '#io/http/origin.ts'

interface Opened extends AsyncDisposable {
  readonly origin: Origin
  readonly seen: IncomingMessage[]
}

async function open(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  connections = 4,
): Promise<Opened> {
  const seen: IncomingMessage[] = []
  const server = createServer((incoming, response) => {
    seen.push(incoming)
    answer(incoming, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const origin = openOrigin({
    origin: `http://127.0.0.1:${port}`,
    tls: {},
    proxy: undefined,
    connections,
    codes: httpCodes,
  })
  return {
    origin,
    seen,
    [Symbol.asyncDispose]: async () => {
      await origin[Symbol.asyncDispose]()
      server.closeAllConnections()
      server.close()
    },
  }
}

function request(more: Partial<OriginRequest> = {}): OriginRequest {
  return {
    method: 'GET',
    path: '/x?y=1',
    headers: { accept: 'application/json' },
    authorization: new Secret('Bearer t', { masked: false }),
    body: undefined,
    label: 'a thing',
    totalMs: 5000,
    maxBytes: 100,
    ...more,
  }
}

const never = new AbortController().signal

it('sends headers, credential and body, and gives the whole answer', async () => {
  await using opened = await open((incoming, response) => {
    incoming.pipe(response.writeHead(201, { 'x-a': 'b' }))
  })
  const answer = await opened.origin.exchange(request({ method: 'PATCH', body: '{"ä":1}' }), never)
  expect({ ...answer, body: answer.body.toString() }).toMatchObject({
    status: 201,
    headers: { 'x-a': 'b' },
    body: '{"ä":1}',
  })
  expect(opened.seen[0]).toMatchObject({ method: 'PATCH', url: '/x?y=1' })
  expect(opened.seen[0]?.headers).toMatchObject({ authorization: 'Bearer t', accept: 'application/json' })
})

it('an answer that is larger than permitted ends, however it comes', async () => {
  await using opened = await open((_request, response) => response.end('x'.repeat(101)))
  await expect(opened.origin.exchange(request(), never)).rejects.toMatchObject({
    code: 'CLUSTER_TOO_LARGE',
    kind: 'too-large',
  })
  expect((await opened.origin.exchange(request({ maxBytes: 101 }), never)).body).toHaveLength(101)
})

it('an answer that comes too late is a timeout, also one that trickles', async () => {
  await using opened = await open((_request, response) => {
    const timer = setInterval(() => response.write(' '), 10)
    response.on('close', () => clearInterval(timer))
  })
  const asked = opened.origin.exchange(request({ totalMs: 80, maxBytes: 10_000 }), never)
  await expect(asked).rejects.toMatchObject({
    code: 'CLUSTER_TIMEOUT',
    message: expect.stringContaining('a thing: no complete answer in time (0.08 s)') as string,
  })
})

it('ends all requests of a signal at once', async () => {
  await using opened = await open(() => undefined)
  const stop = new AbortController()
  const asked = Array.from({ length: 10 }, () => opened.origin.exchange(request(), stop.signal)) // more than connections
  stop.abort()
  for (const { status, ...rest } of await Promise.allSettled(asked)) {
    expect({ status, ...rest }).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } })
  }
  await expect(opened.origin.exchange(request(), stop.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
  await expect(opened.origin.exchange(request(), AbortSignal.timeout(20))).rejects.toMatchObject({
    code: 'CLUSTER_TIMEOUT',
  })
})

it('a stream has no end by time once it has begun, and goes to its sink', async () => {
  await using opened = await open((_request, response) => {
    response.write('a')
    setTimeout(() => response.end('b'), 150)
  })
  const pieces: string[] = []
  const sink = { open: () => void pieces.push('open'), piece: (chunk: Buffer) => void pieces.push(chunk.toString()) }
  const answer = await opened.origin.stream(request({ totalMs: 50, maxBytes: 1 }), sink, never)
  expect(pieces).toEqual(['open', 'a', 'b'])
  expect(answer).toMatchObject({ status: 200, body: Buffer.alloc(0) })
})

it('a stream that is refused comes back whole, one that breaks off fails', async () => {
  await using opened = await open((incoming, response) => {
    if (incoming.url === '/refused') response.writeHead(410).end('gone')
    else {
      response.write('a')
      setTimeout(() => response.destroy(), 20)
    }
  })
  const sink = { open: () => undefined, piece: () => undefined }
  const refused = await opened.origin.stream(request({ path: '/refused' }), sink, never)
  expect(refused).toMatchObject({ status: 410, body: Buffer.from('gone') })
  await expect(opened.origin.stream(request(), sink, never)).rejects.toMatchObject({ code: 'CLUSTER_UNAVAILABLE' })
})

it('closing lets what runs end, and takes nothing new', async () => {
  await using opened = await open((_request, response) => setTimeout(() => response.end('late'), 50))
  const running = opened.origin.exchange(request(), never)
  opened.origin.close()
  expect((await running).body.toString()).toBe('late')
  await expect(opened.origin.exchange(request(), never)).rejects.toMatchObject({ code: 'CLUSTER_UNAVAILABLE' })
})

it('a header that nobody may send fails the request alone', async () => {
  await using opened = await open((_request, response) => response.end())
  const bad = opened.origin.exchange(request({ headers: { 'x-a': 'b\r\nc: d' } }), never)
  await expect(bad).rejects.toMatchObject({ code: 'CLUSTER_UNAVAILABLE' })
  expect((await opened.origin.exchange(request(), never)).status).toBe(200)
})
