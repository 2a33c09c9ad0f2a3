import { Secret } from './secret.ts'

/** A Kubernetes Secret as read from a folder or a cluster; values are decoded, one `Secret` per key. */
export interface SecretObject {
  readonly namespace: string
  readonly name: string
  readonly uid?: string
  /** Changes whenever the content does; files mode: a keyed hash of the content. */
  readonly resourceVersion: string
  readonly type: string
  readonly data: ReadonlyMap<string, Secret>
}

/** Keys of the Secrets that Flux reads whose values are names, addresses and public keys. */
const openKeys = new Set([
  'username',
  'known_hosts',
  'ca.crt',
  'caFile',
  'tls.crt',
  'certFile',
  'identity.pub',
  'address',
  'githubAppID',
  'githubAppInstallationID',
  'githubAppInstallationOwner',
  'githubAppBaseURL',
])

/**
 * The decoded values of a Secret as `SecretObject.data`. All but the well-known public ones are masked in every text
 * from here on: masking a user name would take the owner out of `ghcr.io/owner/app` in messages and commits.
 */
export function secretData(values: Iterable<readonly [key: string, value: string]>): ReadonlyMap<string, Secret> {
  return new Map(Array.from(values, ([key, value]) => [key, new Secret(value, { masked: !openKeys.has(key) })]))
}
