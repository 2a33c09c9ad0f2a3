import type { GitRepository, GitRepositoryStatus } from '#core/api/git-repository.ts'
import { requireSupported } from '#core/api/unsupported.ts'
import { findSpecWarnings, specWarningCondition } from '#core/api/warnings.ts'
import type { Condition } from '#core/api/condition.ts'
import { parseCheckout, type Checkout } from '#core/commit/target.ts'
import { AppError, isAppError } from '#core/error.ts'
import { conditionsOf, notice, ready } from '#core/status/conditions-of.ts'
import type { Outcome } from '#core/status/outcome.ts'
import { parseDuration, printTime } from '#core/time.ts'
import { checkoutRefs, resolveCheckout, type ResolvedCheckout } from './checkout.ts'
import { gitRemote } from './git-remote.ts'
import type { GitRemote, ObjectId, Readers } from './ports.ts'
import type { Step } from './step.ts'
import { webhookOf, type WebhookState } from './webhook-path.ts'
import { inWords, type Words } from './words.ts'

type Artifact = NonNullable<GitRepositoryStatus['artifact']>

/** What the remote holds now. */
export interface FetchPlan {
  readonly repository: GitRepository
  readonly artifact: Artifact
  /** Message of the condition `HistoryRewritten`, until the branch next moves forward. */
  readonly rewritten: string | undefined
  readonly webhook: WebhookState
}

type Needs = Pick<Readers, 'resources' | 'git' | 'log' | 'settings' | 'clock' | 'hashes'>

/** Flux's words for a source that cannot be read. */
const fetchWords: Words = {
  prefix: 'failed to checkout and determine revision: ',
  reasons: {
    GIT_CREDENTIALS_INVALID: 'AuthenticationFailed',
    GIT_REF_INVALID: 'GitOperationFailed',
    POLICY_RANGE_INVALID: 'GitOperationFailed',
    COMMIT_TARGET_INVALID: 'GitOperationFailed',
  },
  of: ['GIT_', 'POLICY_RANGE_INVALID', 'COMMIT_TARGET_INVALID'],
}

/** GitRepository → the revision that it names now. A remote that has not moved costs one `ls-remote`. */
export const fetch: Step<GitRepository, FetchPlan> = {
  plan,
  act: async (fetched) => outcomeOf(fetched),
  failed(error) {
    const type = error.reason === 'StorageOperationFailed' ? error.reason : 'FetchFailed'
    return [...conditionsOf(error), notice(type, error.reason, error.message)]
  },
}

async function plan(repository: GitRepository, readers: Needs, signal: AbortSignal): Promise<FetchPlan> {
  requireSupported(repository)
  const webhook = await webhookOf(repository, readers, signal)
  const found = await inWords(fetchWords, async () => look(repository, { readers, signal }))
  return { repository, webhook, ...found }
}

async function look(
  repository: GitRepository,
  { readers, signal }: { readers: Needs; signal: AbortSignal },
): Promise<Pick<FetchPlan, 'artifact' | 'rewritten'>> {
  const checkout = parseCheckout(repository.spec.ref, 'spec.ref')
  const remote = await gitRemote(repository, readers, signal)
  const refs = await readers.git.remoteRefs(remote, checkoutRefs(checkout), signal)
  const found = resolveCheckout(checkout, refs)
  const former = repository.status?.artifact
  const path = artifactPath(repository, found.head)
  if (former?.revision === found.revision && former.path === path) {
    return { artifact: former, rewritten: conditionOf(repository, 'HistoryRewritten')?.message }
  }
  const move = { repository, checkout, remote, found, tip: refs.refs.get(found.ref) }
  const tree = await bring(move, { readers, signal })
  const lastUpdateTime = printTime(readers.clock.now())
  const artifact = {
    revision: found.revision,
    digest: `gittree:${tree}`,
    path,
    url: `tagboat://${path}`,
    lastUpdateTime,
  }
  return { artifact, rewritten: await rewrittenBy(move, { readers, signal }) }
}

/** A remote whose ref names another commit than before. */
interface Move {
  readonly repository: GitRepository
  readonly checkout: Checkout
  readonly remote: GitRemote
  readonly found: ResolvedCheckout
  /** What the ref names, where that was asked for. */
  readonly tip: ObjectId | undefined
}

/** Brings the commit into the mirror; its tree. A commit that is named with a branch must be on that. */
async function bring(
  { checkout, remote, found, tip }: Move,
  { readers, signal }: { readers: Needs; signal: AbortSignal },
): Promise<ObjectId> {
  const { head, ref } = found
  const isPinned = checkout.kind === 'commit' && checkout.branch !== undefined
  if (isPinned && tip === undefined) throw new AppError('GIT_BRANCH_MISSING', `there is no branch '${checkout.branch}'`)
  await readers.git.fetch(remote, new Map([[ref, isPinned && tip !== undefined ? tip : head]]), signal)
  const [commit] = await readers.git.log(remote, { from: head, max: 1 }, signal)
  if (commit === undefined) throw new AppError('GIT_COMMIT_MISSING', `commit ${head} is not in the repository`)
  if (isPinned && tip !== undefined && !(await isPartOf(head, tip, { remote, readers, signal }))) {
    throw new AppError('GIT_COMMIT_MISSING', `commit ${head} is not on branch '${checkout.branch}'`)
  }
  return commit.tree
}

/** Whether a branch now leaves out the commit at which it was seen before. A commit that nobody has any more tells nothing. */
async function rewrittenBy(
  { repository, checkout, remote, found }: Move,
  { readers, signal }: { readers: Needs; signal: AbortSignal },
): Promise<string | undefined> {
  const { status, metadata } = repository
  const [name, former] = status?.artifact?.revision.split(/@sha(?:1|256):/) ?? []
  const isSame = status?.observedGeneration === metadata.generation && found.revision.startsWith(`${name}@`)
  if (checkout.kind !== 'branch' || former === undefined || !isSame) return undefined
  try {
    if (await isPartOf(former, found.head, { remote, readers, signal })) return undefined
  } catch (error) {
    if (!isAppError(error) || error.code === 'CANCELLED') throw error
    return undefined
  }
  const [before, now] = [former, found.head].map((id) => id.slice(0, 7))
  return `branch '${name}' was rewritten: ${before} is not part of ${now}; what is there now is followed`
}

async function isPartOf(
  commit: ObjectId,
  of: ObjectId,
  { remote, readers, signal }: { remote: GitRemote; readers: Needs; signal: AbortSignal },
): Promise<boolean> {
  const missing = await readers.git.log(remote, { from: commit, except: of, max: 1 }, signal)
  return missing.length === 0
}

function artifactPath({ metadata }: GitRepository, commit: ObjectId): string {
  return `gitrepository/${metadata.namespace}/${metadata.name}/${commit}`
}

function conditionOf({ status }: GitRepository, type: string): Condition | undefined {
  return status?.conditions?.find((one) => one.type === type)
}

function outcomeOf({ repository, artifact, rewritten, webhook }: FetchPlan): Outcome<GitRepositoryStatus> {
  const message = `stored artifact for revision '${artifact.revision}'`
  const warning = specWarningCondition([...findSpecWarnings(repository), ...webhook.warnings])
  return {
    status: { artifact, webhookPath: webhook.path },
    conditions: [
      ...ready(message),
      notice('ArtifactInStorage', 'Succeeded', message),
      ...(rewritten === undefined ? [] : [notice('HistoryRewritten', 'NotFastForward', rewritten)]),
      ...(warning === undefined ? [] : [warning]),
    ],
    events: [],
    readyMetadata: { revision: artifact.revision },
    requeueAfterMs: parseDuration(repository.spec.interval),
  }
}
