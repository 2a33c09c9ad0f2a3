import type { RegistryRequest } from '#cli/demo/registry/answer.ts'

/** A request as the registry sees it: `GET /v2/a/tags/list?n=2`, further headers, a body. */
export function requestOf(
  line: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Uint8Array = '',
): RegistryRequest {
  const [method = '', target = ''] = line.split(' ')
  const [path = '', query = ''] = target.split('?')
  return {
    method,
    path,
    query: new URLSearchParams(query),
    headers,
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  }
}

/** The JSON in a body. */
export function jsonOf(answer: { readonly body: Uint8Array }): unknown {
  return JSON.parse(new TextDecoder().decode(answer.body))
}
