import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { BodyTooLarge } from './failure.ts'

/** How a body may be encoded: as it is, or in one gzip. Undefined for anything else, chains included. */
export function encodingOf(contentEncoding: string | undefined): 'identity' | 'gzip' | undefined {
  const encoding = (contentEncoding ?? '').trim().toLowerCase()
  if (encoding === '' || encoding === 'identity') return 'identity'
  return encoding === 'gzip' || encoding === 'x-gzip' ? 'gzip' : undefined
}

/**
 * The decoded pieces of a body. Counts what comes over the wire and what comes out of the decoder: above `maxBytes`
 * of either it fails with `BodyTooLarge` and the stream, with its socket, is destroyed.
 */
export async function* decodedPieces(
  body: Readable,
  encoding: 'identity' | 'gzip',
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  yield* encoding === 'identity' ? counted(body, maxBytes) : counted(unzipped(body, maxBytes), maxBytes)
}

function unzipped(body: Readable, maxBytes: number): Readable {
  const gunzip = createGunzip()
  // The callback may stay empty: the error also destroys `gunzip`, where the reader meets it.
  pipeline(
    body,
    (source: Readable) => counted(source, maxBytes),
    gunzip,
    () => undefined,
  )
  return gunzip
}

async function* counted(source: Readable, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const piece of source as AsyncIterable<Uint8Array>) {
    bytes += piece.byteLength
    if (bytes > maxBytes) throw new BodyTooLarge(`more than ${maxBytes} bytes`)
    yield piece
  }
}

/** At most `maxBytes` from the start; the rest is not read. */
export async function readHead(pieces: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const read: Uint8Array[] = []
  let bytes = 0
  for await (const piece of pieces) {
    read.push(piece)
    bytes += piece.byteLength
    if (bytes >= maxBytes) break
  }
  return Buffer.concat(read).subarray(0, maxBytes)
}
