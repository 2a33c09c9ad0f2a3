import type { KubeObject, WatchEvent } from '#io/cluster/cluster.ts'
import { keyOfEntry, type Entry, type Section } from './listing.ts'
import type { ClusterSession } from './connect.ts'

/** What happened to an object, in the words of the API. */
export interface Change extends Entry {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
}

/**
 * Tells every change after what the sections hold, until the command is stopped. What was listed is not told again.
 * `names`: only these; empty: all.
 */
export async function follow(
  sections: readonly Section[],
  names: readonly string[],
  { session, tell }: { readonly session: ClusterSession; readonly tell: (change: Change) => void },
): Promise<void> {
  const { cluster, namespace, signal } = session
  const versions = new Map(
    sections.flatMap(({ entries }) => entries.map((entry) => [keyOfEntry(entry), versionOf(entry.object)] as const)),
  )
  const hear = (entry: Entry, type: WatchEvent['type']): void => {
    const key = keyOfEntry(entry)
    const known = versions.get(key)
    if (type === 'gone') {
      if (versions.delete(key)) tell({ ...entry, type: 'DELETED' })
    } else if (known === undefined || known !== versionOf(entry.object)) {
      versions.set(key, versionOf(entry.object))
      tell({ ...entry, type: known === undefined ? 'ADDED' : 'MODIFIED' })
    }
  }
  const [name, ...others] = names
  const scope = {
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && others.length === 0 && { fieldSelector: `metadata.name=${name}` }),
  }
  await using watches = new AsyncDisposableStack()
  for (const collection of sections.flatMap(({ collections }) => collections)) {
    const watching = cluster.watch(collection.gvr, scope, (event) => {
      if (event.type === 'synced') return
      const isWanted = names.length === 0 || names.includes(event.object.metadata.name)
      if (isWanted) hear({ collection, object: event.object }, event.type)
    })
    watches.use(watching)
  }
  await aborted(signal)
}

function versionOf({ metadata }: KubeObject): string {
  return metadata.resourceVersion ?? ''
}

/** Fulfilled when the command is stopped, by a person or by its timeout. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
}
