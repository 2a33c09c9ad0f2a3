import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { reveal } from '#core/secret/reveal.ts'
import type { Hook } from '#core/webhook/hook.ts'
import type { Proof } from '#core/webhook/sender.ts'
import { senders } from '#core/webhook/senders/index.ts'
import type { GoogleTokens } from './google-tokens.ts'

/** What is looked at for a proof. */
export interface Claim {
  readonly headers: Headers
  /** As they came. */
  readonly bytes: Uint8Array
}

/** Has who sent this the token of the hook? Takes the same time for every wrong answer of the same length. */
export async function isProven(
  hook: Hook,
  claim: Claim,
  { google, signal }: { readonly google: GoogleTokens; readonly signal: AbortSignal },
): Promise<boolean> {
  for (const proof of senders[hook.sender].proofs) {
    const holds = proof.by === 'google' ? await isOfGoogle(hook, claim, { google, signal }) : isHeld(proof, hook, claim)
    if (holds) return true
  }
  return false
}

function isHeld(proof: Exclude<Proof, { by: 'google' }>, hook: Hook, { headers, bytes }: Claim): boolean {
  if (proof.by === 'path') return proof.unless === undefined || !headers.has(proof.unless)
  const given = headers.get(proof.header)
  const token = valueOf(hook, 'token')
  if (given === null || token === '' || !given.startsWith(proof.prefix)) return false
  const shown = given.slice(proof.prefix.length)
  if (proof.by === 'token') return isSame(shown, token)
  return isSame(shown.toLowerCase(), createHmac(proof.hash, token).update(bytes).digest('hex'))
}

async function isOfGoogle(
  hook: Hook,
  { headers }: Claim,
  { google, signal }: { readonly google: GoogleTokens; readonly signal: AbortSignal },
): Promise<boolean> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(headers.get('authorization') ?? '')?.[1]
  const [audience, email] = [valueOf(hook, 'audience'), valueOf(hook, 'email')]
  if (token === undefined || audience === '' || email === '') return false
  return google.isValid(token, { audience, email }, signal)
}

function valueOf({ secret }: Hook, key: string): string {
  const value = secret.data.get(key)
  return value === undefined ? '' : reveal(value)
}

/** Compares digests, so that neither the place of the first difference nor the length shows in the time. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'))
}
