import type { Gvr, ObjectName, Scope } from './cluster.ts'

/** The path of a collection, of one object in it, or of a subresource: segments percent-encoded, case kept. */
export function pathOf(
  { group, version, resource }: Gvr,
  {
    namespace,
    name,
    subresource,
  }: { readonly namespace?: string; readonly name?: string; readonly subresource?: string },
): string {
  const root = group === '' ? ['api', version] : ['apis', group, version]
  const space = namespace === undefined ? [] : ['namespaces', namespace]
  const rest = [name, subresource].filter((segment) => segment !== undefined)
  return `/${[...root, ...space, resource, ...rest].map(encodeURIComponent).join('/')}`
}

/** `?a=1&b=2`, without what is undefined; empty for nothing. */
export function queryOf(fields: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  const text = given.map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`).join('&')
  return text === '' ? '' : `?${text}`
}

/** The query fields by which a list or watch is narrowed. */
export function selectorsOf({ labelSelector, fieldSelector }: Scope): Readonly<Record<string, string | undefined>> {
  return { labelSelector, fieldSelector }
}

/** A collection for people: `imagepolicies.tagboat.dev in apps`. */
export function labelOf({ group, resource }: Gvr, { namespace, name }: Partial<ObjectName> = {}): string {
  const kind = group === '' ? resource : `${resource}.${group}`
  if (name !== undefined) return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
  return namespace === undefined ? kind : `${kind} in ${namespace}`
}
