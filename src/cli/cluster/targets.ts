import { printObject, referenceKeys } from '#core/api/group.ts'
import type { Kind } from '#core/api/object-ref.ts'
import { AppError } from '#core/error.ts'
import { at, textAt } from '../print/resource-columns.ts'
import { demandCollections, findCollections, qualifiedName } from './collections.ts'
import { scopeText, type ClusterSession } from './connect.ts'
import type { Wanted } from './kind-words.ts'
import { listSection, type Entry } from './listing.ts'

/** Objects that a command acts on. */
export interface Aim {
  readonly wanted: Wanted
  /** `--all`: every object of the kinds in the namespace. */
  readonly all: boolean
}

/**
 * The objects that are named, or with `--all` every one of the kind. `USAGE_INVALID` where nothing is named, or where a
 * name stands for two objects; `CLUSTER_NOT_FOUND` for the first that is not there.
 */
export async function findTargets({ wanted, all }: Aim, session: ClusterSession): Promise<readonly Entry[]> {
  const { kinds, names } = wanted
  refuseVague({ wanted, all }, session)
  const targets: Entry[] = []
  for (const word of kinds) {
    const demand = kinds.length === 1 ? demandCollections : findCollections
    const { collections } = await demand(session.cluster, word, session.signal)
    const { entries } = await listSection({ kind: word.kind, collections }, names, session)
    targets.push(...(all ? entries : names.map((name) => onlyOne(entries, { kind: word.kind, name, session }))))
  }
  return targets
}

function refuseVague({ wanted, all }: Aim, { namespace }: ClusterSession): void {
  if (all && wanted.names.length > 0) throw new AppError('USAGE_INVALID', '--all and names exclude each other')
  if (!all && wanted.names.length === 0) {
    throw new AppError('USAGE_INVALID', 'nothing is named', {
      hint: 'write KIND/NAME, e.g. policy/podinfo; suspend and resume also take KIND --all',
    })
  }
  if (!all && namespace === undefined) {
    throw new AppError('USAGE_INVALID', '--all-namespaces: a name is one object of one namespace', {
      hint: 'give the namespace by -n',
    })
  }
}

function onlyOne(
  entries: readonly Entry[],
  { kind, name, session }: { readonly kind: Kind; readonly name: string; readonly session: ClusterSession },
): Entry {
  const [first, second] = entries.filter(({ object }) => object.metadata.name === name)
  if (first === undefined) {
    throw new AppError('CLUSTER_NOT_FOUND', `${kind} "${name}" not found in ${scopeText(session.namespace)}`)
  }
  if (second === undefined) return first
  const both = [first, second].map(({ collection }) => qualifiedName(collection, name, true))
  throw new AppError('USAGE_INVALID', `"${name}" is ambiguous: ${both.join(' and ')}`, {
    hint: 'write the one that is meant in full',
  })
}

/** An object for people: `ImagePolicy apps/podinfo`. */
export function labelOf({ collection, object }: Entry): string {
  const { namespace = '', name } = object.metadata
  return printObject({ group: collection.gvr.group, kind: collection.kind, namespace, name })
}

/**
 * What an object takes its input from: the ImageRepository of a policy, the GitRepository of an automation.
 * `USAGE_INVALID` for kinds without, `RESOURCE_REFERENCE_MISSING` if it does not exist.
 */
export async function sourceOf(entry: Entry, { cluster, signal }: ClusterSession): Promise<Entry> {
  const { kind, gvr } = entry.collection
  const to = referenceIn(entry)
  if (to === undefined) {
    throw new AppError('USAGE_INVALID', `--with-source: ${kind} has no source`, {
      hint: 'policies and updates have one',
    })
  }
  const from = { group: gvr.group, metadata: { namespace: entry.object.metadata.namespace ?? '' } }
  const found = await findCollections(cluster, { kind: to.kind, group: undefined }, signal)
  for (const key of referenceKeys(from, to)) {
    const collection = found.collections.find((one) => one.gvr.group === key.group)
    if (collection === undefined) continue
    const object = await cluster.get(collection.gvr, { namespace: key.namespace, name: key.name }, signal)
    if (object !== undefined) return { collection, object }
  }
  throw new AppError(
    'RESOURCE_REFERENCE_MISSING',
    `${labelOf(entry)} refers to ${to.kind} "${to.name}", which does not exist`,
  )
}

interface Reference {
  readonly kind: 'ImageRepository' | 'GitRepository'
  readonly name: string
  readonly namespace: string
  readonly apiVersion: string
}

function referenceIn({ collection, object }: Entry): Reference | undefined {
  if (collection.kind === 'ImagePolicy') {
    return reference('ImageRepository', at(object, 'spec', 'imageRepositoryRef'))
  }
  if (collection.kind === 'ImageUpdateAutomation') return reference('GitRepository', at(object, 'spec', 'sourceRef'))
  return undefined
}

function reference(kind: Reference['kind'], value: unknown): Reference {
  return {
    kind,
    name: textAt(value, 'name'),
    namespace: textAt(value, 'namespace'),
    apiVersion: textAt(value, 'apiVersion'),
  }
}
