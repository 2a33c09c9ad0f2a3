import { AppError } from '#core/error.ts'
import type { Gvr, KubeObject, ObjectList, Scope } from './cluster.ts'
import { isFailure } from './failure.ts'
import { isRecord, objectIn } from './objects.ts'
import { labelOf, pathOf, queryOf, selectorsOf } from './paths.ts'
import type { Send } from './request.ts'

const pageSize = 500
const smallestPage = 10
/** A page is parsed in one go, during which nothing else runs: some 10 ms a megabyte. */
const largePageBytes = 1024 * 1024
/** Token after token expires only if the server forgets faster than it tells. */
const freshStarts = 3

interface Page {
  readonly items: readonly KubeObject[]
  readonly resourceVersion: string
  readonly next: string
  readonly bytes: number
}

/**
 * Every object of a collection, by pages. A token that has expired (410) starts the list again, so that what comes back
 * is one state. Pages shrink when objects are large. No `resourceVersion` is sent: the answer is the newest state there
 * is, not one of a cache.
 */
export async function listAll(gvr: Gvr, scope: Scope, { send, signal }: Sending): Promise<ObjectList> {
  for (let start = 1; ; start += 1) {
    try {
      return await listPages(gvr, scope, { send, signal })
    } catch (error) {
      if (!isFailure(error, 'CLUSTER_EXPIRED') || start === freshStarts) throw error
    }
  }
}

interface Sending {
  readonly send: Send
  readonly signal: AbortSignal
}

async function listPages(gvr: Gvr, scope: Scope, sending: Sending): Promise<ObjectList> {
  const items: KubeObject[] = []
  let limit = pageSize
  let token = ''
  for (;;) {
    const page = await readPage(gvr, scope, { ...sending, limit, token })
    for (const item of page.items) items.push(item)
    if (page.next === '') return { items, resourceVersion: page.resourceVersion }
    if (page.next === token) throw malformed(gvr, 'a page names itself as the next one')
    token = page.next
    if (page.bytes > largePageBytes) limit = Math.max(smallestPage, Math.ceil(limit / 2))
  }
}

async function readPage(
  gvr: Gvr,
  scope: Scope,
  { send, signal, limit, token }: Sending & { readonly limit: number; readonly token: string },
): Promise<Page> {
  const query = queryOf({ ...selectorsOf(scope), limit, continue: token === '' ? undefined : token })
  const answer = await send(
    {
      verb: 'list',
      method: 'GET',
      path: pathOf(gvr, scope) + query,
      resource: gvr.resource,
      label: labelOf(gvr, scope),
    },
    signal,
  )
  const { value } = answer
  if (!isRecord(value) || !isRecord(value['metadata'])) throw malformed(gvr, 'the answer is no list')
  const { resourceVersion, continue: next } = value['metadata']
  const listed = value['items'] ?? []
  if (!Array.isArray(listed) || typeof resourceVersion !== 'string') throw malformed(gvr, 'the answer is no list')
  const ofList = { apiVersion: String(value['apiVersion']), kind: String(value['kind']).replace(/List$/, '') }
  const items = listed.map((item) => objectIn(item, ofList))
  if (!items.every((item) => item !== undefined)) throw malformed(gvr, 'an item has no name')
  return { items, resourceVersion, next: typeof next === 'string' ? next : '', bytes: answer.bytes }
}

function malformed(gvr: Gvr, what: string): AppError {
  return new AppError('CLUSTER_MALFORMED', `list of ${labelOf(gvr)}: ${what}`)
}
