import type { Brand } from '../brand.ts'

/** `sha256:` and 64, or `sha512:` and 128, lower-case hex digits. */
export type Digest = Brand<string, 'digest'>
