import { acceptedGroups, ownGroup } from '#core/api/group.ts'
import type { ResourceKind } from '#core/api/kinds.ts'
import { AppError } from '#core/error.ts'
import type { Cluster, Gvr } from '#io/cluster/cluster.ts'
import type { KindWord } from './kind-words.ts'

/** Where objects of a kind live in this cluster; there may be two, Tagboat's and Flux's. */
export interface Collection {
  readonly kind: ResourceKind
  readonly gvr: Gvr
}

/** What is served of one kind. */
export interface ServedCollections {
  /** Ours first. */
  readonly collections: readonly Collection[]
  /** Why a group that has the kind is left out: served in versions only that are not read. */
  readonly outdated: readonly string[]
}

/** Looks which groups serve a kind, in a version that is read. */
export async function findCollections(
  cluster: Cluster,
  { kind, group }: KindWord,
  signal: AbortSignal,
): Promise<ServedCollections> {
  const kinds = await cluster.kinds(signal)
  const collections: Collection[] = []
  const outdated: string[] = []
  for (const row of acceptedGroups.filter((one) => group === undefined || one.group === group)) {
    const written = Object.keys(row.kinds).find((name) => row.kinds[name] === kind)
    const served = kinds.filter((one) => one.group === row.group && one.kind === written)
    const [best] = row.versions.flatMap((version) => served.filter((one) => one.version === version))
    if (best !== undefined) {
      collections.push({ kind, gvr: { group: row.group, version: best.version, resource: best.resource } })
    } else if (served.length > 0) {
      const versions = served.map(({ version }) => version).join(', ')
      outdated.push(`${written ?? kind} of ${row.group} is served as ${versions} only, which is not read`)
    }
  }
  return { collections, outdated }
}

/** As `findCollections`, but one there must be. `CLUSTER_KIND_MISSING` says what to install or to upgrade. */
export async function demandCollections(
  cluster: Cluster,
  word: KindWord,
  signal: AbortSignal,
): Promise<ServedCollections> {
  const found = await findCollections(cluster, word, signal)
  if (found.collections.length > 0) return found
  const [outdated] = found.outdated
  if (outdated !== undefined) throw new AppError('CLUSTER_KIND_MISSING', outdated, { hint: upgradeHint })
  const name = word.group === undefined ? word.kind : `${word.kind} of ${word.group}`
  const isFlux = word.group !== undefined && word.group !== ownGroup
  throw new AppError('CLUSTER_KIND_MISSING', `${cluster.server} serves no ${name}`, {
    hint: `install the definitions: tagboat crds${isFlux ? ' --flux' : ''} | kubectl apply -f -`,
  })
}

/** Objects of these versions are neither read nor written. */
export const upgradeHint = 'upgrade Flux to 2.0 or later, which serves v1, and migrate its objects'

/** A name with kind, and with the group where two are served: `imagepolicy/web`, `imagepolicy.tagboat.dev/web`. */
export function qualifiedName({ kind, gvr }: Collection, name: string, isQualified: boolean): string {
  return `${kind.toLowerCase()}${isQualified ? `.${gvr.group}` : ''}/${name}`
}
