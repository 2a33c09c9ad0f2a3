import { didYouMean } from '#core/api/nearest.ts'
import { AppError } from '#core/error.ts'
import type { Resource } from '#flow/ports.ts'

/** Which objects a command is about. */
export interface Choice<K extends Resource['kind']> {
  readonly kind: K
  /** `name` or `namespace/name`; empty: all. */
  readonly names: readonly string[]
  /** `-n`; undefined: all namespaces. */
  readonly namespace: string | undefined
}

/** The chosen objects in their order. `USAGE_INVALID` for a name that no object has, with the nearest one. */
export function chooseObjects<K extends Resource['kind']>(
  resources: readonly Resource[],
  { kind, names, namespace }: Choice<K>,
): readonly Extract<Resource, { kind: K }>[] {
  const ofKind = resources.filter((resource): resource is Extract<Resource, { kind: K }> => resource.kind === kind)
  const inScope = ofKind.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
  for (const name of names) {
    if (!inScope.some((resource) => hasName(resource, name))) throw unknown(kind, name, inScope)
  }
  return names.length === 0 ? inScope : inScope.filter((resource) => names.some((name) => hasName(resource, name)))
}

function hasName({ metadata }: Resource, name: string): boolean {
  return name === metadata.name || name === `${metadata.namespace}/${metadata.name}`
}

function unknown(kind: string, name: string, known: readonly Resource[]): AppError {
  const names = known.map(({ metadata }) =>
    name.includes('/') ? `${metadata.namespace}/${metadata.name}` : metadata.name,
  )
  const all = names.length === 0 ? 'there is none' : `there are ${names.slice(0, 20).join(', ')}`
  return new AppError('USAGE_INVALID', `no ${kind} is named "${name}"${didYouMean(name, names)}`, {
    hint: `in the files given by -f: ${all}`,
  })
}
