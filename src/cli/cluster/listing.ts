import type { ResourceKind } from '#core/api/kinds.ts'
import { AppError } from '#core/error.ts'
import type { KubeObject } from '#io/cluster/cluster.ts'
import { demandCollections, findCollections, upgradeHint, type Collection } from './collections.ts'
import type { ClusterSession } from './connect.ts'
import type { Wanted } from './kind-words.ts'

/** An object with where it lives. */
export interface Entry {
  readonly collection: Collection
  readonly object: KubeObject
}

/** The objects of one kind that were asked for. */
export interface Section {
  readonly kind: ResourceKind
  /** Where they live, also when there are none. */
  readonly collections: readonly Collection[]
  /** By namespace and name; of equal ones Tagboat's first. */
  readonly entries: readonly Entry[]
}

/**
 * The collections of every kind that is wanted. A single kind must be served; of several, one at least.
 * What is served in old versions only is named on stderr. `CLUSTER_KIND_MISSING`.
 */
export async function openSections(
  { kinds }: Wanted,
  { cluster, io, signal }: ClusterSession,
): Promise<readonly Omit<Section, 'entries'>[]> {
  const sections: Omit<Section, 'entries'>[] = []
  for (const word of kinds) {
    const isOnly = kinds.length === 1
    const found = await (isOnly ? demandCollections : findCollections)(cluster, word, signal)
    for (const text of found.outdated) io.stderr.write(`tagboat: ${text}\n  hint: ${upgradeHint}\n`)
    if (found.collections.length > 0) sections.push({ kind: word.kind, collections: found.collections })
  }
  if (sections.length > 0) return sections
  throw new AppError(
    'CLUSTER_KIND_MISSING',
    `${cluster.server} serves no kind of Tagboat's or of Flux's image automation`,
  )
}

/** Reads what is wanted, whole collections or single names. */
export async function listSection(
  section: Omit<Section, 'entries'>,
  names: readonly string[],
  { cluster, namespace, signal }: ClusterSession,
): Promise<Section> {
  const scope = namespace === undefined ? {} : { namespace }
  // A list of one name is permitted where RBAC knows only that name, and works across namespaces.
  const scopes =
    names.length === 0 ? [scope] : names.map((name) => ({ ...scope, fieldSelector: `metadata.name=${name}` }))
  const lists = section.collections.flatMap((collection) =>
    scopes.map(async (one) => {
      const { items } = await cluster.list(collection.gvr, one, signal)
      return items.map((object) => ({ collection, object }))
    }),
  )
  return { ...section, entries: sorted((await Promise.all(lists)).flat()) }
}

/** By namespace and name; the order of groups stays. */
export function sorted(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted((a, b) => compare(placeOf(a), placeOf(b)))
}

/** The names that no object has. */
export function missingNames({ entries }: Section, names: readonly string[]): readonly string[] {
  return names.filter((name) => entries.every(({ object }) => object.metadata.name !== name))
}

/** One text for one object of a listing. */
export function keyOfEntry({ collection, object }: Entry): string {
  return `${collection.gvr.group}/${collection.gvr.resource}/${placeOf({ object })}`
}

function placeOf({ object }: Pick<Entry, 'object'>): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
