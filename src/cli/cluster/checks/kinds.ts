import { acceptedGroups, ownGroup } from '#core/api/group.ts'
import { specSchemas } from '#core/api/kinds.ts'
import type { ServedKind } from '#io/cluster/cluster.ts'
import { upgradeHint } from '../collections.ts'
import type { ClusterSession } from '../connect.ts'
import type { Finding } from './finding.ts'

/**
 * Is every kind served in a version that is read? Of Flux's groups only those that are there; one of ours may be absent
 * where Flux's of the same kind is served.
 */
export async function checkKinds({ cluster, signal }: ClusterSession): Promise<readonly Finding[]> {
  const served = await cluster.kinds(signal)
  return acceptedGroups.flatMap(({ group, versions, kinds }) =>
    Object.entries(kinds).flatMap(([written, kind]) => {
      const isBuilt = Object.hasOwn(specSchemas, kind)
      const ofKind = served.filter((one) => one.group === group && one.kind === written)
      const check = `kind ${written} of ${group}`
      const best = versions.find((version) => ofKind.some((one) => one.version === version))
      if (best !== undefined && isBuilt) return [{ check, ok: true, message: `is served as ${best}` }]
      if (best === undefined && ofKind.length > 0) return [outdated(check, ofKind)]
      return group === ownGroup && isBuilt ? [absent(check, kind, served)] : []
    }),
  )
}

function outdated(check: string, ofKind: readonly ServedKind[]): Finding {
  const versions = ofKind.map(({ version }) => version).join(', ')
  return { check, ok: false, message: `is served as ${versions} only, which is not read`, hint: upgradeHint }
}

function absent(check: string, kind: string, served: readonly ServedKind[]): Finding {
  const flux = acceptedGroups.find(({ group, versions }) => {
    return group !== ownGroup && served.some((one) => isIn(one, { group, kind, versions }))
  })
  if (flux !== undefined) return { check, ok: true, message: `is not installed; that of ${flux.group} is` }
  return { check, ok: false, message: 'is not served', hint: 'tagboat crds | kubectl apply -f -' }
}

function isIn(
  one: ServedKind,
  { group, kind, versions }: { readonly group: string; readonly kind: string; readonly versions: readonly string[] },
): boolean {
  return one.group === group && one.kind === kind && versions.includes(one.version)
}
