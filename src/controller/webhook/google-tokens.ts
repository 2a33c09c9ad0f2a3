import { createPublicKey, verify, type JsonWebKey, type KeyObject } from 'node:crypto'
import { z } from '#core/schema.ts'
import type { Clock } from '#flow/ports.ts'

/** A JSON Web Key Set (RFC 7517), as it was fetched; rejects where it cannot be had. */
export type FetchKeys = (signal: AbortSignal) => Promise<unknown>

/** Whose token it must be. */
export interface Expected {
  readonly audience: string
  readonly email: string
}

/** Google changes its keys every few days, and announces new ones before. */
const keepMs = 3_600_000
/** A token with an unknown key is no reason to ask more often: anyone can make one. */
const askAgainMs = 60_000
/** Clocks differ. */
const leewaySeconds = 60

const header = z.object({ alg: z.literal('RS256'), kid: z.string() })
const claims = z.object({
  iss: z.enum(['https://accounts.google.com', 'accounts.google.com']),
  aud: z.string(),
  email: z.string(),
  email_verified: z.literal(true),
  exp: z.number(),
  iat: z.number(),
})
const keySet = z.object({
  keys: z.array(
    z.looseObject({ kid: z.string(), kty: z.string(), n: z.string().optional(), e: z.string().optional() }),
  ),
})

/** Checks ID tokens of Google (OpenID Connect, RS256), with which Pub/Sub signs what it pushes. */
export class GoogleTokens {
  readonly #fetch: FetchKeys
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  #keys: ReadonlyMap<string, KeyObject> = new Map()
  #fetchedAt = -Infinity
  #fetching: Promise<void> | undefined

  constructor(fetchKeys: FetchKeys, clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#fetch = fetchKeys
    this.#clock = clock
  }

  /** Is it a token for this audience and account that holds now? Rejects where there are no keys to check it by. */
  async isValid(token: string, expected: Expected, signal: AbortSignal): Promise<boolean> {
    const [head = '', body = '', signature = ''] = token.split('.')
    const parsed = header.safeParse(jsonOf(head))
    if (!parsed.success || !this.#isExpected(jsonOf(body), expected)) return false
    const key = await this.#keyOf(parsed.data.kid, signal)
    const bytes = Buffer.from(signature, 'base64url')
    return key !== undefined && verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key, bytes)
  }

  #isExpected(body: unknown, { audience, email }: Expected): boolean {
    const parsed = claims.safeParse(body)
    if (!parsed.success) return false
    const { aud, email: account, exp, iat } = parsed.data
    const now = this.#clock.now() / 1000
    return aud === audience && account === email && exp + leewaySeconds > now && iat - leewaySeconds < now
  }

  async #keyOf(kid: string, signal: AbortSignal): Promise<KeyObject | undefined> {
    const ageMs = this.#clock.monotonic() - this.#fetchedAt
    const isOld = ageMs > keepMs || (!this.#keys.has(kid) && ageMs > askAgainMs)
    if (isOld) await (this.#fetching ??= this.#refresh(signal).finally(() => (this.#fetching = undefined)))
    return this.#keys.get(kid)
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    try {
      this.#keys = keysOf(await this.#fetch(signal))
      this.#fetchedAt = this.#clock.monotonic()
    } catch (error) {
      if (this.#keys.size === 0) throw error
      // Keys that were good an hour ago are better than none, for a minute.
      this.#fetchedAt = this.#clock.monotonic() - keepMs + askAgainMs
    }
  }
}

function keysOf(set: unknown): ReadonlyMap<string, KeyObject> {
  const { keys } = keySet.parse(set)
  const rsa = keys.filter(({ kty, n, e }) => kty === 'RSA' && n !== undefined && e !== undefined)
  return new Map(rsa.map((key) => [key.kid, createPublicKey({ key: key as JsonWebKey, format: 'jwk' })]))
}

function jsonOf(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
