import type { Checkout } from '#core/commit/target.ts'
import { parseTrailers } from '#core/commit/trailer.ts'
import { AppError, isAppError } from '#core/error.ts'
import type { Tag } from '#core/image/reference.ts'
import { compilePolicy } from '#core/policy/compile.ts'
import { select } from '#core/policy/select.ts'
import type { Lane } from './lane.ts'
import type { CommitInfo, ObjectId, Readers, RemoteRefs } from './ports.ts'

/** What the commits of a lane are made on. */
export interface LaneBase {
  /** The commit that is checked out, and its revision as Flux writes it (`main@sha1:…`). */
  readonly head: ObjectId
  readonly revision: string
  /** The commit that the first new one gets as parent. */
  readonly parent: ObjectId
  /** Tip of the push branch at the remote; undefined: there is none. */
  readonly seen: ObjectId | undefined
  /**
   * `same`: the push branch is what is checked out. `rebuild`: it is made anew on the checkout. `kept`: it has commits of
   * others, which a rebuild would lose, so new ones go on top of it.
   */
  readonly mode: 'same' | 'rebuild' | 'kept'
  /** Commits of others on the push branch (mode `kept`). */
  readonly foreign: number
  /** Of a push branch that is wholly ours and stands on `head`: the runs on it, oldest first. */
  readonly runs: readonly string[]
  /** What the further ref of a refspec names at the remote now. */
  readonly alsoSeen: ReadonlyMap<string, ObjectId>
}

type Needs = Pick<Readers, 'git' | 'probe'>

/** More commits than this on a push branch are not looked through; they count as those of others. */
const maxBranchCommits = 200

/** Git's failures under Flux's reason for an automation: `GitOperationFailed`. */
async function inSourceWords<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!isAppError(error) || !error.code.startsWith('GIT_') || error.retry === 'never') throw error
    const message = error.message.startsWith('failed to ')
      ? error.message
      : `failed to checkout source: ${error.message}`
    throw new AppError(error.code, message, {
      retry: error.retry,
      hint: error.hint,
      reason: 'GitOperationFailed',
      cause: error,
    })
  }
}

/**
 * Asks the remote once, brings the commits into the mirror and decides what to build on.
 * `GIT_EMPTY_REPOSITORY`, `GIT_BRANCH_MISSING` (names the branch of the remote's HEAD), `GIT_COMMIT_MISSING`.
 */
export async function laneBase(lane: Lane, readers: Needs, signal: AbortSignal): Promise<LaneBase> {
  const branch = pushBranch(lane)
  const asked = [...new Set([...checkoutRefs(lane.checkout), branch, ...furtherRefs(lane)])]
  const remote = await inSourceWords(async () => readers.git.remoteRefs(lane.remote, asked, signal))
  const { head, ref, name } = resolveCheckout(lane.checkout, remote)
  const seen = remote.refs.get(branch)
  const wanted = new Map([[ref, head], ...(seen === undefined ? [] : [[branch, seen] as const])])
  await inSourceWords(async () => readers.git.fetch(lane.remote, wanted, signal))
  await readers.probe.at('fetched')
  const revision = `${name === '' ? '' : `${name}@`}${head.length === 64 ? 'sha256' : 'sha1'}:${head}`
  const known = { head, revision, seen, alsoSeen: remote.refs }
  if (!isSeparate(lane)) return { ...known, parent: head, mode: 'same', foreign: 0, runs: [] }
  return { ...known, ...(await separateBase(lane, { head, seen }, { readers, signal })) }
}

/** The full name of the branch that the lane pushes to. */
export function pushBranch(lane: Lane): string {
  return lane.members[0]?.target.branch ?? ''
}

function isSeparate(lane: Lane): boolean {
  return lane.members.some(({ target }) => target.separate)
}

function furtherRefs(lane: Lane): readonly string[] {
  return lane.members.flatMap(({ target }) => (target.also === undefined ? [] : [target.also.ref]))
}

function checkoutRefs(checkout: Checkout): readonly string[] {
  if (checkout.kind === 'name') return [checkout.ref]
  if (checkout.kind === 'tag') return [`refs/tags/${checkout.tag}`]
  if (checkout.kind === 'semver') return ['refs/tags/*']
  return checkout.branch === undefined ? [] : [`refs/heads/${checkout.branch}`]
}

/** The commit, a ref that leads to it, and the name that stands in the revision. */
function resolveCheckout(checkout: Checkout, remote: RemoteRefs): { head: ObjectId; ref: string; name: string } {
  if (checkout.kind === 'commit') {
    const ref = checkout.branch === undefined ? checkout.commit : `refs/heads/${checkout.branch}`
    return { head: checkout.commit, ref, name: checkout.branch ?? '' }
  }
  const tag = checkout.kind === 'semver' ? newestTag(checkout.range, remote) : ''
  const ref = checkout.kind === 'semver' ? `refs/tags/${tag}` : (checkoutRefs(checkout)[0] ?? '')
  const head = remote.refs.get(ref)
  if (head === undefined) throw missing(checkout, remote)
  return { head, ref, name: ref.replace(/^refs\/(heads|tags)\//, '') }
}

function newestTag(range: string, { refs }: RemoteRefs): string {
  const policy = compilePolicy({ policy: { semver: { range } } }, 'ref.semver')
  const names = [...refs.keys()]
    .filter((ref) => ref.startsWith('refs/tags/'))
    .map((ref) => ref.slice('refs/tags/'.length))
  // Tags of Git, not of images: `v1.2.3+build` is one too.
  const tags = names as Tag[]
  return select(policy, { tags }).latest?.tag ?? ''
}

function missing(checkout: Exclude<Checkout, { kind: 'commit' }>, { head }: RemoteRefs): AppError {
  if (head === undefined) {
    return new AppError('GIT_EMPTY_REPOSITORY', 'failed to checkout source: the repository has no commit yet')
  }
  const what = checkout.kind === 'semver' ? `no tag is within ${checkout.range}` : `there is no ${describe(checkout)}`
  const assumed = checkout.kind === 'branch' && checkout.assumed ? ' (assumed, since no ref is given)' : ''
  return new AppError('GIT_BRANCH_MISSING', `failed to checkout source: ${what}${assumed}`, {
    hint: `the HEAD of the remote is ${head.replace('refs/heads/', 'branch ')}: name it in spec.git.checkout.ref, in spec.ref of the GitRepository, or by --branch`,
  })
}

function describe(checkout: Exclude<Checkout, { kind: 'semver' | 'commit' }>): string {
  if (checkout.kind === 'branch') return `branch '${checkout.branch}'`
  return checkout.kind === 'tag' ? `tag '${checkout.tag}'` : `ref '${checkout.ref}'`
}

async function separateBase(
  lane: Lane,
  { head, seen }: { head: ObjectId; seen: ObjectId | undefined },
  { readers, signal }: { readers: Needs; signal: AbortSignal },
): Promise<Pick<LaneBase, 'parent' | 'mode' | 'foreign' | 'runs'>> {
  const rebuild = { parent: head, mode: 'rebuild', foreign: 0 } as const
  if (seen === undefined) return { ...rebuild, runs: [] }
  const query = { from: seen, except: head, max: maxBranchCommits + 1 }
  const commits = await readers.git.log(lane.remote, query, signal)
  const foreign = commits.filter((commit) => !isOurs(commit, lane)).length
  if (foreign > 0 || commits.length > maxBranchCommits) return { parent: seen, mode: 'kept', foreign, runs: [] }
  const standsOnHead = commits.at(-1)?.parents[0] === head
  const runs = commits.toReversed().flatMap(({ message }) => parseTrailers(message).runs)
  return { ...rebuild, runs: standsOnHead ? runs : [] }
}

/** Made by an automation of this lane that takes part in the rebuild: only such a commit may be made anew. */
function isOurs({ message, committer }: CommitInfo, lane: Lane): boolean {
  const { automations } = parseTrailers(message)
  return lane.members.some(({ automation }) => {
    const { metadata, spec } = automation
    const isAuthor = spec.git?.commit.author.email === committer.email
    return spec.suspend !== true && isAuthor && automations.includes(`${metadata.namespace}/${metadata.name}`)
  })
}
