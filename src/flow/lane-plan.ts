import { isRequested } from '#core/api/annotations.ts'
import type { LatestRef } from '#core/api/image-policy.ts'
import { isAppError, type AppError } from '#core/error.ts'
import type { FileChange } from '#core/rewrite/change-set.ts'
import { laneBase, type LaneBase } from './base.ts'
import type { Lane, LaneMember } from './lane.ts'
import { planMember, type MemberPlan } from './member.ts'
import { policyStates, type PolicyView } from './policy-states.ts'
import type { Readers } from './ports.ts'

/** What a lane would push, and what became of each of its automations. */
export interface LanePlan {
  readonly lane: Lane
  readonly base: LaneBase
  /** In the order of the commits. */
  readonly members: readonly MemberState[]
  /** Epoch ms: the time of the commits, also after further tries. */
  readonly startedAt: number
}

/** `planned`: looked at (its update may be empty); `current`: nothing has moved since the last run, so nothing was. */
export type MemberState =
  | { readonly kind: 'planned'; readonly member: LaneMember; readonly plan: MemberPlan }
  | { readonly kind: 'failed'; readonly member: LaneMember; readonly error: AppError }
  | { readonly kind: 'suspended'; readonly member: LaneMember }
  | { readonly kind: 'current'; readonly member: LaneMember; readonly states: ReadonlyMap<string, PolicyView> }

type Needs = Pick<
  Readers,
  'resources' | 'git' | 'markers' | 'compute' | 'settings' | 'hashes' | 'log' | 'clock' | 'probe'
>

/**
 * Plans the commits of a lane, one per automation, each on top of the one before. One `ls-remote`, and a fetch if
 * something moved. A failing automation does not hinder the others. Fails with `GIT_` codes where the remote does.
 */
export async function planLane(lane: Lane, readers: Needs, signal: AbortSignal): Promise<LanePlan> {
  const startedAt = readers.clock.now()
  const base = await laneBase(lane, readers, signal)
  return { lane, base, startedAt, members: await planMembers(lane, base, { readers, signal }) }
}

/**
 * Plans a lane again after somebody else pushed: the same edits on the new tip, without those whose scalar already has
 * the new value or was changed by somebody meanwhile. A branch that is rebuilt is simply planned anew.
 */
export async function replanLane(earlier: LanePlan, readers: Needs, signal: AbortSignal): Promise<LanePlan> {
  const { lane, startedAt } = earlier
  const base = await laneBase(lane, readers, signal)
  const again = base.mode === 'rebuild' ? undefined : earlier
  return { lane, base, startedAt, members: await planMembers(lane, base, { readers, signal, earlier: again }) }
}

/** Members with something to commit. */
export function updatesOf({ members }: LanePlan): readonly MemberPlan[] {
  return members.flatMap((state) => (state.kind === 'planned' && state.plan.update ? [state.plan] : []))
}

/** Is the push branch already what a rebuild would give? Runs name change sets, so equal runs are equal branches. */
export function isRebuilt(plan: LanePlan): boolean {
  const { mode, made } = plan.base
  const planned = updatesOf(plan).map(({ update }) => update?.trailers.run)
  return mode === 'rebuild' && planned.length === made.length && planned.every((run, index) => run === made[index]?.run)
}

async function planMembers(
  lane: Lane,
  base: LaneBase,
  { readers, signal, earlier }: { readers: Needs; signal: AbortSignal; earlier?: LanePlan | undefined },
): Promise<readonly MemberState[]> {
  const states: MemberState[] = []
  const overlay = new Map<string, string>()
  const isDue = earlier !== undefined || (await isLaneDue(lane, base, { readers, signal }))
  for (const [index, member] of lane.members.entries()) {
    const before = earlier?.members[index]
    const ground = { lane, parent: base.parent, overlay, earlier: earlier && filesOf(before) }
    const state = await stateOf(member, { isDue, readers, signal, ground })
    states.push(state)
    if (state.kind !== 'planned') continue
    for (const { path, text } of state.plan.update?.files ?? []) if (text !== undefined) overlay.set(path, text)
  }
  return states
}

function filesOf(state: MemberState | undefined): ReadonlyMap<string, FileChange> {
  return new Map(state?.kind === 'planned' ? state.plan.files.map((file) => [file.path, file]) : [])
}

interface StateOptions {
  readonly isDue: boolean
  readonly readers: Needs
  readonly signal: AbortSignal
  readonly ground: Parameters<typeof planMember>[1]
}

async function stateOf(member: LaneMember, { isDue, readers, signal, ground }: StateOptions): Promise<MemberState> {
  if (member.automation.spec.suspend === true) return { kind: 'suspended', member }
  try {
    if (!isDue) return { kind: 'current', member, states: await policyStates(member.automation, readers, signal) }
    return { kind: 'planned', member, plan: await planMember(member, ground, { readers, signal }) }
  } catch (error) {
    if (!isAppError(error) || error.code === 'CANCELLED') throw error
    return { kind: 'failed', member, error }
  }
}

/** A lane is looked at when anything that one of its automations depends on has moved since that one's last run. */
async function isLaneDue(
  lane: Lane,
  base: LaneBase,
  { readers, signal }: { readers: Needs; signal: AbortSignal },
): Promise<boolean> {
  for (const member of lane.members) {
    if (member.automation.spec.suspend === true) continue
    if (isAskedFor(member, readers)) return true
    const states = await policyStates(member.automation, readers, signal)
    if (hasMoved(member, base, states)) return true
  }
  return false
}

/** Has a person asked for a run, by an annotation or by writing something else than at the last one? */
function isAskedFor(member: LaneMember, readers: Pick<Readers, 'hashes'>): boolean {
  const { automation } = member
  return isRequested(automation) || automation.status?.run?.specHash !== runHash(member, readers)
}

/** Is an election, the checkout or a push branch of its own another than at the last run? */
function hasMoved(
  { automation, target }: LaneMember,
  base: LaneBase,
  states: ReadonlyMap<string, PolicyView>,
): boolean {
  const { metadata, status } = automation
  const observed = observedPolicies(metadata.namespace, states)
  if (JSON.stringify(status?.observedPolicies ?? {}) !== JSON.stringify(observed)) return true
  if (status?.observedSourceRevision !== base.revision) return true
  return target.separate && (status?.run?.pushBranchHead ?? '') !== (base.seen ?? '')
}

/** Names everything that a person wrote and that a run depends on. */
export function runHash({ automation, repository }: LaneMember, { hashes }: Pick<Readers, 'hashes'>): string {
  return hashes.sha256(JSON.stringify([automation.spec, automation.metadata.annotations, repository.spec]))
}

/** `status.observedPolicies`: the refs of the policies that the automation acts on, by name (others' by namespace/name). */
export function observedPolicies(
  namespace: string,
  states: ReadonlyMap<string, PolicyView>,
): Readonly<Record<string, LatestRef>> {
  const observed = [...states.values()].flatMap(({ policy, latestRef, selected, visible }) => {
    const { metadata } = policy
    const name = metadata.namespace === namespace ? metadata.name : `${metadata.namespace}/${metadata.name}`
    return latestRef !== undefined && selected && visible ? [[name, latestRef] as const] : []
  })
  return Object.fromEntries(observed.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
