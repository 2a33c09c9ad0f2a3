import { isRefName } from '#core/commit/ref-name.ts'
import { AppError, isAppError, quoteOutside } from '#core/error.ts'
import type {
  CommitInfo,
  CommitRequest,
  GitReader,
  GitRemote,
  GitWriter,
  ObjectId,
  PushRequest,
  PushResult,
  RemoteRefs,
  TreeFile,
  TreeQuery,
} from '#flow/ports.ts'
import { writeCommit } from './commit.ts'
import { Connections } from './connection.ts'
import { MirrorCorrupt } from './errors.ts'
import { fetchInto, rebuild } from './fetch.ts'
import { findFiles, readPaths } from './files.ts'
import { readHistory } from './history.ts'
import { hasCommits, hasLost, mirrorExists, Mirrors, withLock, type Mirror } from './mirror.ts'
import { openOperation, type Operation } from './operation.ts'
import { pushTo } from './push.ts'
import { listRefs } from './refs.ts'
import { prepareWorkspace, type GitOptions, type Workspace } from './workspace.ts'

export type { GitOptions } from './workspace.ts'

/** Git by the installed program, through one bare mirror a remote. Dispose it when no call runs any more. */
export type Git = GitReader & GitWriter & AsyncDisposable

/**
 * Work on the mirror alone is not the remote's time; the first look at a large repository may take longer than a fetch.
 */
const localMs = 600_000

/** Opens the edge to Git. The first call makes the cache folder and sweeps what a killed process left in it. */
export function openGit(options: GitOptions): Git {
  return new MirroredGit(options)
}

interface Opened {
  readonly workspace: Workspace
  readonly mirrors: Mirrors
  readonly connections: Connections
}

class MirroredGit implements Git {
  readonly #options: GitOptions
  #opening: Promise<Opened> | undefined

  constructor(options: GitOptions) {
    this.#options = options
  }

  async remoteRefs(remote: GitRemote, refs: readonly string[], signal: AbortSignal): Promise<RemoteRefs> {
    const { connections } = await this.#open()
    return connections.use(remote, { what: 'looking at', signal }, async ({ operation, address }) =>
      listRefs(operation, address, refs),
    )
  }

  async fetch(remote: GitRemote, wanted: ReadonlyMap<string, ObjectId>, signal: AbortSignal): Promise<void> {
    for (const [ref, id] of wanted) check(ref, id)
    const { workspace, mirrors } = await this.#open()
    const mirror = mirrors.of(remote)
    const isThere = mirrorExists(mirror) && (await this.#look({ remote, mirror, signal }, wanted.values()))
    if (!isThere) await this.#bring({ remote, mirror, signal }, wanted)
    for (const [ref, id] of wanted) mirror.wanted.set(ref, id)
    await workspace.probe.at('fetched')
  }

  async files(
    remote: GitRemote,
    commit: ObjectId,
    query: TreeQuery,
    signal: AbortSignal,
  ): Promise<readonly TreeFile[]> {
    return this.#inMirror({ remote, commit, what: 'reading the files of', signal }, async (operation, mirror) =>
      findFiles(mirror, operation, { commit, query }),
    )
  }

  async read(
    remote: GitRemote,
    commit: ObjectId,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    return this.#inMirror({ remote, commit, what: 'reading', signal }, async (operation) =>
      readPaths(operation, commit, paths),
    )
  }

  async log(
    remote: GitRemote,
    query: Parameters<GitReader['log']>[1],
    signal: AbortSignal,
  ): Promise<readonly CommitInfo[]> {
    const { from, except } = query
    if (except !== undefined) checkId(except)
    return this.#inMirror({ remote, commit: from, what: 'reading the history of', signal }, async (operation) =>
      readHistory(operation, query),
    )
  }

  async commit(remote: GitRemote, request: CommitRequest, signal: AbortSignal): Promise<ObjectId> {
    const { timeoutMs } = remote
    const about = { remote, commit: request.parent, what: 'committing for', signal, timeoutMs }
    return this.#inMirror(about, async (operation, mirror) => {
      const id = await writeCommit(operation, request)
      mirror.present.add(id)
      return id
    })
  }

  async push(remote: GitRemote, request: PushRequest, signal: AbortSignal): Promise<PushResult> {
    const { workspace, mirrors, connections } = await this.#open()
    const purpose = { what: 'push to', mirror: mirrors.of(remote).folder, signal }
    return connections.use(remote, purpose, async ({ operation, address }) => {
      await workspace.probe.at('push-sent')
      const result = await pushTo(operation, address, request)
      await workspace.probe.at('push-acknowledged')
      return result
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await this.#opening?.catch(() => undefined)
    await opened?.connections[Symbol.asyncDispose]()
  }

  async #open(): Promise<Opened> {
    this.#opening ??= prepareWorkspace(this.#options)
      .then((workspace) => ({ workspace, mirrors: new Mirrors(workspace), connections: new Connections(workspace) }))
      .catch((error: unknown) => {
        // Space may be made and git installed; the next call tries again.
        this.#opening = undefined
        throw error
      })
    return this.#opening
  }

  async #look({ remote, mirror, signal }: Place, ids: Iterable<ObjectId>): Promise<boolean> {
    const { workspace } = await this.#open()
    const what = `reading ${remote.url.toString()}`
    await using operation = openOperation(workspace, { what, signal, timeoutMs: localMs, mirror: mirror.folder })
    return await hasCommits(mirror, ids, operation).catch(orElse(false))
  }

  /** Fetches under the lock; a mirror that turns out to be damaged is made anew, once. */
  async #bring({ remote, mirror, signal }: Place, wanted: ReadonlyMap<string, ObjectId>): Promise<void> {
    const { connections } = await this.#open()
    const purpose = { what: 'fetch from', mirror: mirror.folder, signal }
    await connections.use(remote, purpose, async ({ operation, address }) => {
      await withLock(mirror, operation, async () => {
        // Whoever held the lock before may have fetched the same.
        if (await hasCommits(mirror, wanted.values(), operation).catch(orElse(false))) return
        const fetch = { mirror, remote, address, wanted, operation }
        await onceMore(
          operation.what,
          async () => fetchInto(fetch),
          async () => rebuild(fetch),
        )
      })
    })
  }

  async #inMirror<T>(
    { remote, commit, what, signal, timeoutMs = localMs }: LocalWork,
    work: (operation: Operation, mirror: Mirror) => Promise<T>,
  ): Promise<T> {
    checkId(commit)
    const { workspace, mirrors } = await this.#open()
    const mirror = mirrors.of(remote)
    const options = { what: `${what} ${remote.url.toString()}`, signal, timeoutMs, mirror: mirror.folder }
    const attempt = async (): Promise<T> => {
      if (!mirrorExists(mirror)) throw new MirrorCorrupt('there is no mirror')
      await using operation = openOperation(workspace, options)
      try {
        return await work(operation, mirror)
      } catch (error) {
        if (isMissing(error) && (await hasLost(mirror, commit, operation))) throw new MirrorCorrupt('a commit has gone')
        throw error
      }
    }
    return onceMore(options.what, attempt, async () => {
      await this.#renew({ remote, mirror, signal })
      return attempt()
    })
  }

  async #renew({ remote, mirror, signal }: Place): Promise<void> {
    const { connections, workspace } = await this.#open()
    if (mirror.wanted.size === 0) {
      throw new AppError('GIT_COMMIT_MISSING', `nothing was fetched from ${remote.url.toString()} yet`)
    }
    workspace.log.warn('the mirror is damaged and is made anew', { remote: remote.url.toString() })
    const purpose = { what: 'fetch from', mirror: mirror.folder, signal }
    await connections.use(remote, purpose, async ({ operation, address }) => {
      const fetch = { mirror, remote, address, wanted: new Map(mirror.wanted), operation }
      await withLock(mirror, operation, async () => rebuild(fetch))
    })
  }
}

/** A mirror and the remote it is of. */
interface Place {
  readonly remote: GitRemote
  readonly mirror: Mirror
  readonly signal: AbortSignal
}

/** Work that needs nothing but the mirror and a commit that was fetched. */
interface LocalWork {
  readonly remote: GitRemote
  readonly commit: ObjectId
  readonly what: string
  readonly signal: AbortSignal
  readonly timeoutMs?: number
}

function isMissing(error: unknown): boolean {
  return isAppError(error) && error.code === 'GIT_COMMIT_MISSING'
}

/** What a damaged mirror spoils is done once more after the cure; a second time it is an error. */
async function onceMore<T>(what: string, work: () => Promise<T>, cure: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof MirrorCorrupt)) throw error
  }
  try {
    return await cure()
  } catch (error) {
    if (!(error instanceof MirrorCorrupt)) throw error
    throw new AppError(
      'GIT_CACHE_CORRUPT',
      `${what}: the mirror is damaged again after it was made anew: ${quoteOutside(error.message)}`,
    )
  }
}

/** Damage that a mere look meets is found again, and cured, by the work that follows. */
function orElse<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof MirrorCorrupt) return value
    throw error
  }
}

function check(ref: string, id: ObjectId): void {
  if (!isRefName(ref)) throw new AppError('GIT_REF_INVALID', `'${quoteOutside(ref)}' is no full ref name`)
  checkId(id)
}

/** Ids come from Git, so another text is a defect of ours; it must not become an option. */
function checkId(id: ObjectId): ObjectId {
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id)) return id
  throw new AppError('INTERNAL', `'${quoteOutside(id)}' is no object id`)
}
