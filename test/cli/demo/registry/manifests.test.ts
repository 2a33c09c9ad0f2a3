import { describe, expect, it } from 'vitest'
import { digestOf, ensureRepository, type RegistryContent } from '#cli/demo/registry/content.ts'
import { answerManifest } from '#cli/demo/registry/manifests.ts'
import { requestOf } from '../request.ts'

const type = 'application/vnd.oci.image.manifest.v1+json'
const config = new TextEncoder().encode('{}')
const manifest = JSON.stringify({ schemaVersion: 2, mediaType: type, config: { digest: digestOf(config) }, layers: [] })
const digest = digestOf(new TextEncoder().encode(manifest))

function contentWithBlob(): RegistryContent {
  const content: RegistryContent = new Map()
  ensureRepository(content, 'a').blobs.set(digestOf(config), config)
  return content
}

function ask(content: RegistryContent, method: string, reference: string, body = '', contentType = type) {
  const request = requestOf(`${method} /v2/a/manifests/${reference}`, { 'content-type': contentType }, body)
  return answerManifest(content, { repository: 'a', reference }, request)
}

describe('a push', () => {
  it.each([
    ['by tag', '1.0', manifest, type, 201],
    ['by digest', digest, manifest, type, 201],
    ['under a foreign digest', digestOf(config), manifest, type, 400],
    ['of another media type than it says', '1.0', manifest, 'text/plain', 400],
    ['that is no JSON', '1.0', '{', type, 400],
    ['that is no manifest', '1.0', '[]', type, 400],
    ['above 4 MiB', '1.0', ' '.repeat(4 * 1024 * 1024 + 1), type, 413],
    ['before its blobs', '1.0', manifest.replace(/sha256:./, 'sha256:x'), type, 404],
    ['before its children', '1.0', '{"schemaVersion":2,"manifests":[{"digest":"sha256:0"}]}', type, 404],
    ['with a layer that lives elsewhere', '1', '{"schemaVersion":2,"layers":[{"digest":"d","urls":["u"]}]}', type, 201],
  ])('%s', (_what, reference, body, contentType, status) => {
    expect(ask(contentWithBlob(), 'PUT', reference, body, contentType).status).toBe(status)
  })

  it('names the subject that a registry with referrers must name', () => {
    const body = '{"schemaVersion":2,"subject":{"digest":"sha256:1"}}'
    expect(ask(contentWithBlob(), 'PUT', '1', body).headers['oci-subject']).toBe('sha256:1')
  })
})

describe('afterwards', () => {
  it('the exact bytes come back by tag and by digest', () => {
    const content = contentWithBlob()
    ask(content, 'PUT', '1.0', manifest)
    for (const reference of ['1.0', digest]) {
      const answer = ask(content, 'GET', reference)
      expect(new TextDecoder().decode(answer.body)).toBe(manifest)
      expect(answer.headers).toMatchObject({ 'content-type': type, 'docker-content-digest': digest })
    }
    expect(ask(content, 'GET', '2.0').status).toBe(404)
    expect(ask(content, 'POST', '1.0').status).toBe(405)
  })

  it('a deleted tag leaves the manifest, a deleted manifest takes its tags', () => {
    const content = contentWithBlob()
    for (const tag of ['1', '2', '3']) ask(content, 'PUT', tag, manifest)
    expect(ask(content, 'DELETE', '1').status).toBe(202)
    expect(ask(content, 'GET', digest).status).toBe(200)
    expect(ask(content, 'DELETE', digest).status).toBe(202)
    expect([...(content.get('a')?.tags.keys() ?? [])]).toEqual([])
    expect(ask(content, 'DELETE', digest).status).toBe(404)
  })
})
