import { AppError } from '../error.ts'
import { ownGroup } from './group.ts'
import type { ImageRepositorySpec } from './image-repository.ts'
import { hasLabels } from './label-selector.ts'

type AccessFrom = ImageRepositorySpec['accessFrom']
type Labels = Readonly<Record<string, string>>

/** Who refers: its namespace with that namespace's labels. */
export interface Referrer {
  readonly namespace: string
  readonly namespaceLabels: Labels
}

/** What is referred to. `found` is undefined where it does not exist. */
export interface Referred {
  readonly namespace: string
  readonly name: string
  readonly found: { readonly group: string; readonly spec: { readonly accessFrom?: AccessFrom } } | undefined
}

/** `spec.accessFrom` permits a namespace when one of its selectors matches the namespace's labels; absent: none. */
export function permits(accessFrom: AccessFrom, namespaceLabels: Labels): boolean {
  return accessFrom?.namespaceSelectors.some(({ matchLabels }) => hasLabels(namespaceLabels, matchLabels)) ?? false
}

/**
 * Why an ImagePolicy may not use an ImageRepository of another namespace; undefined: it may. Flux's texts, but one
 * for "forbidden" and "does not exist", so that nobody learns what other namespaces hold.
 * `RESOURCE_ACCESS_DENIED`, to be prefixed with `failed to get the referred ImageRepository: `.
 */
export function denyRepository(from: Referrer, to: Referred, crossNamespaceRefs: boolean): AppError | undefined {
  if (from.namespace === to.namespace) return undefined
  if (!crossNamespaceRefs) return blocked(`cannot access 'ImageRepository/${to.namespace}/${to.name}'`)
  return permits(to.found?.spec.accessFrom, from.namespaceLabels) ? undefined : forbidden(to)
}

/**
 * Why an ImageUpdateAutomation may not use a GitRepository of another namespace; undefined: it may. Flux's kind
 * permits every namespace, ours those of its `accessFrom`. `RESOURCE_ACCESS_DENIED`, which stalls as in Flux.
 */
export function denySource(from: Referrer, to: Referred, crossNamespaceRefs: boolean): AppError | undefined {
  if (from.namespace === to.namespace) return undefined
  if (!crossNamespaceRefs) return blocked(`can't access 'GitRepository/${to.namespace}/${to.name}'`)
  if (to.found !== undefined && to.found.group !== ownGroup) return undefined
  return permits(to.found?.spec.accessFrom, from.namespaceLabels) ? undefined : forbidden(to)
}

function blocked(what: string): AppError {
  return new AppError('RESOURCE_ACCESS_DENIED', `${what}, cross-namespace references have been blocked`, {
    retry: 'never',
    hint: 'refer to an object of the same namespace, or start without --no-cross-namespace-refs',
  })
}

function forbidden({ namespace, name }: Referred): AppError {
  const text = `access denied: '${namespace}/${name}' can't be accessed due to missing ACL labels on 'accessFrom'`
  return new AppError('RESOURCE_ACCESS_DENIED', text)
}
