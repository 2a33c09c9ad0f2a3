import { parseTrailers } from '#core/commit/trailer.ts'
import { checkoutRefs, resolveCheckout } from './checkout.ts'
import type { Lane } from './lane.ts'
import type { CommitInfo, ObjectId, Readers } from './ports.ts'
import { checkoutWords, inWords } from './words.ts'

/** A run that is on a branch already. */
interface MadeRun {
  readonly run: string
  readonly commit: ObjectId
  /** Epoch ms. */
  readonly at: number
}

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
  readonly made: readonly MadeRun[]
  /** What the further ref of a refspec names at the remote now. */
  readonly alsoSeen: ReadonlyMap<string, ObjectId>
}

type Needs = Pick<Readers, 'git' | 'probe'>

/** More commits than this on a push branch are not looked through; they count as those of others. */
const maxBranchCommits = 200

/**
 * Asks the remote once, brings the commits into the mirror and decides what to build on.
 * `GIT_EMPTY_REPOSITORY`, `GIT_BRANCH_MISSING` (names the branch of the remote's HEAD), `GIT_COMMIT_MISSING`.
 */
export async function laneBase(lane: Lane, readers: Needs, signal: AbortSignal): Promise<LaneBase> {
  const branch = pushBranch(lane)
  const asked = [...new Set([...checkoutRefs(lane.checkout), branch, ...furtherRefs(lane)])]
  return inWords(checkoutWords, async () => {
    const remote = await readers.git.remoteRefs(lane.remote, asked, signal)
    const { head, ref, revision } = resolveCheckout(lane.checkout, remote)
    const seen = remote.refs.get(branch)
    const wanted = new Map([[ref, head], ...(seen === undefined ? [] : [[branch, seen] as const])])
    await readers.git.fetch(lane.remote, wanted, signal)
    await readers.probe.at('fetched')
    const known = { head, revision, seen, alsoSeen: remote.refs }
    if (!isSeparate(lane)) return { ...known, parent: head, mode: 'same', foreign: 0, made: [] }
    return { ...known, ...(await separateBase(lane, { head, seen }, { readers, signal })) }
  })
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

async function separateBase(
  lane: Lane,
  { head, seen }: { head: ObjectId; seen: ObjectId | undefined },
  { readers, signal }: { readers: Needs; signal: AbortSignal },
): Promise<Pick<LaneBase, 'parent' | 'mode' | 'foreign' | 'made'>> {
  const rebuild = { parent: head, mode: 'rebuild', foreign: 0 } as const
  if (seen === undefined) return { ...rebuild, made: [] }
  const query = { from: seen, except: head, max: maxBranchCommits + 1 }
  const commits = await readers.git.log(lane.remote, query, signal)
  const foreign = commits.filter((commit) => !isOurs(commit, lane)).length
  if (foreign > 0 || commits.length > maxBranchCommits) return { parent: seen, mode: 'kept', foreign, made: [] }
  const standsOnHead = commits.at(-1)?.parents[0] === head
  return { ...rebuild, made: standsOnHead ? commits.toReversed().flatMap(runsOf) : [] }
}

function runsOf({ id, message, committer }: CommitInfo): readonly MadeRun[] {
  return parseTrailers(message).runs.map((run) => ({ run, commit: id, at: committer.at }))
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
