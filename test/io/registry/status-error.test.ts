import { describe, expect, it } from 'vitest'
import { reveal } from '#core/secret/reveal.ts'
import { Secret } from '#core/secret/secret.ts'
import type { HttpAnswer } from '#io/http.ts'
import { statusErrorOf } from '#io/registry/status-error.ts'

function answer(status: number, body: string, headers = {}): HttpAnswer {
  return { status, headers, head: async (max: number) => Buffer.from(body).subarray(0, max) } as unknown as HttpAnswer
}

const errorOf = async (status: number, body = '', headers = {}) =>
  statusErrorOf(answer(status, body, headers), { about: 'ghcr.io: the tags of a' })

describe('codes', () => {
  it.each([
    [400, 'REGISTRY_BAD_RESPONSE'],
    [401, 'REGISTRY_AUTH_FAILED'],
    [403, 'REGISTRY_AUTH_FAILED'],
    [404, 'REGISTRY_NOT_FOUND'],
    [405, 'REGISTRY_BAD_RESPONSE'],
    [408, 'REGISTRY_UNAVAILABLE'],
    [429, 'REGISTRY_RATE_LIMITED'],
    [499, 'REGISTRY_UNAVAILABLE'],
    [500, 'REGISTRY_UNAVAILABLE'],
    [522, 'REGISTRY_UNAVAILABLE'],
    [302, 'REGISTRY_BAD_RESPONSE'],
    [204, 'REGISTRY_BAD_RESPONSE'],
  ])('%i is %s', async (status, code) => {
    expect(await errorOf(status)).toMatchObject({ code, status, message: `ghcr.io: the tags of a: answered ${status}` })
  })
})

const oci = (...errors: object[]) => JSON.stringify({ errors })

describe('texts', () => {
  it.each([
    ['one error', oci({ code: 'DENIED', message: 'no' }), 'DENIED: no', ['DENIED']],
    ['the first three', oci(...['A', 'B', 'C', 'D'].map((code) => ({ code }))), 'A; B; C', ['A', 'B', 'C']],
    ['odd errors', oci({ code: 7, message: null }), '', ['']],
    ['control characters', oci({ code: 'X', message: 'a\u001b[31m\nb' }), 'X: a [31m b', ['X']],
    ['HTML', '<!doctype html><title>canary</title>', '<html, 36 bytes>', []],
    ['plain text', 'out of\r\norder', 'out of order', []],
    ['other JSON', '{"message":"no"}', '{"message":"no"}', []],
    ['a long text', 'x'.repeat(9999), 'x'.repeat(512), []],
  ])('%s', async (_name, body, text, codes) => {
    const suffix = text === '' ? '' : `: ${text}`
    const message = `ghcr.io: the tags of a: answered 403${suffix}`
    expect(await errorOf(403, body)).toMatchObject({ message, codes })
  })

  it('show no secret that comes back', async () => {
    const secret = new Secret('canary-password')
    const echoes = [reveal(secret), btoa(`user:${reveal(secret)}`)]
    const { message } = await errorOf(403, echoes.join(' '))
    expect(message).not.toContain('canary')
    expect(message).not.toContain(btoa('user:canary-password'))
  })

  it('carry the hint of the place', async () => {
    expect(await statusErrorOf(answer(403, ''), { about: 'x', hint: 'do this' })).toMatchObject({ hint: 'do this' })
    expect((await errorOf(403)).hint).toContain('credential')
  })
})
