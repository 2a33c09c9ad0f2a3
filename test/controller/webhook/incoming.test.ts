import { describe, expect, it } from 'vitest'
import { readBody } from '#controller/webhook/incoming.ts'

const { signal } = new AbortController()
const json = { 'content-type': 'application/json' }

function post(
  body: string | Uint8Array | ReadableStream | undefined,
  headers: Readonly<Record<string, string>> = json,
): Request {
  return new Request('http://localhost/hook/x', {
    method: 'POST',
    headers: { ...headers },
    ...(body === undefined ? {} : { body, duplex: 'half' }),
  })
}

function stream(pieces: readonly Uint8Array[], ends = true): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      if (ends) controller.close()
    },
  })
}

describe('readBody', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const mib = 'x'.repeat(1 << 20)
  it.each([
    ['JSON', post('{"a":1}'), '{"a":1}'],
    ['with a charset', post('{}', { 'content-type': 'application/json; charset=utf-8' }), '{}'],
    ['CloudEvents', post('{}', { 'content-type': 'application/cloudevents+json' }), '{}'],
    ['notifications', post('{}', { 'content-type': 'application/vnd.docker.distribution.events.v2+json' }), '{}'],
    ['a form', post('payload=%7B%22a%22%3A+1%7D', form), '{"a": 1}'],
    ['nothing', post(undefined), ''],
    ['nothing of another type', post('', form), ''],
    ['exactly 1 MiB', post(mib), mib],
  ])('reads %s', async (_what, request, text) => {
    expect(await readBody(request, signal)).toMatchObject({ text })
  })

  it('keeps the bytes as they came', async () => {
    const bytes = new TextEncoder().encode('payload=%7B%7D')
    expect(await readBody(post(bytes, form), signal)).toEqual({ bytes: Buffer.from(bytes), text: '{}' })
  })

  const piece = new Uint8Array(300_000)
  it.each([
    ['text', post('{}', { 'content-type': 'text/plain' }), 415],
    ['no type', post(new Uint8Array([123, 125]), {}), 415],
    ['a form without payload', post('a=b', form), 415],
    ['a compressed body', post('{}', { ...json, 'content-encoding': 'gzip' }), 415],
    ['bytes that are no text', post(new Uint8Array([0xff, 0xfe, 0x7b])), 400],
    ['more than 1 MiB', post(`${mib}x`), 413],
    ['more than it says', post(stream([piece, piece, piece, piece])), 413],
    ['more than it may, as it says', post('{}', { ...json, 'content-length': '1048577' }), 413],
    ['more without end', post(stream([piece, piece, piece, piece], false)), 413],
  ])('refuses %s', async (_what, request, code) => {
    expect(await readBody(request, signal)).toBe(code)
  })

  it('does not wait for a body that does not come', async () => {
    const stop = new AbortController()
    const reading = readBody(post(stream([new Uint8Array(1)], false)), stop.signal)
    stop.abort()
    expect(await reading).toBe(408)
  })
})
