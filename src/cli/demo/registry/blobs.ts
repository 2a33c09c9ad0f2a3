import { randomUUID } from 'node:crypto'
import { emptyAnswer, errorAnswer, type Answer, type RegistryRequest } from './answer.ts'
import { ensureRepository, hasDigest, type RegistryContent } from './content.ts'

/** Uploads under way: id → bytes so far. */
export type Uploads = Map<string, Uint8Array>

/** Where an upload is asked for: its repository and its id, empty for a new one. */
interface UploadRoute {
  readonly repository: string
  readonly id: string
}

/** GET, HEAD and DELETE of a blob. */
export function answerBlob(
  content: RegistryContent,
  route: { readonly repository: string; readonly digest: string },
  request: RegistryRequest,
): Answer {
  const blobs = content.get(route.repository)?.blobs
  const body = blobs?.get(route.digest)
  if (!['GET', 'HEAD', 'DELETE'].includes(request.method)) return emptyAnswer(405)
  if (body === undefined) return errorAnswer(404, 'BLOB_UNKNOWN', `no blob ${route.digest}`)
  if (request.method === 'DELETE') {
    blobs?.delete(route.digest)
    return emptyAnswer(202)
  }
  const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': route.digest }
  return { status: 200, headers, body }
}

/** The upload protocol: in one POST, by POST and PUT, in chunks by PATCH, or mounted from another repository. */
export function answerUpload(
  content: RegistryContent,
  uploads: Uploads,
  route: UploadRoute,
  request: RegistryRequest,
): Answer {
  if (route.id === '')
    return request.method === 'POST' ? startUpload(content, uploads, route, request) : emptyAnswer(405)
  const soFar = uploads.get(route.id)
  if (soFar === undefined) return errorAnswer(404, 'BLOB_UPLOAD_UNKNOWN', `no upload ${route.id}`)
  switch (request.method) {
    case 'GET':
      return uploadState(204, route, soFar)
    case 'DELETE':
      uploads.delete(route.id)
      return emptyAnswer(204)
    case 'PATCH':
    case 'PUT':
      return continueUpload(content, uploads, route, request)
    default:
      return emptyAnswer(405)
  }
}

function startUpload(content: RegistryContent, uploads: Uploads, route: UploadRoute, request: RegistryRequest): Answer {
  const mount = request.query.get('mount') ?? ''
  const mounted = findBlob(content, request.query.get('from'), mount)
  if (mounted !== undefined) return keepBlob(content, route.repository, mount, mounted)
  const digest = request.query.get('digest')
  if (digest !== null) return keepBlob(content, route.repository, digest, request.body)
  const id = randomUUID()
  uploads.set(id, new Uint8Array())
  return uploadState(202, { ...route, id }, new Uint8Array())
}

/** Without `from` any repository will do. */
function findBlob(content: RegistryContent, from: string | null, digest: string): Uint8Array | undefined {
  if (from !== null) return content.get(from)?.blobs.get(digest)
  for (const repository of content.values()) {
    const blob = repository.blobs.get(digest)
    if (blob !== undefined) return blob
  }
  return undefined
}

function continueUpload(
  content: RegistryContent,
  uploads: Uploads,
  route: UploadRoute,
  request: RegistryRequest,
): Answer {
  const soFar = uploads.get(route.id) ?? new Uint8Array()
  const start = /^(\d+)-\d+$/.exec(request.headers['content-range'] ?? '')?.[1]
  if (start !== undefined && Number(start) !== soFar.length) return uploadState(416, route, soFar)
  const bytes = Buffer.concat([soFar, request.body])
  if (request.method === 'PATCH') {
    uploads.set(route.id, bytes)
    return uploadState(202, route, bytes)
  }
  uploads.delete(route.id)
  return keepBlob(content, route.repository, request.query.get('digest') ?? '', bytes)
}

function keepBlob(content: RegistryContent, path: string, digest: string, bytes: Uint8Array): Answer {
  if (!hasDigest(bytes, digest)) return errorAnswer(400, 'DIGEST_INVALID', 'the blob does not hash to its digest')
  ensureRepository(content, path).blobs.set(digest, bytes)
  return emptyAnswer(201, { location: `/v2/${path}/blobs/${digest}`, 'docker-content-digest': digest })
}

function uploadState(status: number, route: UploadRoute, bytes: Uint8Array): Answer {
  return emptyAnswer(status, {
    location: `/v2/${route.repository}/blobs/uploads/${route.id}`,
    // The protocol has no way to say "nothing yet"; registries answer 0-0.
    range: `0-${Math.max(0, bytes.length - 1)}`,
    'docker-upload-uuid': route.id,
  })
}
