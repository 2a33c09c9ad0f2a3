import { z } from '#core/schema.ts'
import { emptyAnswer, errorAnswer, jsonAnswer, withEtag, type Answer, type RegistryRequest } from './answer.ts'
import { digestOf, type RegistryContent, type StoredManifest } from './content.ts'

/** `GET /v2/<repository>/tags/list?n=&last=`: tags in byte order, a Link to the next page, an entity tag. */
export function answerTags(content: RegistryContent, repository: string, request: RegistryRequest): Answer {
  const found = content.get(repository)
  if (found === undefined) return errorAnswer(404, 'NAME_UNKNOWN', `repository ${repository} is not known`)
  const limit = parseLimit(request.query.get('n'))
  if (limit === undefined) return errorAnswer(400, 'UNSUPPORTED', 'n is not a number')
  const last = request.query.get('last') ?? ''
  const rest = [...found.tags.keys()].toSorted().filter((tag) => tag > last)
  const tags = rest.slice(0, limit)
  const next = tags.length > 0 && tags.length < rest.length ? nextLink(repository, limit, tags.at(-1) ?? '') : {}
  const page = jsonAnswer(200, { name: repository, tags }, next)
  return withEtag(page, `"${digestOf(page.body)}"`, request)
}

function parseLimit(text: string | null): number | undefined {
  if (text === null) return Infinity
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

function nextLink(repository: string, limit: number, last: string): Record<string, string> {
  return { link: `</v2/${repository}/tags/list?n=${limit}&last=${encodeURIComponent(last)}>; rel="next"` }
}

const referring = z.looseObject({
  artifactType: z.string().optional(),
  config: z.looseObject({ mediaType: z.string() }).optional(),
  subject: z.looseObject({ digest: z.string() }).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
})

/** `GET /v2/<repository>/referrers/<digest>`: an index of the manifests whose subject is this digest. */
export function answerReferrers(
  content: RegistryContent,
  route: { readonly repository: string; readonly digest: string },
  request: RegistryRequest,
): Answer {
  if (request.method !== 'GET') return emptyAnswer(405)
  const stored = content.get(route.repository)?.manifests.values() ?? []
  const all = [...stored].flatMap((manifest) => referrerOf(manifest, route.digest))
  const wanted = request.query.get('artifactType')
  const manifests = wanted === null ? all : all.filter((one) => one.artifactType === wanted)
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  const filters = wanted === null ? {} : { 'oci-filters-applied': 'artifactType' }
  return jsonAnswer(200, { schemaVersion: 2, mediaType, manifests }, { 'content-type': mediaType, ...filters })
}

function referrerOf(manifest: StoredManifest, subject: string) {
  const parsed = referring.safeParse(JSON.parse(new TextDecoder().decode(manifest.bytes)))
  if (!parsed.success || parsed.data.subject?.digest !== subject) return []
  const { artifactType, config, annotations } = parsed.data
  const type = artifactType ?? config?.mediaType
  return [
    {
      mediaType: manifest.mediaType,
      digest: manifest.digest,
      size: manifest.bytes.length,
      ...(type === undefined ? {} : { artifactType: type }),
      ...(annotations === undefined ? {} : { annotations }),
    },
  ]
}
