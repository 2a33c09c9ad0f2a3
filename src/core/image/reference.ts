import type { Brand } from '../brand.ts'
import type { Digest } from './digest.ts'

/** A tag by the OCI grammar, `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`. */
export type Tag = Brand<string, 'tag'>

/** Where an image lives: registry host (with port, lower case) and repository path; `original` is the user's text. */
export interface ImageName {
  readonly host: string
  readonly path: string
  readonly original: string
}

/** An image name with the tag and the digest that were given; none is ever invented. */
export interface ImageRef {
  readonly name: ImageName
  readonly tag?: Tag
  readonly digest?: Digest
}
