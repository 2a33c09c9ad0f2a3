import type { Brand } from '../brand.ts'
import { AppError, quoteOutside } from '../error.ts'

/** `sha256:` and 64, or `sha512:` and 128, lower-case hex digits. */
export type Digest = Brand<string, 'digest'>

const grammar = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/

/** Is this a digest by the grammar, nothing around it? Upper-case hex is none (OCI image spec, descriptor). */
export function isDigest(text: string): text is Digest {
  return grammar.test(text)
}

/** The digest in a text; `field` names it in the message. `REGISTRY_REF_INVALID` if it is none. */
export function parseDigest(text: string, field: string): Digest {
  if (isDigest(text)) return text
  throw new AppError('REGISTRY_REF_INVALID', `${field}: expected sha256:<64 hex digits>, got "${quoteOutside(text)}"`)
}

/** The hash that a digest names. */
export function digestAlgorithm(digest: Digest): 'sha256' | 'sha512' {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256'
}
