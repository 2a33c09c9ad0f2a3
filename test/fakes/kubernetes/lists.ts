import type { Json, Stored } from './json.ts'
import { collectionOf } from './objects.ts'
import { selects } from './selectors.ts'
import { expired } from './status.ts'
import type { Store } from './store.ts'
import type { Target } from './target.ts'

interface Snapshot {
  readonly items: readonly Stored[]
  readonly version: number
}

/** Lists in pages, all of one list as of one version. */
export class Lists {
  readonly #store: Store
  readonly #begun = new Map<string, Snapshot>()
  readonly #frozen = new Map<string, Snapshot>()
  #isFrozen = false
  #count = 0

  constructor(store: Store) {
    this.#store = store
  }

  /** Page tokens are too old from now on. */
  forget(): void {
    this.#begun.clear()
  }

  /** A server that trails behind: lists as they were when first asked after this. */
  freeze(isFrozen: boolean): void {
    this.#isFrozen = isFrozen
    this.#frozen.clear()
  }

  page(target: Target, query: URLSearchParams): Json {
    const [id = '', at = '0'] = (query.get('continue') ?? '').split(':')
    const from = Number(at)
    const snapshot = id === '' ? this.#snapshot(target, query) : this.#begun.get(id)
    if (snapshot === undefined) throw expired()
    const limit = Number(query.get('limit') ?? 0) || snapshot.items.length
    const items = snapshot.items.slice(from, from + limit).map(({ apiVersion: _a, kind: _k, ...rest }) => rest)
    const isLast = from + limit >= snapshot.items.length
    const token = isLast ? '' : this.#tokenFor(id, snapshot)
    const { kind } = target
    return {
      apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`,
      kind: `${kind.kind}List`,
      metadata: {
        resourceVersion: String(snapshot.version),
        ...(isLast
          ? {}
          : { continue: `${token}:${from + limit}`, remainingItemCount: snapshot.items.length - from - limit }),
      },
      items,
    }
  }

  #tokenFor(id: string, snapshot: Snapshot): string {
    if (id !== '') return id
    this.#count += 1
    const token = `t${this.#count}`
    this.#begun.set(token, snapshot)
    return token
  }

  #snapshot({ kind, namespace }: Target, query: URLSearchParams): Snapshot {
    const collection = collectionOf(kind)
    const known = this.#isFrozen ? this.#frozen.get(collection) : undefined
    const whole = known ?? { items: this.#store.list(collection), version: this.#store.version }
    if (this.#isFrozen) this.#frozen.set(collection, whole)
    const items = whole.items.filter((one) => {
      return (namespace === undefined || one.metadata.namespace === namespace) && selects(query, one)
    })
    return { items, version: whole.version }
  }
}
