import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Digest } from '#core/image/digest.ts'
import { errorAnswer, type Answer, type RegistryRequest } from './registry/answer.ts'
import { ensureRepository, putManifest } from './registry/content.ts'
import { buildImage, type ImageOptions } from './registry/image.ts'
import { respond, type RegistryState } from './registry/respond.ts'

/** A whole OCI registry in this process, on a loopback port, gone when its scope ends. */
export interface DemoRegistry extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** `127.0.0.1:PORT`, what stands before the first `/` of an image name. */
  readonly host: string
  readonly state: RegistryState
  /** Makes an image and puts it under the tag; gives the digest that the tag then names. */
  pushImage(options: ImageOptions): Digest
  /** Takes a tag away; its manifest stays. */
  deleteTag(repository: string, tag: string): void
}

/** Where to listen, and who may answer first. */
export interface DemoRegistryOptions {
  /** Default 0: any free port. */
  readonly port?: number
}

/** Far more than an image of ours; what a client sends beyond is refused. */
const maxBodyBytes = 16 * 1024 * 1024

/** Starts the registry. Nothing is kept on disk, no login is asked for. */
export async function openDemoRegistry(options: DemoRegistryOptions = {}): Promise<DemoRegistry> {
  const state = emptyRegistry()
  const server = createServer((incoming, outgoing) => {
    readRequest(incoming)
      .then((request) => (request === undefined ? tooLarge() : respond(state, request)))
      .then((answer) => sendAnswer(outgoing, answer))
      .catch(() => outgoing.destroy())
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `http://${host}`,
    host,
    state,
    pushImage: (image) => pushInto(state, image),
    deleteTag: (repository, tag) => void state.content.get(repository)?.tags.delete(tag),
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** A registry that holds nothing. */
export function emptyRegistry(): RegistryState {
  return { content: new Map(), uploads: new Map() }
}

/** Makes an image and keeps it, without a request; gives the digest that the tag then names. */
export function pushInto(state: RegistryState, options: ImageOptions): Digest {
  const repository = ensureRepository(state.content, options.repository)
  const image = buildImage(options)
  for (const blob of image.blobs) repository.blobs.set(blob.digest, blob.bytes)
  for (const child of image.children) putManifest(repository, child)
  return putManifest(repository, image.root, options.tag).digest
}

/** The request with its body, read to the end; undefined when that is above 16 MiB. */
async function readRequest(incoming: IncomingMessage): Promise<RegistryRequest | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= maxBodyBytes) chunks.push(chunk)
  }
  if (size > maxBodyBytes) return undefined
  const [path = '/', query = ''] = splitOnce(incoming.url ?? '/', '?')
  const { method = 'GET', headers } = incoming
  return { method, path, query: new URLSearchParams(query), headers, body: Buffer.concat(chunks) }
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function tooLarge(): Answer {
  return errorAnswer(413, 'SIZE_INVALID', 'the body is too large')
}

function sendAnswer(outgoing: ServerResponse, answer: Answer): void {
  const length = answer.status === 304 || answer.status === 204 ? {} : { 'content-length': answer.body.length }
  outgoing.writeHead(answer.status, { ...answer.headers, ...length }).end(answer.body)
}
