import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, renameSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#core/error.ts'
import type { GitRemote, ObjectId } from '#flow/ports.ts'
import { openBatch } from './batch.ts'
import { printConfig, type Setting } from './config-text.ts'
import { acquireLock } from './lock.ts'
import type { MarkerIndex } from './marker-index.ts'
import { gitOutput, openOperation, stopped, type Operation } from './operation.ts'
import { makeFolder, type Workspace } from './workspace.ts'

/** The local bare repository of a remote, and what this process knows of it. */
export interface Mirror {
  readonly folder: string
  /** Commits that are known to be there with all that they reach. */
  readonly present: Set<ObjectId>
  /** What was fetched last by ref, so that a damaged mirror can be made anew. */
  readonly wanted: Map<string, ObjectId>
  /** By the text they look for. */
  readonly indexes: Map<string, MarkerIndex>
}

/**
 * Mirrors by remote. Two Secrets never share a mirror, not even for one address: who cannot fetch with theirs must not
 * read what another fetched. Names on disk are hashes, so no part of a URL becomes a path.
 */
export class Mirrors {
  readonly #workspace: Workspace
  readonly #mirrors = new Map<string, Mirror>()

  constructor(workspace: Workspace) {
    this.#workspace = workspace
  }

  of({ url, secret }: GitRemote): Mirror {
    const whose = secret === undefined ? '' : `${secret.namespace}/${secret.name}`
    const key = createHash('sha256')
      .update(JSON.stringify([url.address, url.user, whose]))
      .digest('hex')
      .slice(0, 32)
    const known = this.#mirrors.get(key)
    if (known !== undefined) return known
    const folder = join(this.#workspace.mirrors, key)
    const mirror = { folder, present: new Set<string>(), wanted: new Map(), indexes: new Map() }
    this.#mirrors.set(key, mirror)
    return mirror
  }
}

/** Does the mirror exist on disk? */
export function mirrorExists(mirror: Mirror): boolean {
  return existsSync(join(mirror.folder, 'HEAD'))
}

/** Does something while no other writer, in this process or another, touches the mirror. Readers need no lock. */
export async function withLock<T>(mirror: Mirror, operation: Operation, work: () => Promise<T>): Promise<T> {
  await using stack = new AsyncDisposableStack()
  stack.use(await lock(mirror, operation))
  return await work()
}

async function lock(mirror: Mirror, operation: Operation): Promise<AsyncDisposable> {
  const { clock, identity, mirrors } = operation.workspace
  // Somebody may have removed the cache while we run.
  makeFolder(mirrors)
  try {
    return await acquireLock({ path: `${mirror.folder}.lock`, identity, clock, signal: operation.signal })
  } catch (error) {
    if (operation.signal.aborted) throw stopped(operation)
    throw cacheError(error, 'cannot lock the mirror')
  }
}

/**
 * Our own repository's configuration. It goes before the user's, of which nothing may reach into a mirror: no hook, no
 * file monitor, no maintenance behind our back, no tags or signatures that nobody asked for. Fetched objects stay in
 * their pack, which appears whole or not at all; loose objects could show a commit without its files.
 */
const settings: readonly Setting[] = [
  ['core', '', 'hooksPath', '/dev/null'],
  ['core', '', 'fsmonitor', 'false'],
  ['core', '', 'logAllRefUpdates', 'false'],
  ['core', '', 'warnAmbiguousRefs', 'false'],
  ['gc', '', 'auto', '0'],
  ['maintenance', '', 'auto', 'false'],
  ['fetch', '', 'unpackLimit', '1'],
  ['fetch', '', 'prune', 'false'],
  ['fetch', '', 'pruneTags', 'false'],
  ['fetch', '', 'writeCommitGraph', 'false'],
  ['push', '', 'followTags', 'false'],
  ['push', '', 'gpgSign', 'false'],
  ['push', '', 'recurseSubmodules', 'no'],
  ['repack', '', 'writeBitmaps', 'false'],
  ['submodule', '', 'recurse', 'false'],
]

/** Makes an empty mirror beside its place and moves it there. The caller holds the lock. */
export async function createMirror(
  mirror: Mirror,
  remote: GitRemote,
  example: ObjectId,
  operation: Operation,
): Promise<void> {
  const { workspace, signal } = operation
  const format = example.length === 64 ? 'sha256' : 'sha1'
  const made = `${mirror.folder}.new`
  await using making = openOperation(workspace, { what: 'making a mirror', signal, timeoutMs: remote.timeoutMs })
  await rm(made, { recursive: true, force: true })
  await gitOutput(making, ['init', '--bare', '--template=', `--object-format=${format}`, '--end-of-options', made])
  try {
    appendFileSync(join(made, 'config'), printConfig(settings))
    writeFileSync(join(made, 'description'), `Tagboat's mirror of ${remote.url.toString()}\n`)
    await removeMirror(mirror)
    renameSync(made, mirror.folder)
  } catch (error) {
    throw cacheError(error, 'cannot make the mirror')
  }
}

/** Takes a mirror away, its knowledge with it. It is moved first, so that nobody sees half of it. */
export async function removeMirror(mirror: Mirror): Promise<void> {
  mirror.present.clear()
  mirror.indexes.clear()
  if (!existsSync(mirror.folder)) return
  const old = `${mirror.folder}.old`
  await rm(old, { recursive: true, force: true })
  renameSync(mirror.folder, old)
  await rm(old, { recursive: true, force: true })
}

/**
 * Are all these commits there? Only fetched packs and our own commits bring any, and both are complete when the commit
 * can be seen, so what has been seen once needs no further look.
 */
export async function hasCommits(mirror: Mirror, ids: Iterable<ObjectId>, operation: Operation): Promise<boolean> {
  const unknown = [...new Set(ids)].filter((id) => !mirror.present.has(id))
  if (unknown.length === 0) return true
  if (!mirrorExists(mirror)) return false
  await using batch = openBatch(operation)
  const headers = await batch.headers(unknown)
  for (const header of headers) if (header?.type === 'commit') mirror.present.add(header.id)
  return headers.every((header) => header?.type === 'commit')
}

/** Has a commit gone that was known to be there? Then the mirror is damaged. */
export async function hasLost(mirror: Mirror, id: ObjectId, operation: Operation): Promise<boolean> {
  if (!mirror.present.has(id)) return false
  await using batch = openBatch(operation)
  const [header] = await batch.headers([id])
  return header === undefined
}

/** A failure of the file system in words; the reason is its code, e.g. `ENOSPC`. */
export function cacheError(error: unknown, what: string): AppError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
  return new AppError('GIT_CACHE_UNUSABLE', `${what}: ${code}`, { cause: error })
}
