import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Digest } from '#core/image/digest.ts'
import { buildImage, type ImageOptions } from '#cli/demo/registry/image.ts'
import { findProgram, startProgram } from './process.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A registry to read from, with the ways a test fills it. */
export interface RegistryService extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** `127.0.0.1:PORT` */
  readonly host: string
  /** Makes an image and pushes it; gives the digest that the tag then names. */
  pushImage(options: ImageOptions): Promise<Digest>
  /** The exact bytes of a manifest that is there. */
  readManifest(repository: string, reference: string): Promise<Uint8Array>
  /** Puts exact bytes under a tag or digest. */
  pushManifest(repository: string, reference: string, mediaType: string, bytes: Uint8Array): Promise<void>
  /** Deletes a manifest by digest, its tags with it. */
  deleteManifest(repository: string, digest: Digest): Promise<void>
}

/**
 * Starts CNCF Distribution: Debian's `docker-registry` if it is installed, else the image `registry:2`.
 * It keeps its content in a folder or container of its own and allows deletion.
 */
export async function startRegistry(): Promise<RegistryService> {
  const program = await findProgram('docker-registry')
  return program === undefined ? startContainer() : startInstalled(program)
}

const config = `
version: 0.1
log: { accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: content }, delete: { enabled: true } }
http: { addr: '127.0.0.1:0', secret: test }
`

async function startInstalled(command: string): Promise<RegistryService> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder('registry'))
  await writeFile(join(folder.path, 'config.yml'), config)
  const program = stack.use(
    await startProgram({
      command,
      args: ['serve', 'config.yml'],
      cwd: folder.path,
      isReady: async (output) => findHost(output()) !== undefined,
    }),
  )
  const host = findHost(program.output()) ?? ''
  const resources = stack.move()
  return { ...overHttp(host), [Symbol.asyncDispose]: async () => resources.disposeAsync() }
}

/** It chooses the port and says which. */
function findHost(output: string): string | undefined {
  return /listening on (127\.0\.0\.1:\d+)/.exec(output)?.[1]
}

async function startContainer(): Promise<RegistryService> {
  const { GenericContainer } = await import('testcontainers')
  const asked = new GenericContainer('registry:2')
    .withExposedPorts(5000)
    .withEnvironment({ REGISTRY_STORAGE_DELETE_ENABLED: 'true' })
  const container = await asked.start().catch((error: unknown) => {
    throw new Error('no registry to test with: install docker-registry (apt) or start Docker', { cause: error })
  })
  const host = `${container.getHost()}:${container.getMappedPort(5000)}`
  return { ...overHttp(host), [Symbol.asyncDispose]: async () => void (await container.stop()) }
}

function overHttp(host: string): Omit<RegistryService, keyof AsyncDisposable> {
  const url = `http://${host}`
  return {
    url,
    host,
    pushImage: async (options) => pushImage(url, options),
    readManifest: async (repository, reference) => {
      const headers = { accept: manifestTypes.join(', ') }
      const answer = await fetch(`${url}/v2/${repository}/manifests/${reference}`, { headers })
      return new Uint8Array(await answer.arrayBuffer())
    },
    pushManifest: async (repository, reference, mediaType, bytes) => {
      await send(`${url}/v2/${repository}/manifests/${reference}`, 'PUT', bytes, { 'content-type': mediaType })
    },
    deleteManifest: async (repository, digest) => {
      await send(`${url}/v2/${repository}/manifests/${digest}`, 'DELETE')
    },
  }
}

/** A registry changes, or hides, what was pushed in a type that is not named. */
const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

async function pushImage(url: string, options: ImageOptions): Promise<Digest> {
  const base = `${url}/v2/${options.repository}`
  const image = buildImage(options)
  for (const blob of image.blobs) {
    const started = await send(`${base}/blobs/uploads/`, 'POST')
    const location = new URL(started.headers.get('location') ?? '', base)
    location.searchParams.set('digest', blob.digest)
    await send(location, 'PUT', blob.bytes, { 'content-type': 'application/octet-stream' })
  }
  for (const { mediaType, digest, bytes } of image.children) {
    await send(`${base}/manifests/${digest}`, 'PUT', bytes, { 'content-type': mediaType })
  }
  const { mediaType, digest, bytes } = image.root
  await send(`${base}/manifests/${options.tag}`, 'PUT', bytes, { 'content-type': mediaType })
  return digest
}

async function send(
  target: string | URL,
  method: string,
  body?: Uint8Array,
  headers: Record<string, string> = {},
): Promise<Response> {
  const answer = await fetch(target, { method, headers, ...(body === undefined ? {} : { body: body.slice() }) })
  await answer.arrayBuffer()
  if (!answer.ok) throw new Error(`${method} ${String(target)}: ${answer.status}`)
  return answer
}
