import type { Path } from './fields.ts'
import { referenceKeys } from './group.ts'
import type { AnyResource } from './kinds.ts'
import { didYouMean } from './nearest.ts'
import { keyOf, keyText, type Kind } from './object-ref.ts'

/** A reference to an object that does not exist. */
export interface MissingReference {
  readonly from: AnyResource
  readonly path: Path
  /** Of the missing object. */
  readonly kind: Kind
  /** `GitRepository flux-system/config does not exist; did you mean flux-system/configs?` */
  readonly message: string
}

/** References within a set of resources that lead nowhere, in the order of the resources. */
export function findMissingReferences(resources: readonly AnyResource[]): readonly MissingReference[] {
  const known = new Set(resources.map((resource) => keyText(keyOf(resource))))
  return resources.flatMap((from) => {
    const reference = referenceOf(from)
    if (reference === undefined) return []
    const keys = referenceKeys(from, reference.to)
    const [wanted] = keys
    if (keys.some((key) => known.has(keyText(key)))) return []
    if (wanted === undefined) {
      const group = `no ${reference.to.kind} is read from ${reference.to.apiVersion ?? ''}`
      return [{ from, path: [...reference.path, 'apiVersion'], kind: reference.to.kind, message: group }]
    }
    const name = `${wanted.namespace}/${wanted.name}`
    const others = resources.filter(({ kind }) => kind === wanted.kind).map(({ metadata }) => fullName(metadata))
    const message = `${wanted.kind} ${name} does not exist${didYouMean(name, others)}`
    return [{ from, path: [...reference.path, 'name'], kind: wanted.kind, message }]
  })
}

function referenceOf(from: AnyResource): { path: Path; to: Parameters<typeof referenceKeys>[1] } | undefined {
  if (from.kind === 'ImagePolicy') {
    return { path: ['spec', 'imageRepositoryRef'], to: { kind: 'ImageRepository', ...from.spec.imageRepositoryRef } }
  }
  if (from.kind === 'ImageUpdateAutomation') return { path: ['spec', 'sourceRef'], to: from.spec.sourceRef }
  return undefined
}

function fullName({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`
}
