import { isUtf8 } from 'node:buffer'

/** Of a delivery, in bytes. */
const maxBytes = 1 << 20

/** A delivery that is refused before anything in it was looked at. */
export type Refusal = 400 | 408 | 413 | 415

/** The body as it came, for signatures, and the text of its JSON. */
export interface Body {
  readonly bytes: Uint8Array
  readonly text: string
}

/**
 * Reads a body of at most 1 MiB: JSON, a form with the JSON as `payload` (GitHub and Gitea can send so), or nothing.
 * Encoded bodies are refused: what is signed would not be what is read.
 */
export async function readBody(request: Request, signal: AbortSignal): Promise<Body | Refusal> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return 413
  if (request.headers.has('content-encoding')) return 415
  const bytes = await readBytes(request, signal)
  if (typeof bytes === 'number') return bytes
  if (bytes.length === 0) return { bytes, text: '' }
  if (!isUtf8(bytes)) return 400
  const text = textOf(request.headers.get('content-type') ?? '', Buffer.from(bytes).toString('utf8'))
  return text === undefined ? 415 : { bytes, text }
}

function textOf(contentType: string, body: string): string | undefined {
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase()
  if (/^application\/(?:json|[a-z0-9.+-]+\+json)$/.test(type)) return body
  return type === 'application/x-www-form-urlencoded'
    ? (new URLSearchParams(body).get('payload') ?? undefined)
    : undefined
}

/** Reads until the cap; a sender that is too slow, or goes away, gets no further. */
async function readBytes({ body }: Request, signal: AbortSignal): Promise<Uint8Array | Refusal> {
  if (body === null) return new Uint8Array()
  const reader = body.getReader()
  const stop = () => void reader.cancel().catch(() => undefined)
  signal.addEventListener('abort', stop, { once: true })
  try {
    const pieces: Uint8Array[] = []
    let length = 0
    for (;;) {
      const { done, value } = await reader.read()
      if (signal.aborted) return 408
      if (done) return Buffer.concat(pieces)
      length += value.length
      if (length > maxBytes) return 413
      pieces.push(value)
    }
  } catch {
    return 408
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}
