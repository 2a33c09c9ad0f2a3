import { randomUUID } from 'node:crypto'
import { isSame, type Json, type Stored } from './json.ts'
import type { Owners } from './ownership.ts'

/** A kind that the fake serves. */
export interface FakeKind {
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly kind: string
  readonly namespaced: boolean
  readonly shortNames?: readonly string[]
}

/** One change, as watches see it. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly version: number
  readonly collection: string
  /** The state after, of a deletion the last one with the version of the deletion. */
  readonly object: Stored
  readonly before: Stored | undefined
}

interface Entry {
  readonly object: Stored
  readonly owners: Owners
}

/** Versioned objects with their history, as etcd keeps them. */
export class Store {
  readonly #entries = new Map<string, Map<string, Entry>>()
  readonly #listeners = new Set<(change: Change) => void>()
  #history: Change[] = []
  #version = 100
  #oldest = 0

  get version(): number {
    return this.#version
  }

  /** The oldest version from which a watch can go on. */
  get oldest(): number {
    return this.#oldest
  }

  get(collection: string, name: string): Entry | undefined {
    return this.#entries.get(collection)?.get(name)
  }

  /** By name, as etcd orders them. */
  list(collection: string): readonly Stored[] {
    const entries = [...(this.#entries.get(collection) ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1))
    return entries.map(([, { object }]) => object)
  }

  /** Writes; an equal object keeps its version, and nobody hears of it. */
  put(collection: string, name: string, next: { readonly object: Json; readonly owners: Owners }): Stored {
    const entries = this.#entries.get(collection) ?? new Map<string, Entry>()
    this.#entries.set(collection, entries)
    const before = entries.get(name)?.object
    const object = this.#dated(next.object, before)
    if (
      before !== undefined &&
      isSame(
        { ...object, metadata: { ...object.metadata, resourceVersion: '' } },
        { ...before, metadata: { ...before.metadata, resourceVersion: '' } },
      )
    ) {
      entries.set(name, { object: before, owners: next.owners })
      return before
    }
    if (before !== undefined && isFinished(object)) return this.remove(collection, name) ?? before
    this.#version += 1
    const stored = withVersion(object, this.#version)
    entries.set(name, { object: stored, owners: next.owners })
    this.#tell({ type: before === undefined ? 'ADDED' : 'MODIFIED', collection, object: stored, before })
    return stored
  }

  /** Deletes, or marks for deletion while finalizers hold it. */
  remove(collection: string, name: string): Stored | undefined {
    const entries = this.#entries.get(collection)
    const entry = entries?.get(name)
    if (entries === undefined || entry === undefined) return undefined
    const { object } = entry
    if ((object.metadata.finalizers ?? []).length > 0 && object.metadata.deletionTimestamp === undefined) {
      const metadata = { ...object.metadata, deletionTimestamp: new Date().toISOString() }
      return this.put(collection, name, { object: { ...object, metadata }, owners: entry.owners })
    }
    entries.delete(name)
    this.#version += 1
    const last = withVersion(object, this.#version)
    this.#tell({ type: 'DELETED', collection, object: last, before: object })
    return last
  }

  /** Everything that happened to a collection after a version. */
  since(collection: string, version: number): readonly Change[] {
    return this.#history.filter((change) => change.collection === collection && change.version > version)
  }

  /** Forgets history, so that older versions are "gone". */
  compact(): void {
    this.#oldest = this.#version
    this.#history = []
  }

  /** Something else was written: versions grow for everybody. */
  bump(): number {
    this.#version += 1
    return this.#version
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #dated(object: Json, before: Stored | undefined): Stored {
    const { metadata } = object as Stored
    const changed = before !== undefined && !isSame((object as Stored)['spec'], before['spec'])
    return {
      ...object,
      metadata: {
        ...metadata,
        uid: before?.metadata.uid ?? randomUUID(),
        creationTimestamp: before?.metadata['creationTimestamp'] ?? new Date().toISOString().replace(/\.\d+/, ''),
        generation: (before?.metadata.generation ?? 1) + (changed ? 1 : 0),
        resourceVersion: before?.metadata.resourceVersion ?? '',
      },
    } as unknown as Stored
  }

  #tell(change: Omit<Change, 'version'>): void {
    const dated = { ...change, version: this.#version }
    this.#history.push(dated)
    for (const listener of this.#listeners) listener(dated)
  }
}

function withVersion(object: Stored, version: number): Stored {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } }
}

function isFinished({ metadata }: Stored): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0
}
