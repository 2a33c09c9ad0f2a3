import type { Edit } from '../rewrite/change-set.ts'

type Sha256 = (text: string) => string

/** Where an automation without a cluster works; together these stand for the uid that a cluster would have given it. */
export interface FileIdentity {
  readonly host: string
  /** Of the repository at that host. */
  readonly path: string
  readonly branch: string
  readonly namespace: string
  readonly name: string
}

/** Stands for `metadata.uid` where there is no cluster: `cli-` and 16 hex digits, equal on every computer. */
export function fileUid(identity: FileIdentity, sha256: Sha256): string {
  const { host, path, branch, namespace, name } = identity
  return `cli-${sha256(JSON.stringify([host, path, branch, `${namespace}/${name}`])).slice(0, 16)}`
}

/**
 * `<uid>/<hash>`: names a change set of an automation, so that a push of unknown end can be looked for. The hash is the
 * first 32 hex digits of SHA-256 over the JSON list of `[file, ordinal, old, new]` by file and ordinal; the commit it
 * is based on is not in it, so the name survives re-application on a new tip.
 */
export function runId(uid: string, edits: readonly Edit[], sha256: Sha256): string {
  const changes = edits
    .toSorted((a, b) => (a.path === b.path ? a.ordinal - b.ordinal : a.path < b.path ? -1 : 1))
    .map(({ path, ordinal, from, to }) => [path, ordinal, from, to])
  return `${uid}/${sha256(JSON.stringify(changes)).slice(0, 32)}`
}
