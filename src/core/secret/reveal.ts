import { valueOf, type Secret } from './secret.ts'

/** The text of a secret. Importable only by the edges that must send it (test/rules/imports). */
export function reveal(secret: Secret): string {
  return valueOf(secret)
}
