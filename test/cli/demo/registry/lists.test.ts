import { describe, expect, it } from 'vitest'
import { ensureRepository, putManifest, type RegistryContent } from '#cli/demo/registry/content.ts'
import { answerReferrers, answerTags } from '#cli/demo/registry/lists.ts'
import { jsonOf, requestOf } from '../request.ts'

function contentWith(tags: readonly string[]): RegistryContent {
  const content: RegistryContent = new Map()
  const repository = ensureRepository(content, 'a')
  for (const tag of tags) putManifest(repository, { mediaType: 'x', bytes: new TextEncoder().encode('{}') }, tag)
  return content
}

describe('answerTags', () => {
  const content = contentWith(['c', 'B', 'a_b', 'd'])

  it.each([
    ['', ['B', 'a_b', 'c', 'd'], undefined],
    ['?n=4', ['B', 'a_b', 'c', 'd'], undefined],
    ['?n=2', ['B', 'a_b'], '</v2/a/tags/list?n=2&last=a_b>; rel="next"'],
    ['?n=2&last=a_b', ['c', 'd'], undefined],
    ['?last=a', ['a_b', 'c', 'd'], undefined],
    ['?last=z', [], undefined],
    ['?n=0', [], undefined],
  ])('lists %s in byte order', (query, tags, link) => {
    const answer = answerTags(content, 'a', requestOf(`GET /v2/a/tags/list${query}`))
    expect(jsonOf(answer)).toEqual({ name: 'a', tags })
    expect(answer.headers['link']).toBe(link)
  })

  it('refuses a number that is none, and a repository it does not know', () => {
    expect(answerTags(content, 'a', requestOf('GET /v2/a/tags/list?n=x')).status).toBe(400)
    expect(answerTags(content, 'b', requestOf('GET /v2/b/tags/list')).status).toBe(404)
  })

  it('says 304 until a tag changes', () => {
    const changing = contentWith(['1'])
    const etag = answerTags(changing, 'a', requestOf('GET /v2/a/tags/list')).headers['etag'] ?? ''
    const again = requestOf('GET /v2/a/tags/list', { 'if-none-match': etag })
    expect(answerTags(changing, 'a', again).status).toBe(304)
    ensureRepository(changing, 'a').tags.set('2', 'sha256:0')
    expect(answerTags(changing, 'a', again).status).toBe(200)
  })
})

describe('answerReferrers', () => {
  const subject = `sha256:${'1'.repeat(64)}`
  const content = contentWith(['unrelated'])
  const signature = { artifactType: 'application/signature', subject: { digest: subject }, annotations: { k: 'v' } }
  const bom = { config: { mediaType: 'application/bom' }, subject: { digest: subject } }
  for (const value of [signature, bom]) {
    const bytes = new TextEncoder().encode(JSON.stringify(value))
    putManifest(ensureRepository(content, 'a'), { mediaType: 'm', bytes })
  }

  it.each([
    ['', ['application/signature', 'application/bom'], undefined],
    ['?artifactType=application/bom', ['application/bom'], 'artifactType'],
    ['?artifactType=none', [], 'artifactType'],
  ])('lists what refers to a digest%s', (query, types, applied) => {
    const request = requestOf(`GET /v2/a/referrers/${subject}${query}`)
    const answer = answerReferrers(content, { repository: 'a', digest: subject }, request)
    const { manifests } = jsonOf(answer) as { manifests: { artifactType: string }[] }
    expect(manifests.map((one) => one.artifactType)).toEqual(types)
    expect(answer.headers['oci-filters-applied']).toBe(applied)
  })

  it('lists nothing, without an error, for what nobody refers to', () => {
    const answer = answerReferrers(content, { repository: 'b', digest: subject }, requestOf('GET /x'))
    expect([answer.status, jsonOf(answer)]).toMatchObject([200, { manifests: [] }])
    expect(answerReferrers(content, { repository: 'a', digest: subject }, requestOf('PUT /x')).status).toBe(405)
  })
})
