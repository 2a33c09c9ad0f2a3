import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import { isTag, type Tag } from '#core/image/reference.ts'
import type { StoredScan } from '#flow/ports.ts'

/** First byte of a value. A value of another version counts as absent, so that replicas of two versions get along. */
const version = 1
/** Second byte: how the rest is packed. */
const plain = 0
const zstd = 1

/** A shorter text is not worth the work. */
const minPacked = 2048
/** More than a list of 200,000 tags of the greatest length takes. */
const maxUnpacked = 64 * 1024 * 1024

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

interface Head {
  readonly dropped: { readonly invalid: number; readonly artefact: number }
  readonly requests: number
  readonly scannedAt: number
  /** How many of the following lines are tags; those after them are tags of the suspect. */
  readonly count: number
  readonly seenAt?: number
}

/** A scan as bytes: version, packing, then a line of JSON and one line a tag. */
export async function packScan({ tags, dropped, requests, scannedAt, suspect }: StoredScan): Promise<Buffer> {
  const head: Head = {
    dropped,
    requests,
    scannedAt,
    count: tags.length,
    ...(suspect !== undefined && { seenAt: suspect.seenAt }),
  }
  const text = Buffer.from([JSON.stringify(head), ...tags, ...(suspect?.tags ?? [])].join('\n'))
  if (text.length < minPacked) return Buffer.concat([Buffer.of(version, plain), text])
  return Buffer.concat([Buffer.of(version, zstd), await compress(text)])
}

/** The scan; undefined for what another version, or nobody of us, has written. */
export async function unpackScan(value: Buffer): Promise<StoredScan | undefined> {
  if (value[0] !== version) return undefined
  try {
    const body = value.subarray(2)
    const text = value[1] === zstd ? await decompress(body, { maxOutputLength: maxUnpacked }) : body
    return parse(text.toString())
  } catch {
    return undefined
  }
}

function parse(text: string): StoredScan | undefined {
  const [first = '', ...lines] = text.split('\n')
  const head: unknown = JSON.parse(first)
  if (!isHead(head) || head.count > lines.length) return undefined
  if (!lines.every((line) => isTag(line))) return undefined
  const { dropped, requests, scannedAt, count, seenAt } = head
  const tags = lines as readonly string[] as readonly Tag[]
  return {
    tags: tags.slice(0, count),
    dropped,
    requests,
    scannedAt,
    ...(seenAt !== undefined && { suspect: { tags: tags.slice(count), seenAt } }),
  }
}

function isHead(value: unknown): value is Head {
  if (typeof value !== 'object' || value === null) return false
  const { dropped, requests, scannedAt, count, seenAt } = value as Partial<Record<keyof Head, unknown>>
  const { invalid, artefact } = (dropped ?? {}) as Partial<Record<string, unknown>>
  const numbers = [requests, scannedAt, count, invalid, artefact, ...(seenAt === undefined ? [] : [seenAt])]
  return numbers.every((number) => typeof number === 'number' && number >= 0)
}
