import { AppError, quoteOutside } from '../error.ts'
import { z } from '../schema.ts'
import type { Descriptor, Manifest } from './descriptor.ts'
import { isDigest, type Digest } from './digest.ts'
import { bareMediaType, isImageConfig, isSchema1, manifestKindOf } from './media-type.ts'

const maxChildren = 512

/** Only texts under ordinary names; what else stands there is nobody's business. */
const annotations = z
  .unknown()
  .transform((value): Readonly<Record<string, string>> => {
    if (typeof value !== 'object' || value === null) return {}
    const texts = Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[0] !== '__proto__',
    )
    return Object.fromEntries(texts)
  })
  .default({})

const platform = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
  'os.version': z.string().optional(),
})

const descriptor = z.object({
  mediaType: z.string().default(''),
  digest: z.string().refine(isDigest, 'expected a digest'),
  size: z.number().int().nonnegative(),
  artifactType: z.string().optional(),
  annotations,
  platform: platform.optional().catch(undefined),
})

const manifest = z.object({
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  schemaVersion: z.number().optional(),
  annotations,
  config: descriptor.optional(),
  layers: z.array(descriptor).optional(),
  manifests: z.array(descriptor).max(maxChildren).optional(),
})

/** What a manifest was fetched as: its digest over the exact bytes, their number, and the header `Content-Type`. */
export interface Fetched {
  readonly contentType: string
  readonly digest: Digest
  readonly size: number
}

/**
 * Reads a manifest or index from its JSON. Its kind is that of the content type, else of its own `mediaType`, else of
 * its shape (OCI image specification; registries often send `application/json`).
 * `REGISTRY_MANIFEST_UNSUPPORTED` for schema 1; `REGISTRY_BAD_RESPONSE` for anything that is neither or both.
 */
export function parseManifest(json: unknown, fetched: Fetched): Manifest {
  const contentType = bareMediaType(fetched.contentType)
  const parsed = manifest.safeParse(json)
  if (isSchema1(contentType) || (parsed.success && parsed.data.schemaVersion === 1)) {
    throw new AppError('REGISTRY_MANIFEST_UNSUPPORTED', `manifest ${fetched.digest} is of schema 1`)
  }
  if (!parsed.success) throw malformed(fetched.digest, quoteOutside(z.prettifyError(parsed.error)))
  const { data } = parsed
  const mediaType = manifestKindOf(contentType) === undefined ? bareMediaType(data.mediaType ?? '') : contentType
  const kind = kindOf(data, mediaType, fetched.digest)
  const described: Descriptor = {
    mediaType,
    digest: fetched.digest,
    size: fetched.size,
    ...(data.artifactType !== undefined && { artifactType: data.artifactType }),
  }
  const common = { descriptor: described, annotations: data.annotations }
  if (kind === 'index') return { kind, ...common, manifests: (data.manifests ?? []).map(plain) }
  if (data.config === undefined) throw malformed(fetched.digest, 'an image without config')
  return { kind, ...common, config: plain(data.config), layers: (data.layers ?? []).map(plain) }
}

function kindOf(data: z.output<typeof manifest>, mediaType: string, digest: Digest): 'index' | 'image' {
  const isIndex = data.manifests !== undefined
  const isImage = data.config !== undefined || data.layers !== undefined
  // A text that one reader takes for an index and another for an image is an attack (CVE-2021-41190).
  if (isIndex === isImage)
    throw malformed(digest, isIndex ? 'an index and an image at once' : 'neither index nor image')
  const kind = isIndex ? 'index' : 'image'
  if ((manifestKindOf(mediaType) ?? kind) !== kind)
    throw malformed(digest, `not the ${quoteOutside(mediaType)} it says`)
  return kind
}

function malformed(digest: Digest, why: string): AppError {
  return new AppError('REGISTRY_BAD_RESPONSE', `manifest ${digest}: ${why}`)
}

/** A parsed descriptor without the keys that hold nothing. */
function plain({ annotations: texts, artifactType, platform: on, ...rest }: z.output<typeof descriptor>): Descriptor {
  return {
    ...rest,
    ...(artifactType !== undefined && { artifactType }),
    ...(Object.keys(texts).length > 0 && { annotations: texts }),
    ...(on !== undefined && { platform: plainPlatform(on) }),
  }
}

function plainPlatform({ variant, 'os.version': version, ...rest }: z.output<typeof platform>) {
  return { ...rest, ...(variant !== undefined && { variant }), ...(version !== undefined && { 'os.version': version }) }
}

/** Reads the descriptors of an OCI index of referrers; undefined if it is none. */
export function parseReferrers(json: unknown): readonly Descriptor[] | undefined {
  const index = z.object({ manifests: z.array(descriptor) }).safeParse(json)
  return index.success ? index.data.manifests.map(plain) : undefined
}

/** Is this entry of an index a build attestation and no image? BuildKit marks them in either of two ways. */
export function isAttestation(child: Descriptor): boolean {
  const { os, architecture } = child.platform ?? {}
  return (
    (os === 'unknown' && architecture === 'unknown') ||
    child.annotations?.['vnd.docker.reference.type'] === 'attestation-manifest'
  )
}

/** Is this a container image, or an index of some, rather than another artefact (chart, signature, SBOM)? */
export function isContainerImage(found: Manifest): boolean {
  const { artifactType } = found.descriptor
  if (artifactType !== undefined && artifactType !== '' && !isImageConfig(artifactType)) return false
  return found.kind === 'index' || isImageConfig(found.config.mediaType)
}
