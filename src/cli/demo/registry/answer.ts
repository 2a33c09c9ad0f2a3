import type { IncomingHttpHeaders } from 'node:http'

/** A request to the registry, its body read whole. */
export interface RegistryRequest {
  readonly method: string
  /** Path without the query, as sent. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Uint8Array
}

/** What goes back; `content-length` is added when it is sent. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Error codes of the OCI distribution specification that this registry gives. */
export type OciErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'UNSUPPORTED'

const nothing = new Uint8Array()

/** An answer without a body. */
export function emptyAnswer(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: nothing }
}

/** A JSON document as an answer; `headers` may name another content type. */
export function jsonAnswer(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = new TextEncoder().encode(JSON.stringify(value))
  return { status, headers: { 'content-type': 'application/json', ...headers }, body }
}

/** The error body of the OCI distribution specification, `{"errors": [{"code", "message"}]}`. */
export function errorAnswer(status: number, code: OciErrorCode, message: string): Answer {
  return jsonAnswer(status, { errors: [{ code, message }] })
}

/** 304 where the client named this entity tag (RFC 9110 §13.1.2), else the answer with it. */
export function withEtag(answer: Answer, etag: string, request: RegistryRequest): Answer {
  const named = (request.headers['if-none-match'] ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''))
  const headers = { ...answer.headers, etag }
  return named.includes(etag) || named.includes('*') ? emptyAnswer(304, { etag }) : { ...answer, headers }
}
