import { createHash } from 'node:crypto'
import type { Digest } from '#core/image/digest.ts'

/** A manifest or index as it was pushed. */
export interface StoredManifest {
  readonly mediaType: string
  readonly digest: Digest
  readonly bytes: Uint8Array
}

/** One repository, all in memory. */
export interface StoredRepository {
  readonly blobs: Map<string, Uint8Array>
  readonly manifests: Map<string, StoredManifest>
  /** Tag → digest of a manifest. */
  readonly tags: Map<string, string>
}

/** Everything a registry holds: repository path → repository. */
export type RegistryContent = Map<string, StoredRepository>

/** `sha256:<hex>` of the bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest
}

/** Do the bytes have this digest (SHA-256 or SHA-512)? False for anything that is no digest. */
export function hasDigest(bytes: Uint8Array, digest: string): boolean {
  const algorithm = /^(?:(sha256):[a-f0-9]{64}|(sha512):[a-f0-9]{128})$/.exec(digest)
  const name = algorithm?.[1] ?? algorithm?.[2]
  return name !== undefined && digest === `${name}:${createHash(name).update(bytes).digest('hex')}`
}

/** The repository, made on first use: a push creates it. */
export function ensureRepository(content: RegistryContent, path: string): StoredRepository {
  const found = content.get(path)
  if (found !== undefined) return found
  const repository: StoredRepository = { blobs: new Map(), manifests: new Map(), tags: new Map() }
  content.set(path, repository)
  return repository
}

/** Keeps a manifest under its digest and, if there is one, a tag. */
export function putManifest(
  repository: StoredRepository,
  manifest: { readonly mediaType: string; readonly bytes: Uint8Array; readonly digest?: Digest },
  tag?: string,
): StoredManifest {
  const stored = { digest: digestOf(manifest.bytes), ...manifest }
  repository.manifests.set(stored.digest, stored)
  if (tag !== undefined) repository.tags.set(tag, stored.digest)
  return stored
}

/** A manifest by tag or digest. */
export function findManifest(repository: StoredRepository, reference: string): StoredManifest | undefined {
  return repository.manifests.get(repository.tags.get(reference) ?? reference)
}
