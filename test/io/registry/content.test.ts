import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Digest } from '#core/image/digest.ts'
import type { Tag } from '#core/image/reference.ts'
import { Content } from '#io/registry/content.ts'
import type { Question } from '#io/registry/exchange.ts'
import { HostMemory } from '#io/registry/host-memory.ts'
import type { Reply } from '../../fakes/wire.ts'
import { callTo, configOf, reply, scripted, signal, testClock } from './harness.ts'

const type = 'application/vnd.oci.image.manifest.v1+json'
const hash = (text: string, algorithm = 'sha256') =>
  `${algorithm}:${createHash(algorithm).update(text).digest('hex')}` as Digest
const config = '{"os":"linux"}'
const manifest = JSON.stringify({ config: { mediaType: 'x', digest: hash(config), size: config.length }, layers: [] })
const digest = hash(manifest)
const tag = '1.0' as Tag
const head = (named: string | undefined = digest, extra = {}) =>
  reply(200, {
    'content-type': type,
    'content-length': '7',
    ...(named !== undefined && { 'docker-content-digest': named }),
    ...extra,
  })
const body = (text = manifest, headers = {}) => reply(200, { 'content-type': type, ...headers }, text)

function content(script: (what: string, question: Question) => Reply, clock = testClock()) {
  const { exchange, asked } = scripted((question) =>
    script(`${question.method} ${question.target.replace('/v2/a/b/', '')}`, question),
  )
  const memory = new HostMemory([], clock)
  const read = new Content({ exchange, memory, clock, config: configOf() })
  const call = callTo('r.io/a/b')
  return {
    memory,
    clock,
    asked: () => asked.map((one) => one.replace('/v2/a/b/manifests/', '').replace(digest, 'DIGEST')),
    resolve: async (reference: Tag | Digest = tag, fresh = true) => read.resolve(call, reference, { fresh, signal }),
    manifest: async (reference: Tag | Digest = tag, as = call) => read.manifest(as, reference, signal),
    blob: async (blob: Digest, size = 1, as = call) => read.blob(as, { mediaType: 'x', digest: blob, size }, signal),
  }
}

describe('resolve', () => {
  it('asks by HEAD, and once by the digest that it is told', async () => {
    const { resolve, asked } = content(() => head())
    expect(await resolve()).toEqual({ mediaType: type, digest, size: 7 })
    await resolve()
    expect(asked()).toEqual(['HEAD 1.0', 'HEAD DIGEST', 'HEAD 1.0'])
  })

  it('answers a known digest without a request, unless it has to be fresh', async () => {
    const { resolve, asked } = content(() => head())
    await resolve(digest)
    expect(await resolve(digest, false)).toEqual({ mediaType: type, digest, size: 7 })
    await resolve(digest, true)
    expect(asked()).toEqual(['HEAD DIGEST', 'HEAD DIGEST'])
  })

  it.each([400, 404, 405, 501])('asks by GET where HEAD is answered %i', async (status) => {
    const { resolve, asked } = content((what) => (what.startsWith('HEAD') ? reply(status) : body()))
    expect(await resolve()).toMatchObject({ digest, size: manifest.length })
    expect(asked()).toEqual(['HEAD 1.0', 'GET 1.0'])
  })

  it.each([undefined, 'sha256:short', 'md5:x'])('asks by GET where HEAD names the digest %j', async (named) => {
    const { resolve, asked } = content((what) =>
      what.startsWith('HEAD') ? head(named, named === undefined ? {} : {}) : body(),
    )
    const answered = named === undefined ? head() : head(named)
    expect(answered.status).toBe(200)
    expect(await resolve()).toMatchObject({ digest })
    expect(asked().at(-1)).toMatch(/^(?:GET 1\.0|HEAD DIGEST)$/)
  })

  it('asks by GET where the digest of the HEAD is not there', async () => {
    const { resolve, asked } = content((what) => {
      if (what === 'HEAD manifests/1.0') return head()
      return what.startsWith('HEAD') ? reply(404) : body()
    })
    expect(await resolve()).toMatchObject({ digest, size: manifest.length })
    expect(asked()).toEqual(['HEAD 1.0', 'HEAD DIGEST'].concat(asked().slice(2)))
  })

  it('takes 404 for final only where HEAD has worked before', async () => {
    const { resolve, memory, asked } = content(() => reply(404))
    expect(await resolve()).toBeUndefined()
    memory.keepHeadWorks('r.io')
    expect(await resolve()).toBeUndefined()
    expect(asked()).toEqual(['HEAD 1.0', 'GET 1.0', 'HEAD 1.0'])
  })

  it.each([
    ['an error', () => reply(500), 'REGISTRY_UNAVAILABLE'],
    [
      'schema 1',
      () => head(digest, { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' }),
      'REGISTRY_MANIFEST_UNSUPPORTED',
    ],
  ])('fails for %s', async (_name, script, code) => {
    await expect(content(script).resolve()).rejects.toMatchObject({ code })
  })
})

describe('manifests', () => {
  it('have the digest of their bytes, whatever the header is', async () => {
    expect(await content(() => body()).manifest()).toMatchObject({
      kind: 'image',
      descriptor: { digest, mediaType: type },
    })
    const sha512 = hash(manifest, 'sha512')
    const named = content(() => body(manifest, { 'docker-content-digest': sha512 }))
    expect(await named.manifest()).toMatchObject({ descriptor: { digest: sha512 } })
  })

  it('with another digest in the header count if the registry knows them by their own', async () => {
    const wrong = hash('other')
    const known = content((what) =>
      what.startsWith('HEAD') ? head() : body(manifest, { 'docker-content-digest': wrong }),
    )
    expect(await known.manifest()).toMatchObject({ descriptor: { digest } })
    expect(known.asked()).toEqual(['GET 1.0', 'HEAD DIGEST'])
    const unknown = content((what) =>
      what.startsWith('HEAD') ? reply(404) : body(manifest, { 'docker-content-digest': wrong }),
    )
    await expect(unknown.manifest()).rejects.toMatchObject({ code: 'REGISTRY_DIGEST_MISMATCH' })
  })

  it('by digest must have it', async () => {
    await expect(content(() => body(`${manifest} `)).manifest(digest)).rejects.toMatchObject({
      code: 'REGISTRY_DIGEST_MISMATCH',
    })
  })

  it('are undefined where they are absent', async () => {
    expect(await content(() => reply(404)).manifest()).toBeUndefined()
  })

  it('by digest are fetched once, by tag asked about by HEAD from the second time on', async () => {
    const { manifest: read, asked } = content((what) => (what.startsWith('HEAD') ? head() : body()))
    await read(digest)
    await read(digest)
    expect(asked()).toEqual(['GET DIGEST'])
    await read()
    await read()
    expect(asked()).toEqual(['GET DIGEST', 'GET 1.0', 'HEAD 1.0'])
  })

  it('are read anew where the tag has moved', async () => {
    const moved = `${manifest}\n`
    const state = { text: manifest }
    const { manifest: read, asked } = content((what) =>
      what.startsWith('HEAD') ? head(hash(state.text)) : body(state.text),
    )
    await read()
    state.text = moved
    expect(await read()).toMatchObject({ descriptor: { digest: hash(moved) } })
    expect(asked()).toEqual(['GET 1.0', 'HEAD 1.0', 'GET 1.0'])
  })

  it('that somebody else has read are not given to who has not proven access, nor after a day', async () => {
    const {
      manifest: read,
      asked,
      clock,
    } = content((what, { call }) => {
      if (call.access.credentialId === 'anon') return reply(404)
      return what.startsWith('HEAD') ? head() : body()
    })
    const somebody = callTo('r.io/a/b', { credentialId: 'secret:a' })
    expect(await read(digest, somebody)).toBeDefined()
    expect(await read(digest)).toBeUndefined()
    expect(await read(digest, callTo('r.io/a/other', { credentialId: 'secret:a' }))).toBeDefined()
    expect(asked()).toHaveLength(3)
    clock.pass(86_400_000)
    await read(digest, somebody)
    expect(asked()).toHaveLength(4)
  })

  it.each([
    ['no JSON', 'x', 'REGISTRY_BAD_RESPONSE'],
    ['schema 1', '{"schemaVersion":1}', 'REGISTRY_MANIFEST_UNSUPPORTED'],
  ])('fail as %s', async (_name, text, code) => {
    await expect(content(() => body(text)).manifest()).rejects.toMatchObject({ code })
  })

  it('of schema 1 by type are told as such, though their digest is not over their bytes', async () => {
    const headers = {
      'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws',
      'docker-content-digest': hash('x'),
    }
    await expect(content(() => body('{}', headers)).manifest()).rejects.toMatchObject({
      code: 'REGISTRY_MANIFEST_UNSUPPORTED',
    })
  })
})

describe('blobs', () => {
  it('are proven, and fetched once for each who may', async () => {
    const { blob, asked } = content((_what, { call }) =>
      call.access.credentialId === 'anon' ? body(config) : reply(404),
    )
    expect(Buffer.from((await blob(hash(config))) ?? '').toString()).toBe(config)
    await blob(hash(config))
    expect(await blob(hash(config), 1, callTo('r.io/a/b', { credentialId: 'secret:a' }))).toBeUndefined()
    expect(asked()).toHaveLength(2)
  })

  it.each([
    ['other bytes', 1, 'REGISTRY_DIGEST_MISMATCH'],
    ['too many, as announced', 4 * 1024 * 1024 + 1, 'REGISTRY_TOO_LARGE'],
  ])('fail for %s', async (_name, size, code) => {
    await expect(content(() => body('other')).blob(hash(config), size)).rejects.toMatchObject({ code })
  })
})
