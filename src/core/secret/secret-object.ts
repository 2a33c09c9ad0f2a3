import type { Secret } from './secret.ts'

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
