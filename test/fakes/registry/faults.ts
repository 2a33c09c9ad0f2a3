import { gzipSync } from 'node:zlib'
import type { Seen } from '../listener.ts'
import type { Reply, Wire } from '../wire.ts'

/** Makes of the right reply a wrong one. */
export type Fault = (reply: Reply, request: Seen) => Reply

const utf8 = new TextEncoder()
const none = new Uint8Array()

/** Another status, with headers and a body instead of the right ones. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}, body = ''): Fault {
  return () => ({ status: code, headers, body: utf8.encode(body) })
}

/** The right reply with other headers beside or instead of its own. */
export function withHeaders(headers: Readonly<Record<string, string | readonly string[]>>): Fault {
  return (reply) => ({ ...reply, headers: { ...reply.headers, ...headers } })
}

/** The right reply without one header. */
export function withoutHeader(name: string): Fault {
  return (reply) => {
    const headers = Object.fromEntries(Object.entries(reply.headers).filter(([key]) => key !== name))
    return { ...reply, headers }
  }
}

/** The right status and headers with another body. */
export function withBody(body: string | Uint8Array): Fault {
  return (reply) => ({ ...reply, body: typeof body === 'string' ? utf8.encode(body) : body })
}

/** The right reply, sent in another way. */
export function onWire(wire: Wire): Fault {
  return (reply) => ({ ...reply, wire: { ...reply.wire, ...wire } })
}

/** The connection dies after n bytes of the body. */
export const truncated = (at: number): Fault => onWire({ cut: { at, how: 'end' } })
/** The connection is reset (TCP RST) after n bytes of the body. */
export const reset = (at = 0): Fault => onWire({ cut: { at, how: 'reset' } })
/** Nothing more comes after n bytes of the body. */
export const stalled = (at = 0): Fault => onWire({ cut: { at, how: 'stall' } })
/** The body never ends: white space, which JSON allows for ever. */
export const endless = (): Fault => onWire({ endless: utf8.encode(' '.repeat(65_536)) })
/** Bytes that are no HTTP. */
export const garbage = (): Fault => () => ({
  status: 0,
  headers: {},
  body: none,
  wire: { raw: utf8.encode('\u0000SSH-2.0-no\r\n\r\n') },
})

/** More header lines than anyone needs. */
export function manyHeaders(count: number): Fault {
  return () => {
    const lines = Array.from({ length: count }, (_, position) => `x-h${position}: ${'v'.repeat(32)}\r\n`).join('')
    return { status: 0, headers: {}, body: none, wire: { raw: utf8.encode(`HTTP/1.1 200 OK\r\n${lines}\r\n`) } }
  }
}

/** A login page of a captive portal or single sign-on, with status 200. */
export function loginPage(): Fault {
  return () => ({
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: utf8.encode('<!doctype html><html><title>Sign in</title><form action="/login"></form></html>'),
  })
}

/** The right reply, compressed. */
export function gzipped(): Fault {
  return (reply) => ({
    ...reply,
    headers: { ...reply.headers, 'content-encoding': 'gzip' },
    body: gzipSync(reply.body),
  })
}

/** Some kilobytes that become `mebibytes` of blanks. Members of a gzip stream may follow each other (RFC 1952 §2.2). */
export function gzipBomb(mebibytes: number): Fault {
  return (reply) => {
    const member = gzipSync(Buffer.alloc(1024 * 1024, ' '))
    const body = Buffer.concat([gzipSync(reply.body), ...Array.from({ length: mebibytes }, () => member)])
    return { ...reply, headers: { ...reply.headers, 'content-encoding': 'gzip' }, body }
  }
}

/** The first byte of the body differs from what the digest says. */
export function corrupted(): Fault {
  return (reply) => {
    const body = reply.body.slice()
    body[0] = (body[0] ?? 0) ^ 1
    return { ...reply, body }
  }
}

/** A manifest of Docker's schema 1, signed, as very old registries answer. */
export function schema1(): Fault {
  return (reply) => ({
    ...reply,
    headers: { ...reply.headers, 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' },
    body: utf8.encode('{"schemaVersion":1,"name":"a","tag":"1","fsLayers":[],"history":[],"signatures":[]}'),
  })
}

/** What was true when each address was first asked, whatever happened since: a stale cache in between. */
export function old(): Fault {
  const first = new Map<string, Reply>()
  return (reply, request) => {
    const kept = first.get(request.target) ?? reply
    first.set(request.target, kept)
    return kept
  }
}

/** A redirect to an address. */
export function redirected(location: string, code = 307): Fault {
  return status(code, { location })
}

/** The page holds what the tags fault makes of its tags. */
export function withTags(change: (tags: readonly string[]) => unknown): Fault {
  return (reply) => {
    if (reply.status !== 200) return reply
    const page = JSON.parse(new TextDecoder().decode(reply.body)) as { name: string; tags: string[] }
    return { ...reply, body: utf8.encode(JSON.stringify({ name: page.name, tags: change(page.tags) })) }
  }
}

/** The Link to the next page is written otherwise; the last page has none to write. */
export function withLink(write: (target: string, request: Seen) => string | readonly string[]): Fault {
  return (reply, request) => {
    const target = /<([^>]*)>/.exec(String(reply.headers['link'] ?? ''))?.[1]
    if (target === undefined) return reply
    return { ...reply, headers: { ...reply.headers, link: write(target, request) } }
  }
}

/** Every page is followed by itself. */
export function pagingLoop(): Fault {
  return (reply, request) => ({ ...reply, headers: { ...reply.headers, link: `<${request.target}>; rel="next"` } })
}

/** Every page is followed by a new address that holds the same tags: a loop that no repeated address gives away. */
export function creepingLoop(): Fault {
  let page = 0
  return (reply, request) => {
    page += 1
    const link = `<${request.path}?n=1000&last=&page=${page}>; rel="next"`
    return { ...reply, headers: { ...reply.headers, link } }
  }
}
