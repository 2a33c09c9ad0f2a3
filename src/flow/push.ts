import type { ImageUpdateAutomation } from '#core/api/image-update-automation.ts'
import { keyOf } from '#core/api/object-ref.ts'
import { parseTrailers } from '#core/commit/trailer.ts'
import { AppError } from '#core/error.ts'
import type { Retry } from '#core/errors/row.ts'
import { isDigest } from '#core/image/digest.ts'
import type { Tag } from '#core/image/reference.ts'
import { pushBranch } from './base.ts'
import { isRebuilt, replanLane, updatesOf, type LanePlan } from './lane-plan.ts'
import type { MemberPlan } from './member.ts'
import type { CommitRequest, ObjectId, Ports, PushRequest, PushResult } from './ports.ts'
import { repositoryOf } from './referred.ts'
import { registrySource } from './registry-source.ts'
import { signingOf } from './signing.ts'
import { applyWords, inWords, pushWords } from './words.ts'

/** How a lane ended. */
export interface LaneResult {
  /** The plan that was carried out: that of the last try. */
  readonly plan: LanePlan
  /** Automation as `namespace/name` → its commit; empty when nothing was to be pushed. */
  readonly commits: ReadonlyMap<string, ObjectId>
  /** Pushes that were sent. */
  readonly attempts: number
}

const maxAttempts = 10

/**
 * Carries a plan out: commits, one push, and again on the new tip when somebody was first (at most ten times).
 * `GIT_PUSH_REFUSED` with the server's text, `COMMIT_CONTENDED`, `COMMIT_FENCED`, `COMMIT_DIGEST_MOVED`,
 * `GIT_SIGNING_…`. Whatever happens, a branch is never left with half of the commits.
 */
export async function pushLane(planned: LanePlan, ports: Ports, signal: AbortSignal): Promise<LaneResult> {
  return inWords(pushWords, async () => carryOut(planned, ports, signal))
}

async function carryOut(planned: LanePlan, ports: Ports, signal: AbortSignal): Promise<LaneResult> {
  let plan = planned
  for (let attempts = 0; ;) {
    const todo = pendingOf(plan)
    if (todo.length === 0) return { plan, commits: new Map(), attempts }
    await requireUnchanged(todo, ports, signal)
    const commits = await makeCommits(plan, todo, { ports, signal })
    const result = await send(plan, [...commits.values()].at(-1) ?? plan.base.parent, { ports, signal })
    attempts += 1
    if (result.kind === 'pushed') return { plan, commits, attempts }
    if (result.kind === 'refused') throw refused(result.text)
    if (result.kind === 'unknown' && (await hasArrived(plan, todo, { ports, signal })))
      return { plan, commits, attempts }
    if (attempts >= maxAttempts) throw contended(plan, result)
    // Full jitter, so that writers who lost together do not meet again.
    await ports.clock.sleep(ports.clock.random() * Math.min(100 * 2 ** attempts, 2000), signal)
    plan = await replanLane(plan, ports, signal)
  }
}

function pendingOf(plan: LanePlan): readonly MemberPlan[] {
  return isRebuilt(plan) ? [] : updatesOf(plan)
}

/** Right before a push: the objects still exist unchanged, and every digest about to be written is still the tag's. */
async function requireUnchanged(todo: readonly MemberPlan[], ports: Ports, signal: AbortSignal): Promise<void> {
  for (const { member, states, update } of todo) {
    await requireSame(member.automation, ports, signal)
    const used = new Set(update?.edits.filter(({ to }) => to.includes('sha')).map(({ policy }) => policy))
    for (const key of used) await inWords(applyWords, async () => requireDigest(states.get(key), ports, signal))
  }
}

async function requireSame(automation: ImageUpdateAutomation, ports: Ports, signal: AbortSignal): Promise<void> {
  const { namespace, name, uid, generation } = automation.metadata
  const now = await ports.resources.get(keyOf(automation), signal)
  const fenced = (what: string, retry: Retry) =>
    new AppError(
      'COMMIT_FENCED',
      `failed to update source: ${namespace}/${name} was ${what} before the push; nothing was pushed`,
      { retry },
    )
  const isThere = now?.metadata.uid === uid && now?.metadata.deletionTimestamp === undefined
  if (now === undefined || !isThere) throw fenced('deleted', 'backoff')
  if (now.spec.suspend === true) throw fenced('suspended', 'never')
  if (now.metadata.generation !== generation) throw fenced('changed', 'backoff')
}

async function requireDigest(
  view: MemberPlan['states'] extends ReadonlyMap<string, infer View> ? View | undefined : never,
  ports: Ports,
  signal: AbortSignal,
): Promise<void> {
  const { policy, latestRef } = view ?? {}
  if (policy === undefined || latestRef?.digest === undefined || !isDigest(latestRef.digest)) return
  const source = await registrySource(await repositoryOf(policy, ports, signal), ports, signal)
  const now = await ports.registry.resolve(source, latestRef.tag as Tag, { fresh: true }, signal)
  if (now?.digest === latestRef.digest) return
  const what = now === undefined ? 'is gone' : `is ${now.digest} now`
  throw new AppError(
    'COMMIT_DIGEST_MOVED',
    `${latestRef.name}:${latestRef.tag} was ${latestRef.digest} at the scan and ${what}; nothing was pushed`,
  )
}

async function makeCommits(
  plan: LanePlan,
  todo: readonly MemberPlan[],
  { ports, signal }: { ports: Ports; signal: AbortSignal },
): Promise<ReadonlyMap<string, ObjectId>> {
  const commits = new Map<string, ObjectId>()
  let parent = plan.base.parent
  for (const { member, update } of todo) {
    if (update === undefined) continue
    const signing = await signingOf(member.automation, ports, signal)
    const request: CommitRequest = {
      parent,
      files: new Map(update.files.flatMap(({ path, text }) => (text === undefined ? [] : [[path, text]]))),
      message: update.message,
      author: update.author,
      at: plan.startedAt,
      ...(signing === undefined ? {} : { signing }),
    }
    parent = await ports.gitWriter.commit(plan.lane.remote, request, signal)
    commits.set(update.trailers.automation, parent)
  }
  await ports.probe.at('commit-written')
  return commits
}

async function send(
  plan: LanePlan,
  commit: ObjectId,
  { ports, signal }: { ports: Ports; signal: AbortSignal },
): Promise<PushResult> {
  if (!(await ports.fence.check(signal))) {
    throw new AppError('COMMIT_FENCED', 'failed to update source: another process may write now; nothing was pushed')
  }
  const result = await ports.gitWriter.push(plan.lane.remote, pushRequest(plan, commit), signal)
  await ports.probe.at('push-acknowledged')
  return result
}

function pushRequest({ lane, base }: LanePlan, commit: ObjectId): PushRequest {
  const targets = lane.members.map(({ target }) => target)
  const overwrite = base.seen === undefined ? 'absent' : { lease: base.seen }
  const also = targets.flatMap((target) => (target.also === undefined ? [] : [target.also]))
  const further = new Map(also.map(({ ref, force }) => [ref, force]))
  return {
    updates: [
      { commit, ref: pushBranch(lane), expect: base.mode === 'rebuild' ? overwrite : 'fast-forward' },
      ...[...further].map(([ref, force]) => {
        const seen = base.alsoSeen.get(ref)
        return {
          commit,
          ref,
          expect: force ? (seen === undefined ? 'absent' : { lease: seen }) : 'fast-forward',
        } as const
      }),
    ],
    options: [...new Set(targets.flatMap(({ options }) => options))].toSorted(),
  }
}

/** After a push of unknown end: is every run of it on the branch? Our trailers say so, whatever the commits are named. */
async function hasArrived(
  plan: LanePlan,
  todo: readonly MemberPlan[],
  { ports, signal }: { ports: Ports; signal: AbortSignal },
): Promise<boolean> {
  const { remote } = plan.lane
  const branch = pushBranch(plan.lane)
  const tip = (await ports.git.remoteRefs(remote, [branch], signal)).refs.get(branch)
  if (tip === undefined) return false
  await ports.git.fetch(remote, new Map([[branch, tip]]), signal)
  const since = await ports.git.log(remote, { from: tip, except: plan.base.parent, max: 1000 }, signal)
  const runs = new Set(since.flatMap(({ message }) => parseTrailers(message).runs))
  return todo.every(({ update }) => update !== undefined && runs.has(update.trailers.run))
}

function refused(text: string): AppError {
  return new AppError('GIT_PUSH_REFUSED', `failed to update source: the server refused the push: ${text}`)
}

function contended({ lane }: LanePlan, result: PushResult): AppError {
  const last = result.kind === 'unknown' ? `; the last one ended unclear: ${result.text}` : ''
  return new AppError(
    'COMMIT_CONTENDED',
    `failed to update source: ${maxAttempts} pushes to ${pushBranch(lane)} came too late${last}`,
  )
}
