import { describe, expect, it } from 'vitest'
import { z } from '#core/schema.ts'
import { malformed, parsePayload, readPayload } from '#core/webhook/payload.ts'

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

describe('parsePayload', () => {
  it.each([
    ['', undefined],
    [' \n', undefined],
    ['{"a":1}', { a: 1 }],
    [nested(32), JSON.parse(nested(32))],
    // Brackets in strings are no levels.
    [JSON.stringify({ text: `\\"${'['.repeat(100)}"` }), { text: `\\"${'['.repeat(100)}"` }],
  ])('reads %j', (text, want) => {
    expect(parsePayload(text)).toEqual(want)
  })

  it.each([
    ['{', 'webhook: the body is not JSON'],
    ['<html>', 'webhook: the body is not JSON'],
    [nested(33), 'webhook: the body is nested more than 32 levels deep'],
    ['{"a":'.repeat(500_000), 'webhook: the body is nested more than 32 levels deep'],
    ['"'.repeat(1_000_001), 'webhook: the body is not JSON'],
  ])('refuses %.20j', (text, message) => {
    expect(() => parsePayload(text)).toThrow(malformed(message.slice('webhook: '.length)))
  })

  it('keeps poisonous keys as plain ones', () => {
    const payload = parsePayload('{"__proto__":{"admin":true},"a":1}')
    expect(Object.getPrototypeOf(payload)).toBe(Object.prototype)
    expect(readPayload(z.object({ a: z.number() }), payload)).toEqual({ a: 1 })
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false)
  })
})

describe('readPayload', () => {
  const schema = z.object({ list: z.array(z.object({ tag: z.string() })) })
  it.each([
    [undefined, 'webhook: the body: invalid input: expected object, received undefined'],
    [{ list: 1 }, 'webhook: list: invalid input: expected array, received number'],
    [{ list: [{ tag: 'a' }, {}] }, 'webhook: list[1].tag: invalid input: expected string, received undefined'],
  ])('names what is wrong in %j', (payload, message) => {
    expect(() => readPayload(schema, payload)).toThrow(
      expect.objectContaining({ code: 'WEBHOOK_MALFORMED', retry: 'never', message }),
    )
  })

  it('drops what the schema does not name', () => {
    expect(readPayload(schema, { list: [{ tag: 'a', more: 1 }], more: 2 })).toEqual({ list: [{ tag: 'a' }] })
  })
})
