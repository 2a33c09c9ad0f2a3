import { identify } from '#core/api/group.ts'
import { specSchemas } from '#core/api/kinds.ts'
import { parseLive } from '#core/api/live.ts'
import { keyText, type ObjectRef } from '#core/api/object-ref.ts'
import type { Log, Resource } from '#flow/ports.ts'
import type { CachedResource, KubeObject, ResourceChange } from './cluster.ts'
import { isOlder } from './objects.ts'

interface Entry {
  readonly key: ObjectRef
  readonly object: KubeObject
  readonly cached: CachedResource
}

/** Versions of deleted objects that are remembered, so that the late answer of a write does not bring one back. */
const mostGraves = 4096

/** Parsed resources by key, with what they were parsed from. An object never goes back to an older version. */
export class ResourceCache {
  /** How often a listener has thrown. */
  listenerErrors = 0
  readonly #log: Log
  readonly #entries = new Map<string, Entry>()
  readonly #graves = new Map<string, string | undefined>()
  readonly #listeners = new Set<(change: ResourceChange) => void>()
  #listed: readonly Resource[] | undefined

  constructor(log: Log) {
    this.#log = log
  }

  get(key: ObjectRef): CachedResource | undefined {
    return this.#entries.get(keyText(key))?.cached
  }

  /** The object as the server gave it. */
  object(key: ObjectRef): KubeObject | undefined {
    return this.#entries.get(keyText(key))?.object
  }

  /** Usable resources, by kind (as one feeds the next), namespace, name, group. */
  resources(): readonly Resource[] {
    this.#listed ??= [...this.#entries.values()]
      .flatMap(({ cached }) => (cached.is === 'resource' ? [cached.resource] : []))
      .map((resource) => ({ resource, order: orderOf(resource) }))
      .toSorted((a, b) => (a.order < b.order ? -1 : 1))
      .map(({ resource }) => resource)
    return this.#listed
  }

  entries(): readonly CachedResource[] {
    return [...this.#entries.values()].map(({ cached }) => cached)
  }

  onChange(listener: (change: ResourceChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes a state of an object, from a watch or as the answer to a write; an old one is passed over. */
  put(object: KubeObject): void {
    const key = keyIn(object)
    if (key === undefined) return
    const text = keyText(key)
    const known = this.#entries.get(text)
    const former = known?.object.metadata.resourceVersion ?? this.#graves.get(text)
    const { resourceVersion } = object.metadata
    if (former !== undefined && (former === resourceVersion || isOlder(resourceVersion, former))) return
    const cached = cachedOf(object)
    if (cached === undefined) return
    this.#entries.set(text, { key, object: slim(object), cached })
    this.#graves.delete(text)
    this.#tell({ key, before: known?.cached, after: cached })
  }

  remove(object: KubeObject): void {
    const key = keyIn(object)
    if (key === undefined) return
    const text = keyText(key)
    const known = this.#entries.get(text)
    this.#entries.delete(text)
    this.#bury(text, object.metadata.resourceVersion)
    if (known !== undefined) this.#tell({ key, before: known.cached, after: undefined })
  }

  #bury(text: string, version: string | undefined): void {
    this.#graves.delete(text)
    this.#graves.set(text, version)
    const [oldest] = this.#graves.keys()
    if (this.#graves.size > mostGraves && oldest !== undefined) this.#graves.delete(oldest)
  }

  #tell(change: ResourceChange): void {
    this.#listed = undefined
    for (const listener of this.#listeners) {
      try {
        listener(change)
      } catch (error) {
        const { kind, namespace, name } = change.key
        this.listenerErrors += 1
        this.#log.error('a listener of changes failed; the others go on', { error, kind, namespace, name })
      }
    }
  }
}

function keyIn({ apiVersion, kind, metadata }: KubeObject): ObjectRef | undefined {
  const identity = identify(apiVersion, kind)
  if (identity.is !== 'ours') return undefined
  return { group: identity.group, kind: identity.kind, namespace: metadata.namespace ?? 'default', name: metadata.name }
}

function cachedOf(object: KubeObject): CachedResource | undefined {
  const parsed = parseLive(object)
  return parsed.is === 'foreign' ? undefined : parsed
}

/** Spec and status live on in the parsed resource. */
function slim({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { labels: _labels, annotations: _annotations, ...rest } = metadata
  return { apiVersion, kind, metadata: rest }
}

const kinds = Object.keys(specSchemas)

function orderOf({ kind, group, metadata }: Resource): string {
  return [String(kinds.indexOf(kind)), metadata.namespace, metadata.name, group].join('\0')
}
