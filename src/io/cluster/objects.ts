import type { KubeObject } from './cluster.ts'

/**
 * A value of an answer as an object, without `managedFields`: they are half of a small object's size and nobody reads
 * them. Items of a list lack apiVersion and kind, which are the list's. Undefined for what is no object.
 */
export function objectIn(
  value: unknown,
  ofList?: { readonly apiVersion: string; readonly kind: string },
): KubeObject | undefined {
  if (!isRecord(value) || !isRecord(value['metadata']) || typeof value['metadata']['name'] !== 'string')
    return undefined
  const { managedFields: _dropped, ...metadata } = value['metadata']
  return { apiVersion: ofList?.apiVersion, kind: ofList?.kind, ...value, metadata } as KubeObject
}

/** `namespace/name`, or the name alone: one text for each object of a collection. */
export function nameText({ namespace, name }: { readonly namespace?: string; readonly name: string }): string {
  return namespace === undefined ? name : `${namespace}/${name}`
}

/**
 * Is `a` older than `b`? Versions of one collection are decimal numbers that grow; where one is not, nothing is said
 * (the API server promises order since 1.35 and has kept it since the beginning of etcd 3).
 */
export function isOlder(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined || !isDecimal(a) || !isDecimal(b)) return false
  return a.length === b.length ? a < b : a.length < b.length
}

function isDecimal(text: string): boolean {
  return /^[1-9][0-9]*$/.test(text)
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Equal as JSON: the order of keys does not count, a missing key and an undefined one are alike. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, at) => isSameJson(one, b[at]))
  if (!isRecord(a) || !isRecord(b)) return false
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => isSameJson(a[key], b[key]))
}
