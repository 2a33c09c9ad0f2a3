import { referenceKeys } from './group.ts'
import type { AnyResource } from './kinds.ts'
import type { ObjectRef } from './object-ref.ts'

/** What an object cannot do without. */
export interface Uses {
  /** The objects that its reference may mean, in the order in which they are tried; at most one of them counts. */
  readonly objects: readonly ObjectRef[]
  /** Names of Secrets of its own namespace, each once. */
  readonly secrets: readonly string[]
}

/**
 * What an object refers to in its spec, e.g. a policy its ImageRepository in both families of groups. Secrets of a
 * ServiceAccount are not among them: only the account names those.
 */
export function usesOf(resource: AnyResource): Uses {
  const secrets = secretsOf(resource).flatMap((reference) => (reference === undefined ? [] : [reference.name]))
  return { objects: objectsOf(resource), secrets: [...new Set(secrets)] }
}

function objectsOf(resource: AnyResource): readonly ObjectRef[] {
  if (resource.kind === 'ImagePolicy') {
    return referenceKeys(resource, { kind: 'ImageRepository', ...resource.spec.imageRepositoryRef })
  }
  return resource.kind === 'ImageUpdateAutomation' ? referenceKeys(resource, resource.spec.sourceRef) : []
}

type LocalReference = { readonly name: string } | undefined

function secretsOf(resource: AnyResource): readonly LocalReference[] {
  if (resource.kind === 'ImageRepository') {
    const { secretRef, certSecretRef, proxySecretRef, webhook } = resource.spec
    return [secretRef, certSecretRef, proxySecretRef, webhook?.secretRef]
  }
  if (resource.kind === 'GitRepository') {
    const { secretRef, proxySecretRef, webhook } = resource.spec
    return [secretRef, proxySecretRef, webhook?.secretRef]
  }
  return resource.kind === 'ImageUpdateAutomation' ? [resource.spec.git?.commit.signingKey?.secretRef] : []
}
