import { jsonAnswer, type Answer } from '#cli/demo/registry/answer.ts'
import { respond, type RegistryState } from '#cli/demo/registry/respond.ts'
import type { Seen } from '../listener.ts'
import type { Reply } from '../wire.ts'

/** A list that is computed, not kept: tag number `i` of `count`, in byte order, with its way back. */
export interface GeneratedTags {
  readonly count: number
  readonly tagAt: (position: number) => string
  readonly positionOf: (tag: string) => number
}

/** `main-0000000-…`: build tags of 32 characters that sort by number. */
export function generatedTags(count: number): GeneratedTags {
  return {
    count,
    tagAt: (position) => `main-${String(position).padStart(7, '0')}-${hash(position)}-linux-amd`,
    positionOf: (tag) => Number(tag.slice(5, 12)),
  }
}

/** Eight hex digits that look like those of a commit. */
function hash(position: number): string {
  return (Math.imul(position + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')
}

/** How registries differ in paging. */
export interface ListQuirks {
  /**
   * The largest page and what happens when more is asked for: `405` (ECR), `too-many` (Quay's
   * `TOO_MANY_TAGS_REQUESTED`), `cut` (Nexus: the rest is lost without a word), `smaller` (a page of that size).
   */
  readonly pageSize?: { readonly max: number; readonly above: '405' | 'too-many' | 'cut' | 'smaller' }
  /** The next page is named by a cursor that tells nobody anything (Quay). */
  readonly opaqueCursor?: boolean
  /** No entity tag: nothing can be asked for again by condition. */
  readonly noEtag?: boolean
  /** Lists that are computed, by repository. */
  readonly generated?: Readonly<Record<string, GeneratedTags>>
}

/** A page of tags, with the quirks. */
export function respondTags(state: RegistryState, quirks: ListQuirks, repository: string, request: Seen): Reply {
  const asked = withoutCursor(request)
  const { max = Infinity, above } = quirks.pageSize ?? {}
  const n = Number(asked.query.get('n') ?? 0)
  if (n > max && above === '405') return oci(405, 'UNSUPPORTED')
  if (n > max && above === 'too-many') return oci(400, 'TOO_MANY_TAGS_REQUESTED')
  const smaller = (n > max && above === 'smaller') || (n === 0 && max < Infinity && above !== 'cut')
  if (smaller) asked.query.set('n', String(max))
  const generated = quirks.generated?.[repository]
  const page = generated === undefined ? respond(state, asked) : respondGenerated(generated, repository, asked)
  const { link, etag, ...headers } = page.headers
  const lost = above === 'cut' && asked.query.has('n')
  return {
    ...page,
    headers: {
      ...headers,
      ...(etag === undefined || quirks.noEtag === true ? {} : { etag }),
      ...(link === undefined || lost ? {} : { link: quirks.opaqueCursor === true ? withCursor(link) : link }),
    },
  }
}

function oci(status: number, code: string): Answer {
  return jsonAnswer(status, { errors: [{ code, message: 'the page is too large' }] })
}

function withCursor(link: string): string {
  return link.replace(/last=([^&>]*)/, (_all, last: string) => `next_page=${Buffer.from(last).toString('base64url')}`)
}

function withoutCursor(request: Seen): Seen {
  const query = new URLSearchParams(request.query)
  const cursor = query.get('next_page')
  if (cursor !== null) query.set('last', decodeURIComponent(Buffer.from(cursor, 'base64url').toString()))
  return { ...request, query }
}

function respondGenerated(list: GeneratedTags, repository: string, request: Seen): Answer {
  const last = request.query.get('last') ?? ''
  const start = last === '' ? 0 : list.positionOf(last) + 1
  const n = Number(request.query.get('n') ?? 0)
  const end = Math.min(list.count, n === 0 ? list.count : start + n)
  const etag = `"${list.count}-${start}-${end}"`
  const target = `/v2/${repository}/tags/list?n=${n}&last=${list.tagAt(end - 1)}`
  const headers = { etag, ...(end < list.count ? { link: `<${target}>; rel="next"` } : {}) }
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: new Uint8Array() }
  const tags = Array.from({ length: Math.max(0, end - start) }, (_, offset) => list.tagAt(start + offset))
  return jsonAnswer(200, { name: repository, tags }, headers)
}
