import type { ObjectRef } from '#core/api/object-ref.ts'
import { specHash } from '#core/policy/spec-hash.ts'
import type { Resource } from '#flow/ports.ts'
import type { ClusterResources } from '#io/cluster/cluster.ts'
import type { References } from './references.ts'

type Policy = Extract<Resource, { kind: 'ImagePolicy' }>
type Repository = Extract<Resource, { kind: 'ImageRepository' }>

interface Known {
  readonly resources: Pick<ClusterResources, 'cached'>
  readonly references: Pick<References, 'usersOf'>
  readonly sha256: (text: string) => string
}

/**
 * Policies to which a scan may matter although it found no other tags: those that have not elected by what is written
 * now (while no list was stored they could not), and those that count the scans in which their tag is missing.
 */
export function policiesToLookAt(scanned: readonly ObjectRef[], known: Known): readonly ObjectRef[] {
  return scanned.flatMap((key) => {
    const repository = resourceOf(key, known)
    if (repository?.kind !== 'ImageRepository') return []
    return known.references.usersOf(key).filter((user) => {
      const policy = resourceOf(user, known)
      return policy?.kind === 'ImagePolicy' && needsLook(policy, repository, known)
    })
  })
}

function needsLook({ spec, status }: Policy, repository: Repository, { sha256 }: Known): boolean {
  const { election } = status ?? {}
  if (spec.allowDowngrade === 'WhenTagRemoved' && election?.missingSince !== undefined) return true
  const { image, exclusionList } = repository.spec
  return election?.specHash !== specHash({ spec, image, exclusions: exclusionList }, sha256)
}

function resourceOf(key: ObjectRef, { resources }: Known): Resource | undefined {
  const cached = resources.cached(key)
  return cached?.is === 'resource' ? cached.resource : undefined
}
