import type { RemoteUrl } from '#core/secret/remote-url.ts'
import type { SecretObject } from '#core/secret/secret-object.ts'
import type { Secret } from '#core/secret/secret.ts'

/** 40 (SHA-1) or 64 (SHA-256) lower-case hex digits. */
export type ObjectId = string

/** Which repository, and how to be admitted: plain data; the edge turns the Secrets into credentials. */
export interface GitRemote {
  readonly url: RemoteUrl
  readonly secret?: SecretObject
  readonly proxySecret?: SecretObject
  readonly provider: 'generic' | 'github'
  /** Use the user's own credential helper, agent and known_hosts (CLI, when no Secret is named or found). */
  readonly ownCredentials: boolean
  /** For each Git operation. */
  readonly timeoutMs: number
}

/** What `ls-remote` says. */
export interface RemoteRefs {
  /** Full ref name → commit (annotated tags are peeled). Only the refs that were asked for and exist. */
  readonly refs: ReadonlyMap<string, ObjectId>
  /** Full name of the branch that HEAD names, e.g. `refs/heads/main`; undefined for an empty repository. */
  readonly head: string | undefined
}

/** A blob in a tree. `text` is its content as latin1, absent where it was not read (`tooLarge`, symlinks). */
export interface TreeFile {
  readonly path: string
  readonly mode: '100644' | '100755' | '120000'
  readonly blob: ObjectId
  readonly size: number
  readonly text?: string
}

/** Which blobs of a tree are wanted. */
export interface TreeQuery {
  /** Folders or files from the repository root; `''` is the whole tree. */
  readonly roots: readonly string[]
  /** Only files that hold this text (markers) … */
  readonly contains: string
  /** … or whose path one of these globs matches (targets without markers). */
  readonly globs: readonly string[]
  /** A file above this is listed without its text. */
  readonly maxBytes: number
}

/** A commit as `log` reads it. Times are epoch milliseconds. */
export interface CommitInfo {
  readonly id: ObjectId
  readonly tree: ObjectId
  readonly parents: readonly ObjectId[]
  readonly committer: { readonly name: string; readonly email: string; readonly at: number }
  readonly message: string
  /** Where they were asked for: the files in which it differs from its first parent. */
  readonly paths?: readonly string[]
}

/** Reads repositories through a local bare mirror; filling it counts as reading. Fails with `GIT_` codes. */
export interface GitReader {
  /** One `ls-remote`. `refs` are full names; `refs/tags/*` lists all tags. */
  remoteRefs(remote: GitRemote, refs: readonly string[], signal: AbortSignal): Promise<RemoteRefs>
  /** Brings commits of these full ref names into the mirror (no request where the mirror has them already). */
  fetch(remote: GitRemote, wanted: ReadonlyMap<string, ObjectId>, signal: AbortSignal): Promise<void>
  /** Files of a commit, by path order. `GIT_PATH_MISSING` when a root does not exist in it. */
  files(remote: GitRemote, commit: ObjectId, query: TreeQuery, signal: AbortSignal): Promise<readonly TreeFile[]>
  /** Content of single paths at a commit, as latin1; a path that is absent or no regular file is left out. */
  read(
    remote: GitRemote,
    commit: ObjectId,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>>
  /** Commits reachable from `from` but not from `except`, newest first, at most `max`; only those touching `paths` if any. */
  log(
    remote: GitRemote,
    query: {
      readonly from: ObjectId
      readonly except?: ObjectId
      readonly paths?: readonly string[]
      readonly withPaths?: true
      readonly max: number
    },
    signal: AbortSignal,
  ): Promise<readonly CommitInfo[]>
}

/** A commit to be made by plumbing, without a work tree. */
export interface CommitRequest {
  readonly parent: ObjectId
  /** Path → new content as latin1 text; modes and all other paths stay as in the parent. */
  readonly files: ReadonlyMap<string, string>
  readonly message: string
  readonly author: { readonly name: string; readonly email: string }
  /** Epoch ms, author and committer time (UTC). */
  readonly at: number
  readonly signing?: {
    readonly type: 'gpg' | 'ssh'
    /** Armoured private key. */
    readonly key: Secret
    readonly passphrase?: Secret
  }
}

/** What goes to the remote, in one push. */
export interface PushRequest {
  readonly updates: readonly {
    readonly commit: ObjectId
    /** Full name, e.g. `refs/heads/main`. */
    readonly ref: string
    /**
     * `fast-forward`: never overwrites anything. A commit id: replaces exactly that one (lease). `absent`: only creates.
     */
    readonly expect: 'fast-forward' | 'absent' | { readonly lease: ObjectId }
  }[]
  /** `-o` options, `key=value` or `key`, in order. */
  readonly options: readonly string[]
}

/** How a push ended. `moved`: somebody was first; `refused`: a hook, protection or rule; `unknown`: the line died. */
export type PushResult =
  | { readonly kind: 'pushed' }
  | { readonly kind: 'moved' }
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'unknown'; readonly text: string }

/** Writes commits into the mirror and pushes them. */
export interface GitWriter {
  commit(remote: GitRemote, request: CommitRequest, signal: AbortSignal): Promise<ObjectId>
  push(remote: GitRemote, request: PushRequest, signal: AbortSignal): Promise<PushResult>
}
