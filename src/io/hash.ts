import { hash } from 'node:crypto'
import type { TextHashes } from '#core/template/hashes.ts'

/** The hash functions that pure code is given, from OpenSSL. */
export const systemHashes: TextHashes = {
  sha1: (text) => hash('sha1', text),
  sha256: (text) => hash('sha256', text),
  sha512: (text) => hash('sha512', text),
}
