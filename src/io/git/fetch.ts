import { readdirSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { AppError } from '#core/error.ts'
import type { GitRemote, ObjectId } from '#flow/ports.ts'
import { createMirror, hasCommits, mirrorExists, removeMirror, type Mirror } from './mirror.ts'
import { MirrorCorrupt } from './errors.ts'
import { failed, git, gitOutput, type Operation } from './operation.ts'

const watchEveryMs = 500
/** From here on packs are joined, so that no repository of a thousand fetches has a thousand of them. */
const maxPacks = 50
/** One of 256 folders holds this many loose objects: about 2,000 in all, as `git gc --auto` estimates. */
const maxLooseSample = 8

/** What a fetch needs; the operation runs in the mirror and can reach the remote. */
export interface Fetch {
  readonly mirror: Mirror
  readonly remote: GitRemote
  /** As git is given it. */
  readonly address: string
  readonly wanted: ReadonlyMap<string, ObjectId>
  readonly operation: Operation
}

/**
 * Brings commits into the mirror, which is made if it is not there. The caller holds the lock. `GIT_BRANCH_MISSING` if
 * a ref has gone, `GIT_COMMIT_MISSING` if its commit cannot be had (the branch was rewritten meanwhile), `GIT_TOO_LARGE`.
 */
export async function fetchInto(fetch: Fetch): Promise<void> {
  const { mirror, remote, wanted, operation } = fetch
  const [example] = wanted.values()
  if (example === undefined) return
  if (!mirrorExists(mirror)) await createMirror(mirror, remote, example, operation)
  await sweepTemporary(mirror)
  await transfer(
    fetch,
    [...wanted.keys()].map((ref) => `+${ref}:${localRef(ref)}`),
  )
  if (!(await hasCommits(mirror, wanted.values(), operation))) await fetchExactly(fetch)
  for (const [ref, id] of wanted) mirror.wanted.set(ref, id)
  await maintain(mirror, operation)
}

/**
 * Where a ref of the remote is kept. A hash, because one ref's name may be the folder of another's (`a` and `a/b`) when
 * the first was deleted, and because no name of the remote's choosing should become a path.
 */
function localRef(ref: string): string {
  return `refs/tagboat/${createHash('sha256').update(ref).digest('hex').slice(0, 40)}`
}

/** The ref moved away from the commit between the two requests; most servers give a commit by its id as well. */
async function fetchExactly(fetch: Fetch): Promise<void> {
  const { mirror, wanted, operation } = fetch
  const ids = [...new Set(wanted.values())]
  const asked = ids.filter((id) => !mirror.present.has(id))
  try {
    await transfer(
      fetch,
      asked.map((id) => `+${id}:${localRef(id)}`),
    )
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'GIT_COMMIT_MISSING') throw error
  }
  if (await hasCommits(mirror, ids, operation)) return
  throw new AppError('GIT_COMMIT_MISSING', `${operation.what}: commit ${asked.join(', ')} is not in the repository`)
}

async function transfer({ mirror, address, operation }: Fetch, refspecs: readonly string[]): Promise<void> {
  const args = ['fetch', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--no-auto-maintenance']
  const { maxFetchBytes } = operation.workspace
  const watch = watchSize(join(mirror.folder, 'objects', 'pack'), maxFetchBytes)
  const signal = AbortSignal.any([operation.signal, watch.signal])
  try {
    const finished = await git({ ...operation, signal }, [...args, '--end-of-options', address, ...refspecs])
    if (finished.code !== 0) throw failed(operation, finished)
  } catch (error) {
    // An ended index-pack leaves its half pack; nobody else writes while the lock is held.
    await sweepTemporary(mirror)
    throw error
  } finally {
    watch[Symbol.dispose]()
  }
}

/** Ends a fetch that fills the disk: a server can send more than anybody wants. */
function watchSize(folder: string, maxBytes: number): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController()
  const before = sizeOf(folder)
  const timer = setInterval(() => {
    if (sizeOf(folder) - before <= maxBytes) return
    controller.abort(new AppError('GIT_TOO_LARGE', `fetch: more than ${Math.round(maxBytes / 1024 ** 2)} MiB`))
  }, watchEveryMs)
  return { signal: controller.signal, [Symbol.dispose]: () => clearInterval(timer) }
}

function sizeOf(folder: string): number {
  return namesIn(folder)
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0)
}

/** What a killed fetch left. Whatever has such a name is nobody's, for the lock is held. */
async function sweepTemporary(mirror: Mirror): Promise<void> {
  const objects = join(mirror.folder, 'objects')
  for (const name of namesIn(join(objects, 'pack'))) {
    if (/^(tmp_|\.tmp-)/.test(name)) await rm(join(objects, 'pack', name), { force: true })
  }
  for (const name of namesIn(join(mirror.folder, 'refs', 'tagboat'))) {
    if (name.endsWith('.lock')) await rm(join(mirror.folder, 'refs', 'tagboat', name), { force: true })
  }
  await rm(join(mirror.folder, 'packed-refs.lock'), { force: true })
  await rm(`${mirror.folder}.old`, { recursive: true, force: true })
}

/** Joins packs and takes up loose objects when there are many. A failure waits for the next time. */
async function maintain(mirror: Mirror, operation: Operation): Promise<void> {
  const packs = namesIn(join(mirror.folder, 'objects', 'pack')).filter((name) => name.endsWith('.pack')).length
  const loose = namesIn(join(mirror.folder, 'objects', '17')).length
  if (packs <= maxPacks && loose <= maxLooseSample) return
  try {
    await gitOutput(operation, ['repack', '-d', '--geometric=2'])
  } catch (error) {
    operation.workspace.log.debug('the mirror could not be repacked', { reason: String(error) })
  }
}

/** Makes a damaged mirror anew from what was fetched into it last. The caller holds the lock. */
export async function rebuild(fetch: Fetch): Promise<void> {
  await removeMirror(fetch.mirror)
  if (fetch.wanted.size === 0) throw new MirrorCorrupt('nothing was fetched yet')
  await fetchInto(fetch)
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
