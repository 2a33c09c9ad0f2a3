import type { FakeKind } from './store.ts'

/** What a path names: a collection (`name` is ''), an object, a subresource. */
export interface Target {
  readonly kind: FakeKind
  readonly namespace: string | undefined
  readonly name: string
  readonly subresource: string | undefined
}

/** Undefined for a path that is none of a kind that is served. */
export function parseTarget(path: string, kinds: readonly FakeKind[]): Target | undefined {
  const parts = path.split('/').slice(1).map(decodeURIComponent)
  const [group = '', version = '', ...rest] = parts[0] === 'api' ? ['', ...parts.slice(1)] : parts.slice(1)
  if ((parts[0] !== 'api' && parts[0] !== 'apis') || rest.length === 0) return undefined
  const isSpaced = rest[0] === 'namespaces' && rest.length > 2
  const namespace = isSpaced ? rest[1] : undefined
  const [resource = '', name = '', subresource] = isSpaced ? rest.slice(2) : rest
  const kind = kinds.find((one) => one.group === group && one.version === version && one.resource === resource)
  return kind === undefined ? undefined : { kind, namespace, name, subresource }
}
