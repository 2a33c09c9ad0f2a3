import { randomBytes } from 'node:crypto'
import { isRecord, mergePatch, type Json, type Stored } from './json.ts'
import { applyFields, ownChanges, type Owners } from './ownership.ts'
import { conflict, notFound, Refused } from './status.ts'
import type { FakeKind, Store } from './store.ts'

/** A write as it came in. */
export interface Write {
  readonly kind: FakeKind
  readonly namespace: string | undefined
  /** '' for a POST to the collection. */
  readonly name: string
  readonly subresource: string | undefined
  readonly query: URLSearchParams
  readonly type: string
  readonly body: unknown
}

export function collectionOf({ group, resource }: FakeKind): string {
  return `${group}/${resource}`
}

export function keyOf(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`
}

/** What writes do to objects: versions, generations, subresources, owners of fields. */
export class Objects {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  read({ kind, namespace, name }: Pick<Write, 'kind' | 'namespace' | 'name'>): { object: Stored; owners: Owners } {
    const entry = this.#store.get(collectionOf(kind), keyOf(namespace, name))
    if (entry === undefined) throw notFound(kind.resource, kind.group, name)
    return entry
  }

  create(write: Write): Stored {
    const object = this.#shaped(write, write.body)
    const { name } = object.metadata
    if (this.#store.get(collectionOf(write.kind), keyOf(write.namespace, name)) !== undefined) {
      throw new Refused(409, 'AlreadyExists', `${write.kind.resource} "${name}" already exists`, { name })
    }
    const { status: _dropped, ...withoutStatus } = object
    const owners = ownChanges({}, withoutStatus, { owners: new Map(), manager: managerOf(write, 'Update') })
    return this.#put({ ...write, name }, { object: withoutStatus, owners })
  }

  replace(write: Write): Stored {
    const { object: live } = this.read(write)
    const wanted = this.#shaped(write, write.body)
    if (
      isRecord(write.body) &&
      isRecord(write.body['metadata']) &&
      write.body['metadata']['resourceVersion'] !== undefined
    ) {
      this.#compare(write, live, write.body['metadata'])
    }
    return this.#update(write, wanted)
  }

  patch(write: Write): Stored {
    if (write.type === 'application/apply-patch+yaml') return this.#apply(write)
    const { object: live } = this.read(write)
    if (write.type !== 'application/merge-patch+json') throw new Refused(415, 'UnsupportedMediaType', 'not understood')
    const patched = mergePatch(live, write.body) as Stored
    if (isRecord(write.body) && isRecord(write.body['metadata'])) this.#compare(write, live, write.body['metadata'])
    return this.#update(write, patched)
  }

  remove(write: Write): Json {
    const { object } = this.read(write)
    const preconditions =
      isRecord(write.body) && isRecord(write.body['preconditions']) ? write.body['preconditions'] : {}
    const { uid } = preconditions
    if (uid !== undefined && uid !== object.metadata.uid) throw conflict(write.kind.resource, write.name)
    this.#store.remove(collectionOf(write.kind), keyOf(write.namespace, write.name))
    return { kind: 'Status', apiVersion: 'v1', status: 'Success' }
  }

  #apply(write: Write): Stored {
    const entry = this.#store.get(collectionOf(write.kind), keyOf(write.namespace, write.name))
    const { metadata = {}, ...sections } = isRecord(write.body) ? write.body : {}
    if (entry === undefined && write.subresource !== undefined)
      throw notFound(write.kind.resource, write.kind.group, write.name)
    const live = entry?.object ?? this.#shaped(write, { metadata: { name: write.name } })
    if (entry !== undefined && isRecord(metadata)) this.#compare(write, entry.object, metadata)
    const { labels, annotations } = isRecord(metadata) ? metadata : {}
    const meta = { ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) }
    const { apiVersion: _version, kind: _kind, status, ...rest } = sections
    const main = { ...rest, ...(Object.keys(meta).length === 0 ? {} : { metadata: meta }) }
    const fields = write.subresource === 'status' ? (status === undefined ? {} : { status }) : main
    const applied = applyFields(live, entry?.owners ?? new Map(), {
      manager: managerOf(write, 'Apply'),
      fields,
      force: write.query.get('force') === 'true',
    })
    if (applied.conflicts.length > 0) throw managerConflict(applied.conflicts)
    return this.#put(write, { object: applied.object, owners: applied.owners })
  }

  #compare(write: Write, live: Stored, given: Json): void {
    const { uid, resourceVersion } = given
    const isOther = uid !== undefined && uid !== live.metadata.uid
    if (isOther || (resourceVersion !== undefined && resourceVersion !== live.metadata.resourceVersion)) {
      throw conflict(write.kind.resource, write.name)
    }
  }

  /** With the status subresource only the status is taken, without it everything else. */
  #update(write: Write, wanted: Stored): Stored {
    const { object: live, owners } = this.read(write)
    const next: Json =
      write.subresource === 'status' ? { ...live, status: wanted['status'] } : withStatusOf(live, wanted)
    return this.#put(write, {
      object: next,
      owners: ownChanges(live, next, { owners, manager: managerOf(write, 'Update') }),
    })
  }

  #put({ kind, namespace, name, query }: Write, next: { readonly object: Json; readonly owners: Owners }): Stored {
    if (query.get('dryRun') === 'All') return next.object as Stored
    return this.#store.put(collectionOf(kind), keyOf(namespace, name), next)
  }

  #shaped({ kind, namespace, name }: Write, body: unknown): Stored {
    if (!isRecord(body) || !isRecord(body['metadata'])) throw new Refused(400, 'BadRequest', 'no object')
    const { metadata } = body
    const prefix = typeof metadata['generateName'] === 'string' ? metadata['generateName'] : ''
    const given = typeof metadata['name'] === 'string' ? metadata['name'] : name
    const chosen = given === '' && prefix !== '' ? `${prefix}${randomBytes(3).toString('hex')}` : given
    if (chosen === '') throw new Refused(422, 'Invalid', 'metadata.name: Required value')
    const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`
    const space = namespace === undefined ? {} : { namespace }
    return { ...body, apiVersion, kind: kind.kind, metadata: { ...metadata, ...space, name: chosen } } as Stored
  }
}

function withStatusOf(live: Stored, wanted: Stored): Json {
  const { status: _dropped, ...rest } = wanted
  const metadata = { ...rest.metadata, deletionTimestamp: live.metadata.deletionTimestamp }
  const whole = { ...rest, metadata: JSON.parse(JSON.stringify(metadata)) as Json }
  return live['status'] === undefined ? whole : { ...whole, status: live['status'] }
}

function managerOf({ query, subresource }: Write, operation: string): string {
  return `${query.get('fieldManager') ?? 'unknown'} ${operation} ${subresource ?? ''}`.trim()
}

function managerConflict(conflicts: readonly { readonly manager: string; readonly field: string }[]): Refused {
  const causes = conflicts.map(({ manager, field }) => {
    return { reason: 'FieldManagerConflict', message: `conflict with "${manager.split(' ')[0] ?? ''}"`, field }
  })
  const [first] = conflicts
  const message = `Apply failed with ${conflicts.length} conflict: conflict with "${first?.manager.split(' ')[0] ?? ''}": ${first?.field ?? ''}`
  return new Refused(409, 'Conflict', message, { causes })
}
