import type { Digest } from './digest.ts'

/** What a registry says about one piece of content (OCI descriptor): media type, digest, size in bytes. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
  readonly artifactType?: string
  readonly annotations?: Readonly<Record<string, string>>
  /** Only on the entries of an index. */
  readonly platform?: {
    readonly os: string
    readonly architecture: string
    readonly variant?: string
    readonly 'os.version'?: string
  }
}

/** A manifest as fetched, its digest proven over the exact bytes. */
export type Manifest =
  | {
      readonly kind: 'index'
      readonly descriptor: Descriptor
      readonly manifests: readonly Descriptor[]
      readonly annotations: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'image'
      readonly descriptor: Descriptor
      readonly config: Descriptor
      readonly layers: readonly Descriptor[]
      readonly annotations: Readonly<Record<string, string>>
    }
