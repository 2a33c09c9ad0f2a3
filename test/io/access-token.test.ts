import { describe, expect, it } from 'vitest'
import { Secret } from '#core/secret/secret.ts'
import { accessToken } from '#io/access-token.ts'

const text = 'a-token-of-some-length'
const token = accessToken(new Secret(text), 'dashboard')
const now = Date.UTC(2026, 10, 24)

describe('the token', () => {
  it.each([
    [text, true],
    ['', false],
    [`${text} `, false],
    [text.slice(0, -1), false],
    [text.toUpperCase(), false],
  ])('is %j: %j', (given, isIt) => {
    expect(token.matches(given)).toBe(isIt)
  })
})

describe('a ticket', () => {
  const ticket = token.ticket(now + 1000)

  it('is good until its time, and wherever the token is known', () => {
    expect(token.accepts(ticket, now)).toBe(true)
    expect(token.accepts(ticket, now + 999)).toBe(true)
    expect(token.accepts(ticket, now + 1000)).toBe(false)
    expect(accessToken(new Secret(text), 'dashboard').accepts(ticket, now)).toBe(true)
  })

  it('does not tell the token', () => {
    expect(ticket).not.toContain(text)
  })

  it.each([
    ['of another token', accessToken(new Secret('another-token-of-ours'), 'dashboard').ticket(now + 1000)],
    ['of another door', accessToken(new Secret(text), 'webhook').ticket(now + 1000)],
    ['with a later time', ticket.replace(/^\d+/, String(now + 9_000_000))],
    ['with a time that is none', ticket.replace(/^\d+/, 'Infinity')],
    ['with more behind it', `${ticket}.x`],
    ['cut off', ticket.slice(0, -1)],
    ['without a signature', String(now + 1000)],
    ['of nothing', ''],
  ])('%s is refused', (_what, other) => {
    expect(token.accepts(other, now)).toBe(false)
  })
})
