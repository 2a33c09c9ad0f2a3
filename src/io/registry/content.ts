import { createHash } from 'node:crypto'
import { AppError } from '#core/error.ts'
import type { Descriptor, Manifest } from '#core/image/descriptor.ts'
import { digestAlgorithm, isDigest, type Digest } from '#core/image/digest.ts'
import { parseManifest } from '#core/image/manifest.ts'
import { bareMediaType, isSchema1, manifestTypes } from '#core/image/media-type.ts'
import type { Tag } from '#core/image/reference.ts'
import type { Clock } from '#flow/ports.ts'
import type { HttpAnswer } from '../http.ts'
import { header } from '../http/headers.ts'
import type { Call, Exchange } from './exchange.ts'
import type { HostMemory } from './host-memory.ts'
import { Lru } from './lru.ts'
import type { RegistryConfig } from './options.ts'
import { StatusError } from './status-error.ts'

/** What reading manifests and blobs works with. */
export interface ContentDeps {
  readonly exchange: Exchange
  readonly memory: HostMemory
  readonly config: Pick<RegistryConfig, 'limits' | 'cacheBytes'>
  readonly clock: Pick<Clock, 'monotonic'>
}

const accept = manifestTypes.join(', ')
const headMs = 30_000
const bodyMs = 60_000
const proofMs = 86_400_000
/** HEAD is not known there, or not allowed; 404 may mean either. */
const headRefusals = new Set([400, 404, 405, 501])

/** Reads manifests and blobs; every digest that is given out is proven over the bytes, or by the registry for its tag. */
export class Content {
  readonly #deps: ContentDeps
  /** Manifests and small blobs by digest: the same for everybody, but given only to who has proven access. */
  readonly #manifests: Lru<Manifest>
  readonly #blobs: Lru<Uint8Array>
  /** What a tag named when its manifest was last read. */
  readonly #named = new Lru<Digest>(50_000)
  /** Until when (monotonic) a credential counts as admitted to a digest in a repository. */
  readonly #proofs = new Lru<{ readonly until: number; readonly head: Descriptor | undefined }>(50_000)

  constructor(deps: ContentDeps) {
    this.#deps = deps
    this.#manifests = new Lru(deps.config.cacheBytes)
    this.#blobs = new Lru(deps.config.cacheBytes / 4)
  }

  /** Digest, type and size behind a tag or digest; undefined if there is nothing. `fresh` passes by the cache. */
  async resolve(
    call: Call,
    reference: Tag | Digest,
    { fresh, signal }: { readonly fresh: boolean; readonly signal: AbortSignal },
  ): Promise<Descriptor | undefined> {
    const known = !fresh && isDigest(reference) ? this.#proof(call, reference)?.head : undefined
    if (known !== undefined) return known
    const head = await this.#head(call, reference, signal)
    if (head === 'absent') return undefined
    if (head !== 'unclear' && (isDigest(reference) || (await this.#isThere(call, head, signal)))) return head
    return (await this.#get(call, reference, signal))?.descriptor
  }

  /** The manifest behind a tag or digest; undefined if there is none. */
  async manifest(call: Call, reference: Tag | Digest, signal: AbortSignal): Promise<Manifest | undefined> {
    const digest = isDigest(reference) ? reference : await this.#stillNamed(call, reference, signal)
    const isProven = digest !== undefined && this.#proof(call, digest) !== undefined
    return (isProven ? this.#manifests.get(digest) : undefined) ?? this.#get(call, reference, signal)
  }

  /** The digest of a tag that was read before, by HEAD: that is free where GET counts as a pull. */
  async #stillNamed(call: Call, tag: Tag, signal: AbortSignal): Promise<Digest | undefined> {
    if (this.#named.get(proofKey(call, tag)) === undefined) return undefined
    const head = await this.#head(call, tag, signal)
    return typeof head === 'object' ? head.digest : undefined
  }

  /** A small blob, its digest and size proven; undefined if there is none. */
  async blob(call: Call, { digest, size }: Descriptor, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const known = this.#proof(call, digest) === undefined ? undefined : this.#blobs.get(digest)
    if (known !== undefined) return known
    const { image } = call.access
    const { manifestBytes } = this.#deps.config.limits
    if (size > manifestBytes) throw tooLarge(call, `the blob ${digest}`, manifestBytes)
    const bytes = await absentIs404(
      this.#deps.exchange(
        {
          call,
          kind: 'blob',
          method: 'GET',
          target: `/v2/${image.path}/blobs/${digest}`,
          accept: '*/*',
          label: `the blob ${digest} of ${image.path}`,
          totalMs: bodyMs,
          maxBytes: manifestBytes,
          read: (answer) => answer.bytes(),
        },
        signal,
      ),
    )
    if (bytes === undefined) return undefined
    if (hash(bytes, digest) !== digest) throw mismatch(call, `the blob ${digest}`)
    this.#prove(call, digest, undefined)
    this.#blobs.set(digest, bytes, bytes.byteLength)
    return bytes
  }

  /** HEAD: `absent` where that is sure, `unclear` where only GET can tell. */
  async #head(call: Call, reference: string, signal: AbortSignal): Promise<Descriptor | 'absent' | 'unclear'> {
    const { memory, exchange } = this.#deps
    const { host } = call.access.image
    try {
      const head = await exchange({ ...this.#ask(call, 'HEAD', reference), read: readHead }, signal)
      if (head === undefined) return 'unclear'
      memory.keepHeadWorks(host)
      if (isSchema1(head.mediaType)) throw unsupported(call, reference)
      if (isDigest(reference) && head.digest !== reference) return 'unclear'
      this.#prove(call, head.digest, isDigest(reference) ? head : undefined)
      return head
    } catch (error) {
      if (!(error instanceof StatusError) || !headRefusals.has(error.status)) throw error
      return error.status === 404 && memory.headWorks(host) ? 'absent' : 'unclear'
    }
  }

  /** Does the registry give the digest that it names for a tag? Some name one that they do not have. Asked once. */
  async #isThere(call: Call, head: Descriptor, signal: AbortSignal): Promise<boolean> {
    if (this.#proof(call, head.digest)?.head !== undefined) return true
    const byDigest = await this.#head(call, head.digest, signal)
    return typeof byDigest === 'object'
  }

  async #get(call: Call, reference: string, signal: AbortSignal): Promise<Manifest | undefined> {
    const { exchange } = this.#deps
    const got = await absentIs404(exchange({ ...this.#ask(call, 'GET', reference), read: readBody }, signal))
    if (got === undefined) return undefined
    const { bytes, contentType, named } = got
    // The digest of a signed one is not over its bytes.
    if (isSchema1(bareMediaType(contentType))) throw unsupported(call, reference)
    const wanted = isDigest(reference) ? reference : named
    const digest = hash(bytes, wanted)
    if (isDigest(reference) && digest !== reference) throw mismatch(call, `the manifest ${reference}`)
    if (named !== undefined && named !== hash(bytes, named)) await this.#settle(call, digest, signal)
    const manifest = parseManifest(jsonOf(call, bytes), { contentType, digest, size: bytes.byteLength })
    this.#prove(call, digest, manifest.descriptor)
    this.#manifests.set(digest, manifest, bytes.byteLength)
    if (!isDigest(reference)) this.#named.set(proofKey(call, reference), digest)
    return manifest
  }

  /** The header names another digest than the bytes have: those count if the registry knows them by their own. */
  async #settle(call: Call, digest: Digest, signal: AbortSignal): Promise<void> {
    const found = await absentIs404(
      this.#deps
        .exchange({ ...this.#ask(call, 'HEAD', digest), read: async (answer) => answer.discard() }, signal)
        .then(() => true),
    )
    if (found !== true) throw mismatch(call, `the manifest ${digest}`)
  }

  #ask(call: Call, method: 'GET' | 'HEAD', reference: string) {
    const { path } = call.access.image
    return {
      call,
      kind: 'manifest',
      method,
      target: `/v2/${path}/manifests/${reference}`,
      accept,
      label: `the manifest ${reference} of ${path}`,
      totalMs: method === 'HEAD' ? headMs : bodyMs,
      maxBytes: this.#deps.config.limits.manifestBytes,
    } as const
  }

  #proof(call: Call, digest: Digest) {
    const proof = this.#proofs.get(proofKey(call, digest))
    return proof !== undefined && proof.until > this.#deps.clock.monotonic() ? proof : undefined
  }

  #prove(call: Call, digest: Digest, head: Descriptor | undefined): void {
    const until = this.#deps.clock.monotonic() + proofMs
    this.#proofs.set(proofKey(call, digest), { until, head: head ?? this.#proof(call, digest)?.head })
  }
}

function proofKey({ access }: Call, reference: string): string {
  const { image, credentialId, transport } = access
  return JSON.stringify([image.host, image.path, credentialId, transport.id, reference])
}

/** What the headers of a HEAD tell; undefined without a valid digest. */
async function readHead(answer: HttpAnswer): Promise<Descriptor | undefined> {
  await answer.discard()
  const digest = header(answer.headers, 'docker-content-digest') ?? ''
  if (!isDigest(digest)) return undefined
  const size = Number(header(answer.headers, 'content-length') ?? 0)
  const mediaType = bareMediaType(header(answer.headers, 'content-type') ?? '')
  return { mediaType, digest, size: Number.isSafeInteger(size) ? size : 0 }
}

async function readBody(answer: HttpAnswer) {
  const named = header(answer.headers, 'docker-content-digest') ?? ''
  return {
    bytes: await answer.bytes(),
    contentType: header(answer.headers, 'content-type') ?? '',
    named: isDigest(named) ? named : undefined,
  }
}

/** The digest of bytes, by the algorithm of a wanted one. */
function hash(bytes: Uint8Array, wanted: Digest | undefined): Digest {
  const algorithm = wanted === undefined ? 'sha256' : digestAlgorithm(wanted)
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest
}

/** Undefined where the registry knows no such thing. */
export async function absentIs404<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof StatusError && error.status === 404) return undefined
    throw error
  }
}

function jsonOf(call: Call, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    const { host, path } = call.access.image
    throw new AppError('REGISTRY_BAD_RESPONSE', `${host}: a manifest of ${path} is not JSON`)
  }
}

function mismatch(call: Call, what: string): AppError {
  const { host, path } = call.access.image
  return new AppError(
    'REGISTRY_DIGEST_MISMATCH',
    `${host}: ${what} of ${path} does not have the digest it is given under`,
  )
}

function unsupported(call: Call, reference: string): AppError {
  const { host, path } = call.access.image
  return new AppError('REGISTRY_MANIFEST_UNSUPPORTED', `${host}: the manifest ${reference} of ${path} is of schema 1`)
}

function tooLarge(call: Call, what: string, maxBytes: number): AppError {
  const { host, path } = call.access.image
  return new AppError('REGISTRY_TOO_LARGE', `${host}: ${what} of ${path} has more than ${maxBytes} bytes`)
}
