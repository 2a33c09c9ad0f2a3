import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { reveal } from '#core/secret/reveal.ts'
import type { Secret } from '#core/secret/secret.ts'

/** A token that callers of ours must know, and tickets that say that a caller has shown it. */
export interface AccessToken {
  /** Is this the token? Takes as long for a wrong one as for the right one. */
  matches(given: string): boolean
  /** A ticket good until a time (epoch ms); every process that has the same token accepts it. */
  ticket(until: number): string
  /** Is this a ticket of ours that is still good? */
  accepts(ticket: string, now: number): boolean
}

/** `purpose` keeps the tickets of different doors apart, e.g. `dashboard`. */
export function accessToken(token: Secret, purpose: string): AccessToken {
  // Texts are compared by their hashes under a key that nobody knows, so that neither length nor beginning shows.
  const key = randomBytes(32)
  const isSame = (a: string, b: string): boolean => timingSafeEqual(mac(key, a), mac(key, b))
  const sign = (until: string): string => mac(reveal(token), `${purpose}\0${until}`).toString('base64url')
  return {
    matches: (given) => isSame(given, reveal(token)),
    ticket: (until) => `${until}.${sign(String(until))}`,
    accepts(ticket, now) {
      const [until = '', signature = '', ...rest] = ticket.split('.')
      const isWhole = /^[0-9]{1,15}$/.test(until) && rest.length === 0
      return isWhole && isSame(signature, sign(until)) && Number(until) > now
    },
  }
}

function mac(key: string | Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
