import type { KubeObject, ObjectList, WatchEvent } from './cluster.ts'
import { isOlder, nameText } from './objects.ts'

interface Entry {
  /** Undefined for one that was deleted: its version still tells an old event from a new object. */
  readonly object: KubeObject | undefined
  readonly version: string | undefined
}

/**
 * What a watch has told so far. Events that come twice, late, or from a server that is behind change nothing: an object
 * never goes back to an older version.
 */
export class Known {
  readonly #entries = new Map<string, Entry>()
  #version: string | undefined
  /** Of the last list: what it did not hold did not exist then. */
  #listed: string | undefined

  /** The newest version that was seen: where a watch goes on. Undefined before the first list. */
  get version(): string | undefined {
    return this.#version
  }

  /** Would taking this list mean going back in time? */
  isBehind(list: ObjectList): boolean {
    return isOlder(list.resourceVersion, this.#version)
  }

  /** Takes a whole collection: what differs, then what is gone. One that is older than what is known begins anew. */
  replace(list: ObjectList): readonly WatchEvent[] {
    if (this.isBehind(list)) return [...this.#forgetVersions(), ...this.replace(list)]
    const listed = new Set(list.items.map(({ metadata }) => nameText(metadata)))
    const gone: WatchEvent[] = []
    for (const [name, { object }] of this.#entries) {
      if (listed.has(name)) continue
      this.#entries.delete(name)
      if (object !== undefined) gone.push({ type: 'gone', object })
    }
    this.#listed = undefined
    const put = list.items.flatMap((object) => this.put(object))
    this.#listed = list.resourceVersion
    this.#version = list.resourceVersion
    return [...put, ...gone, { type: 'synced' }]
  }

  /** Everything is gone, as when a CustomResourceDefinition is deleted. */
  clear(): readonly WatchEvent[] {
    const objects = [...this.#entries.values()].flatMap(({ object }) => object ?? [])
    this.#entries.clear()
    this.#version = undefined
    this.#listed = undefined
    return objects.map((object) => ({ type: 'gone', object }))
  }

  /** After a backup was restored versions are given out again: everything goes, without a version, and comes back. */
  #forgetVersions(): readonly WatchEvent[] {
    return this.clear().map((event) => {
      if (event.type === 'synced') return event
      const { resourceVersion: _void, ...metadata } = event.object.metadata
      return { ...event, object: { ...event.object, metadata } }
    })
  }

  put(object: KubeObject): readonly WatchEvent[] {
    return this.#isNews(object) ? [{ type: 'put', object: this.#remember(object) }] : []
  }

  /** `object` is the last state with the version of its deletion. */
  remove(object: KubeObject): readonly WatchEvent[] {
    const name = nameText(object.metadata)
    const known = this.#entries.get(name)
    if (!this.#isNews(object)) return []
    this.advance(object.metadata.resourceVersion)
    this.#entries.set(name, { object: undefined, version: object.metadata.resourceVersion })
    return known?.object === undefined ? [] : [{ type: 'gone', object }]
  }

  /** A bookmark: nothing up to here is missing. */
  advance(version: string | undefined): void {
    if (version !== undefined && !isOlder(version, this.#version)) this.#version = version
  }

  #isNews({ metadata }: KubeObject): boolean {
    const known = this.#entries.get(nameText(metadata))
    const former = known === undefined ? this.#listed : known.version
    if (former === undefined) return true
    return metadata.resourceVersion !== former && !isOlder(metadata.resourceVersion, former)
  }

  #remember(object: KubeObject): KubeObject {
    this.advance(object.metadata.resourceVersion)
    const { apiVersion, kind, metadata } = object // spec and status are the listener's to keep
    const name = nameText(metadata)
    this.#entries.set(name, { object: { apiVersion, kind, metadata }, version: metadata.resourceVersion })
    return object
  }
}
