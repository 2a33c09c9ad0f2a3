import { z } from '#core/schema.ts'
import { emptyAnswer, errorAnswer, withEtag, type Answer, type RegistryRequest } from './answer.ts'
import {
  ensureRepository,
  findManifest,
  hasDigest,
  putManifest,
  type RegistryContent,
  type StoredRepository,
} from './content.ts'
import type { Digest } from '#core/image/digest.ts'
import { isTag } from '#core/image/reference.ts'

/** The largest manifest that registries must take (OCI distribution specification). */
const maxManifestBytes = 4 * 1024 * 1024

const descriptor = z.looseObject({ digest: z.string(), urls: z.array(z.string()).optional() })
const pushed = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  config: descriptor.optional(),
  layers: z.array(descriptor).optional(),
  manifests: z.array(descriptor).optional(),
  subject: descriptor.optional(),
})
type Pushed = z.infer<typeof pushed>

/** GET, HEAD, PUT and DELETE of a manifest by tag or digest. */
export function answerManifest(
  content: RegistryContent,
  route: { readonly repository: string; readonly reference: string },
  request: RegistryRequest,
): Answer {
  const { repository, reference } = route
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return readManifest(content.get(repository), reference, request)
    case 'PUT':
      return pushManifest(content, route, request)
    case 'DELETE':
      return deleteManifest(content.get(repository), reference)
    default:
      return emptyAnswer(405)
  }
}

function readManifest(repository: StoredRepository | undefined, reference: string, request: RegistryRequest): Answer {
  const found = repository === undefined ? undefined : findManifest(repository, reference)
  if (found === undefined) return errorAnswer(404, 'MANIFEST_UNKNOWN', `no manifest ${reference}`)
  const headers = { 'content-type': found.mediaType, 'docker-content-digest': found.digest }
  return withEtag({ status: 200, headers, body: found.bytes }, `"${found.digest}"`, request)
}

function pushManifest(
  content: RegistryContent,
  route: { readonly repository: string; readonly reference: string },
  request: RegistryRequest,
): Answer {
  const { repository: path, reference } = route
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim() ?? ''
  if (request.body.length > maxManifestBytes) return errorAnswer(413, 'SIZE_INVALID', 'manifest above 4 MiB')
  const manifest = parseManifest(request.body)
  if (manifest === undefined || mediaType === '' || (manifest.mediaType ?? mediaType) !== mediaType) {
    return errorAnswer(400, 'MANIFEST_INVALID', 'not a manifest of the content type it came with')
  }
  if (!isTag(reference) && !hasDigest(request.body, reference)) {
    return errorAnswer(400, 'DIGEST_INVALID', `the manifest does not hash to ${reference}`)
  }
  const missing = findMissing(content.get(path), manifest)
  if (missing !== undefined) return errorAnswer(404, 'MANIFEST_BLOB_UNKNOWN', `${missing} was not pushed before`)
  const byDigest = isTag(reference) ? {} : { digest: reference as Digest }
  const tag = isTag(reference) ? reference : undefined
  const stored = putManifest(ensureRepository(content, path), { mediaType, bytes: request.body, ...byDigest }, tag)
  return emptyAnswer(201, {
    location: `/v2/${path}/manifests/${stored.digest}`,
    'docker-content-digest': stored.digest,
    ...(manifest.subject === undefined ? {} : { 'oci-subject': manifest.subject.digest }),
  })
}

function parseManifest(bytes: Uint8Array): Pushed | undefined {
  try {
    const parsed = pushed.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/** Content must come before what refers to it; layers that live elsewhere (`urls`) and the subject need not. */
function findMissing(repository: StoredRepository | undefined, manifest: Pushed): string | undefined {
  const blobs = [manifest.config, ...(manifest.layers ?? [])].filter((one) => one !== undefined)
  const missing =
    blobs.find((one) => one.urls === undefined && repository?.blobs.has(one.digest) !== true) ??
    manifest.manifests?.find((one) => repository?.manifests.has(one.digest) !== true)
  return missing?.digest
}

/** A tag goes alone, a digest takes its tags with it. */
function deleteManifest(repository: StoredRepository | undefined, reference: string): Answer {
  if (repository?.tags.delete(reference) === true) return emptyAnswer(202)
  if (repository?.manifests.delete(reference) !== true) {
    return errorAnswer(404, 'MANIFEST_UNKNOWN', `no manifest ${reference}`)
  }
  for (const [tag, digest] of repository.tags) if (digest === reference) repository.tags.delete(tag)
  return emptyAnswer(202)
}
