import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Descriptor, Manifest } from '#core/image/descriptor.ts'
import type { Digest } from '#core/image/digest.ts'
import type { Tag } from '#core/image/reference.ts'
import type { RegistryClient } from '#flow/ports.ts'
import type { RegistryService } from '../services/registry.ts'
import { openClient, sourceOf } from './registry-client.ts'

const signal = new AbortController().signal
const utf8 = new TextEncoder()
const unknownDigest = `sha256:${'0'.repeat(64)}` as Digest
const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
}

/** What a `RegistryClient` promises, proven against a registry that is started for it. */
export function registrySuite(name: string, start: () => Promise<RegistryService>): void {
  describe(`a client of ${name}`, () => {
    let registry: RegistryService
    let client: RegistryClient & AsyncDisposable

    beforeAll(async () => {
      registry = await start()
      client = openClient()
    })

    afterAll(async () => {
      await client[Symbol.asyncDispose]()
      await registry[Symbol.asyncDispose]()
    })

    const source = (repository: string) => sourceOf(registry.host, repository)
    const listTags = async (repository: string) => client.listTags(source(repository), signal)
    const manifestOf = async (repository: string, reference: string): Promise<Manifest> => {
      const found = await client.manifest(source(repository), reference as Tag, signal)
      if (found === undefined) throw new Error(`${reference} is absent`)
      return found
    }
    const resolve = async (repository: string, reference: string) => {
      return client.resolve(source(repository), reference as Tag, { fresh: true }, signal)
    }
    const pushTags = async (repository: string, tags: readonly string[]) => {
      await registry.pushImage({ repository, tag: tags[0] ?? '' })
      const bytes = await registry.readManifest(repository, tags[0] ?? '')
      const rest = tags.slice(1)
      const pushSome = async () => {
        for (let tag = rest.pop(); tag !== undefined; tag = rest.pop()) {
          await registry.pushManifest(repository, tag, types.manifest, bytes)
        }
      }
      await Promise.all(Array.from({ length: 8 }, pushSome))
    }

    describe('lists tags', () => {
      it('descending by bytes, whatever they are called', async () => {
        const tags = ['1.0', '1.10', 'A', '__proto__', 'a', 'constructor', 'x'.repeat(128)]
        await pushTags('tags/odd', tags)
        const listed = await listTags('tags/odd')
        expect(listed.tags).toEqual(tags.toSorted().toReversed())
        expect(listed.dropped).toEqual({ invalid: 0, artefact: 0 })
      })

      it('all of them, of a list of several pages', async () => {
        const tags = Array.from({ length: 1234 }, (_, position) => `b${String(position).padStart(4, '0')}`)
        await pushTags('tags/many', tags)
        expect((await listTags('tags/many')).tags).toEqual(tags.toReversed())
      })

      it('without the artefacts that live under tags', async () => {
        const hex = 'a'.repeat(64)
        const artefacts = ['', '.sig', '.att', '.sbom'].map((suffix) => `sha256-${hex}${suffix}`)
        await pushTags('tags/artefacts', ['1.0', ...artefacts, 'sha256-abc'])
        const listed = await listTags('tags/artefacts')
        expect(listed.tags).toEqual(['sha256-abc', '1.0'])
        expect(listed.dropped.artefact).toBe(4)
      })

      it('as they are now, not as they were', async () => {
        await pushTags('tags/moving', ['1.0'])
        expect((await listTags('tags/moving')).tags).toEqual(['1.0'])
        expect((await listTags('tags/moving')).tags).toEqual(['1.0'])
        await registry.pushImage({ repository: 'tags/moving', tag: '1.1', createdAt: 1 })
        expect((await listTags('tags/moving')).tags).toEqual(['1.1', '1.0'])
      })

      it('of a repository in deep folders', async () => {
        await pushTags('a/b-c/d__e/f.g', ['1'])
        expect((await listTags('a/b-c/d__e/f.g')).tags).toEqual(['1'])
      })

      it('and fails for a repository that is not there', async () => {
        await expect(listTags('no/such')).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND', retry: 'interval' })
      })
    })

    describe('knows what a tag names', () => {
      it('by exact digest, type and size', async () => {
        const digest = await registry.pushImage({ repository: 'one/image', tag: '1.0' })
        const bytes = await registry.readManifest('one/image', '1.0')
        const expected = { mediaType: types.manifest, digest, size: bytes.length }
        expect(await resolve('one/image', '1.0')).toMatchObject(expected)
        expect(await resolve('one/image', digest)).toMatchObject(expected)
        expect((await manifestOf('one/image', digest)).descriptor).toMatchObject(expected)
      })

      it('over the bytes that were pushed, however they are written', async () => {
        await registry.pushImage({ repository: 'one/odd', tag: 'plain' })
        const bytes = await registry.readManifest('one/odd', 'plain')
        const odd = utf8.encode(`${JSON.stringify(JSON.parse(new TextDecoder().decode(bytes)), undefined, 7)}\n`)
        await registry.pushManifest('one/odd', 'odd', types.manifest, odd)
        const [plain, spaced] = [await manifestOf('one/odd', 'plain'), await manifestOf('one/odd', 'odd')]
        expect(spaced.descriptor.size).toBe(odd.length)
        expect(spaced.descriptor.digest).not.toBe(plain.descriptor.digest)
        expect(spaced).toMatchObject({ kind: 'image', config: (plain as ImageManifest).config })
      })

      it('after the tag moved', async () => {
        const before = await registry.pushImage({ repository: 'one/moved', tag: 'latest', createdAt: 1 })
        expect((await resolve('one/moved', 'latest'))?.digest).toBe(before)
        const after = await registry.pushImage({ repository: 'one/moved', tag: 'latest', createdAt: 2 })
        expect((await resolve('one/moved', 'latest'))?.digest).toBe(after)
        expect((await manifestOf('one/moved', 'latest')).descriptor.digest).toBe(after)
        expect((await manifestOf('one/moved', before)).descriptor.digest).toBe(before)
      })

      it('and that there is nothing', async () => {
        await pushTags('one/absent', ['1'])
        expect(await resolve('one/absent', 'no')).toBeUndefined()
        expect(await resolve('one/absent', unknownDigest)).toBeUndefined()
        expect(await client.manifest(source('one/absent'), 'no' as Tag, signal)).toBeUndefined()
        expect(await client.manifest(source('one/absent'), unknownDigest, signal)).toBeUndefined()
      })
    })

    describe('reads an image', () => {
      it('with its annotations, its layers and the config behind it', async () => {
        const createdAt = Date.UTC(2026, 0, 2, 3, 4, 5)
        await registry.pushImage({
          repository: 'image/one',
          tag: '1',
          createdAt,
          labels: { 'org.opencontainers.image.revision': 'abc' },
          annotations: { 'org.opencontainers.image.version': '1' },
        })
        const manifest = (await manifestOf('image/one', '1')) as ImageManifest
        expect(manifest).toMatchObject({ kind: 'image', annotations: { 'org.opencontainers.image.version': '1' } })
        expect(manifest.layers).toHaveLength(1)
        const config = JSON.parse(
          new TextDecoder().decode(await client.blob(source('image/one'), manifest.config, signal)),
        )
        expect(config).toMatchObject({
          os: 'linux',
          created: new Date(createdAt).toISOString(),
          config: { Labels: { 'org.opencontainers.image.revision': 'abc' } },
        })
      })

      it('for each platform of an index', async () => {
        const platforms = ['linux/amd64', 'linux/arm64', 'linux/arm/v7']
        const digest = await registry.pushImage({ repository: 'image/index', tag: '1', platforms })
        const index = (await manifestOf('image/index', '1')) as IndexManifest
        expect(index).toMatchObject({ kind: 'index', descriptor: { digest, mediaType: types.index } })
        expect(index.manifests.map((one) => one.platform)).toEqual([
          { os: 'linux', architecture: 'amd64' },
          { os: 'linux', architecture: 'arm64' },
          { os: 'linux', architecture: 'arm', variant: 'v7' },
        ])
        for (const child of index.manifests) {
          const { mediaType, digest: childDigest, size } = child
          const expected = { kind: 'image', descriptor: { mediaType, digest: childDigest, size } }
          expect(await manifestOf('image/index', childDigest)).toMatchObject(expected)
        }
      })

      it("in Docker's media types", async () => {
        await registry.pushImage({ repository: 'image/docker', tag: 'oci' })
        const bytes = await registry.readManifest('image/docker', 'oci')
        const docker = asDocker(bytes)
        await registry.pushManifest('image/docker', 'one', types.dockerManifest, docker)
        const { descriptor } = await manifestOf('image/docker', 'one')
        expect(descriptor.mediaType).toBe(types.dockerManifest)
        const list = utf8.encode(
          JSON.stringify({
            schemaVersion: 2,
            mediaType: types.dockerList,
            manifests: [{ ...descriptor, platform: { os: 'linux', architecture: 's390x' } }],
          }),
        )
        await registry.pushManifest('image/docker', 'list', types.dockerList, list)
        expect(await manifestOf('image/docker', 'list')).toMatchObject({
          kind: 'index',
          descriptor: { mediaType: types.dockerList },
          manifests: [{ digest: descriptor.digest, platform: { architecture: 's390x' } }],
        })
      })

      it('but no blob that is not there', async () => {
        await pushTags('image/blob', ['1'])
        const descriptor: Descriptor = { mediaType: 'application/octet-stream', digest: unknownDigest, size: 1 }
        expect(await client.blob(source('image/blob'), descriptor, signal)).toBeUndefined()
      })
    })

    describe('finds what refers to an image', () => {
      it('by the API, or by the tag that stands in for it', async () => {
        const subject = await registry.pushImage({ repository: 'refer/some', tag: '1' })
        expect(await client.referrers(source('refer/some'), subject, signal)).toEqual([])
        const referrer = await pushReferrer(registry, 'refer/some', subject)
        expect(await client.referrers(source('refer/some'), subject, signal)).toMatchObject([
          { digest: referrer, artifactType: 'application/vnd.example.signature' },
        ])
      })
    })

    describe('sees deletion', () => {
      it('of an image with all its tags', async () => {
        const digest = await registry.pushImage({ repository: 'delete/image', tag: '1', createdAt: 1 })
        await registry.pushImage({ repository: 'delete/image', tag: '2', createdAt: 2 })
        expect((await listTags('delete/image')).tags).toEqual(['2', '1'])
        await registry.deleteManifest('delete/image', digest)
        expect((await listTags('delete/image')).tags).toEqual(['2'])
        expect(await resolve('delete/image', '1')).toBeUndefined()
      })
    })
  })
}

type ImageManifest = Extract<Manifest, { kind: 'image' }>
type IndexManifest = Extract<Manifest, { kind: 'index' }>

function asDocker(manifest: Uint8Array): Uint8Array {
  const text = new TextDecoder()
    .decode(manifest)
    .replaceAll(types.manifest, types.dockerManifest)
    .replaceAll('application/vnd.oci.image.config.v1+json', 'application/vnd.docker.container.image.v1+json')
    .replaceAll('application/vnd.oci.image.layer.v1.tar+gzip', 'application/vnd.docker.image.rootfs.diff.tar.gzip')
  return utf8.encode(text)
}

/** As clients do: the artefact names its subject, and the tag of the subject's digest holds an index for old registries. */
async function pushReferrer(registry: RegistryService, repository: string, subject: Digest): Promise<Digest> {
  const artifactType = 'application/vnd.example.signature'
  const size = (await registry.readManifest(repository, subject)).length
  const tag = 'signature'
  await registry.pushImage({ repository, tag, labels: { role: 'signature' } })
  const image = JSON.parse(new TextDecoder().decode(await registry.readManifest(repository, tag)))
  const artefact = utf8.encode(
    JSON.stringify({ ...image, artifactType, subject: { mediaType: types.manifest, digest: subject, size } }),
  )
  await registry.pushManifest(repository, tag, types.manifest, artefact)
  const digest = `sha256:${Buffer.from(await crypto.subtle.digest('SHA-256', artefact)).toString('hex')}` as Digest
  const entry = { mediaType: types.manifest, digest, size: artefact.length, artifactType }
  const index = { schemaVersion: 2, mediaType: types.index, manifests: [entry] }
  await registry.pushManifest(repository, subject.replace(':', '-'), types.index, utf8.encode(JSON.stringify(index)))
  return digest
}
