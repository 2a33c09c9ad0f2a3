import { emptyAnswer, errorAnswer, jsonAnswer, type Answer, type RegistryRequest } from './answer.ts'
import { answerBlob, answerUpload, type Uploads } from './blobs.ts'
import type { RegistryContent } from './content.ts'
import { answerReferrers, answerTags } from './lists.ts'
import { answerManifest } from './manifests.ts'
import { parseRoute } from './route.ts'

/** What a registry keeps: its content, and uploads that are under way. */
export interface RegistryState {
  readonly content: RegistryContent
  readonly uploads: Uploads
}

/** Answers one request by the OCI distribution specification. Changes the state, never throws for what a client sent. */
export function respond(state: RegistryState, request: RegistryRequest): Answer {
  const answer = dispatch(state, request)
  return { ...answer, headers: { 'docker-distribution-api-version': 'registry/2.0', ...answer.headers } }
}

function dispatch({ content, uploads }: RegistryState, request: RegistryRequest): Answer {
  const route = parseRoute(request.path)
  switch (route?.kind) {
    case 'ping':
      return jsonAnswer(200, {})
    case 'tags':
      return request.method === 'GET' ? answerTags(content, route.repository, request) : emptyAnswer(405)
    case 'manifest':
      return answerManifest(content, route, request)
    case 'blob':
      return answerBlob(content, route, request)
    case 'upload':
      return answerUpload(content, uploads, route, request)
    case 'referrers':
      return answerReferrers(content, route, request)
    default:
      return errorAnswer(404, 'NAME_INVALID', 'no such path')
  }
}
