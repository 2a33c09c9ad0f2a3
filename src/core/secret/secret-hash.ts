import { utf8Length } from '../bytes.ts'
import { valueOf, type Secret } from './secret.ts'

/** How many bytes of UTF-8 a secret has. */
export function secretBytes(secret: Secret): number {
  return utf8Length(valueOf(secret))
}

/** Lower-case hex of SHA-256 over a secret and the text behind it: tells nothing of the secret, and changes with it. */
export function hashAfterSecret(secret: Secret, text: string, sha256: (text: string) => string): string {
  return sha256(valueOf(secret) + text)
}
