import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decodedPieces, encodingOf, readHead } from '#io/http/body.ts'
import { kindOf } from '#io/http/failure.ts'

const text = 'tags '.repeat(1000)
const inPieces = (bytes: Uint8Array, size: number) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size)),
  )

async function read(source: Readable, encoding: 'identity' | 'gzip', maxBytes: number): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of decodedPieces(source, encoding, maxBytes)) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

async function failureKind(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => kindOf(error),
  )
}

describe('encodings', () => {
  it.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['identity', 'identity'],
    ['gzip', 'gzip'],
    [' GZip ', 'gzip'],
    ['x-gzip', 'gzip'],
    ['gzip, gzip', undefined],
    ['br', undefined],
    ['deflate', undefined],
    ['zstd', undefined],
  ])('%j is read as %s', (name, encoding) => {
    expect(encodingOf(name)).toBe(encoding)
  })
})

describe('bodies', () => {
  it.each([
    ['plain', Buffer.from(text), 'identity'],
    ['gzip', gzipSync(text), 'gzip'],
  ] as const)('%s comes out whole, up to the cap', async (_name, bytes, encoding) => {
    expect(await read(inPieces(bytes, 7), encoding, text.length)).toBe(text)
  })

  it.each([
    ['a plain body above the cap', Buffer.from(text), 'identity', 4999],
    ['a gzip that grows above it', gzipSync(text), 'gzip', 4999],
    ['a gzip bomb', gzipSync(Buffer.alloc(50_000_000)), 'gzip', 100_000],
    ['a gzip that is too large on the wire', gzipSync(Buffer.from(text)), 'gzip', 10],
  ] as const)('%s is too large and ends its source', async (_name, bytes, encoding, maxBytes) => {
    const source = inPieces(bytes, 64)
    expect(await failureKind(read(source, encoding, maxBytes))).toBe('too-large')
    expect(source.destroyed).toBe(true)
  })

  it.each([
    ['no gzip at all', Buffer.from(text)],
    ['a truncated gzip', gzipSync(text).subarray(0, 20)],
  ])('%s is malformed', async (_name, bytes) => {
    expect(await failureKind(read(inPieces(bytes, 64), 'gzip', 10_000))).toBe('malformed')
  })
})

it('reads a head and leaves the rest', async () => {
  const source = inPieces(Buffer.from(text), 64)
  expect(Buffer.from(await readHead(source, 100)).toString()).toBe(text.slice(0, 100))
  expect(source.destroyed).toBe(true)
})
