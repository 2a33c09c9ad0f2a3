import type { ImageUpdateAutomation, ImageUpdateAutomationStatus } from '#core/api/image-update-automation.ts'
import type { SpecWarning } from '#core/api/resource.ts'
import { findSpecWarnings, specWarningCondition } from '#core/api/warnings.ts'
import { markersSkipped, valuesHeld, type SkipNotice } from '#core/commit/skip-notice.ts'
import { AppError } from '#core/error.ts'
import { notice, ready } from '#core/status/conditions-of.ts'
import type { Outcome } from '#core/status/outcome.ts'
import { parseDuration, printTime } from '#core/time.ts'
import { observedPolicies, planLane, runHash, type LanePlan, type MemberState } from './lane-plan.ts'
import { lanesOf, type Lane } from './lane.ts'
import type { Condition, ObjectEvent } from '#core/api/condition.ts'
import type { PolicyView } from './policy-states.ts'
import type { Readers } from './ports.ts'
import { pushLane, type LaneResult } from './push.ts'
import { signingOf } from './signing.ts'
import type { Step } from './step.ts'

/** The lane of an automation, planned for that automation. */
export interface AutomationPlan {
  readonly automation: ImageUpdateAutomation
  readonly lane: LanePlan
}

const maxSkipped = 50
/** After a push that was overtaken, the run that decides about what was left out. */
const postponedMs = 1000

/** ImageUpdateAutomation → one commit with every pending change, pushed; with an explanation of what was left alone. */
export const update: Step<ImageUpdateAutomation, AutomationPlan> = {
  async plan(automation, readers, signal) {
    const lane = await laneOf(automation, readers, signal)
    // As in Flux, a key that is missing is told before there is something to sign.
    await signingOf(automation, readers, signal)
    return { automation, lane: await planLane(lane, readers, signal) }
  },
  async act({ automation, lane }, ports, signal) {
    const result = await pushLane(lane, ports, signal)
    const state = result.plan.members.find((one) => one.member.automation === automation)
    if (state?.kind === 'failed') throw state.error
    if (state === undefined) throw new AppError('INTERNAL', 'an automation is not in its own lane')
    return automationOutcome(state, result, ports)
  },
}

/** The automation alone; where it has a push branch of its own, with every other that writes to that. */
async function laneOf(automation: ImageUpdateAutomation, readers: Readers, signal: AbortSignal): Promise<Lane> {
  const all = await readers.resources.list(signal)
  const others = all.filter((resource) => resource.kind === 'ImageUpdateAutomation' && !isSame(resource, automation))
  const { lanes, failed } = await lanesOf([automation, ...(others as ImageUpdateAutomation[])], readers, signal)
  const error = failed.find((one) => one.automation === automation)?.error
  if (error !== undefined) throw error
  for (const lane of lanes) {
    const own = lane.members.find((member) => member.automation === automation)
    if (own !== undefined) return own.target.separate ? lane : { ...lane, members: [own] }
  }
  throw new AppError('INTERNAL', 'an automation has neither a lane nor a failure')
}

function isSame(
  a: { group: string; metadata: { namespace: string; name: string } },
  b: ImageUpdateAutomation,
): boolean {
  return a.group === b.group && a.metadata.namespace === b.metadata.namespace && a.metadata.name === b.metadata.name
}

/** What the status of an automation says after its lane was carried out. Flux's texts. */
export function automationOutcome(
  state: Exclude<MemberState, { kind: 'failed' }>,
  result: LaneResult,
  readers: Pick<Readers, 'clock' | 'hashes'>,
): Outcome<ImageUpdateAutomationStatus> {
  const { automation } = state.member
  const requeueAfterMs = isPostponed(state) ? postponedMs : parseDuration(automation.spec.interval)
  if (state.kind === 'suspended')
    return { status: {}, conditions: automation.status?.conditions ?? [], events: [], requeueAfterMs }
  const now = readers.clock.now()
  const push = pushOf(state, result, now)
  return {
    status: {
      lastAutomationRunTime: printTime(now),
      ...(state.kind === 'planned' ? runStatus(state, result, readers) : {}),
      ...(push === undefined ? {} : { lastPushCommit: push.commit, lastPushTime: printTime(push.at) }),
    },
    conditions: [...ready('repository up-to-date'), ...notices(state, result)],
    events: push === undefined ? [] : [pushEvent(state, result, push.commit)],
    requeueAfterMs,
  }
}

function isPostponed(state: MemberState): boolean {
  return state.kind === 'planned' && state.plan.files.some(({ postponed }) => postponed === true)
}

/** The commit of this run; or the one by which another automation of the lane has taken our change along. */
function pushOf(
  state: Exclude<MemberState, { kind: 'failed' | 'suspended' }>,
  { plan, commits }: LaneResult,
  now: number,
): { readonly commit: string; readonly at: number } | undefined {
  const { automation } = state.member
  const own = commits.get(nameOf(automation))
  if (own !== undefined) return { commit: own, at: now }
  const run = state.kind === 'planned' ? state.plan.update?.trailers.run : undefined
  const made = plan.base.made.find((one) => one.run === run)
  return made?.commit === automation.status?.lastPushCommit ? undefined : made
}

function nameOf({ metadata }: ImageUpdateAutomation): string {
  return `${metadata.namespace}/${metadata.name}`
}

function runStatus(
  state: Extract<MemberState, { kind: 'planned' }>,
  { plan, commits }: LaneResult,
  readers: Pick<Readers, 'hashes'>,
): Outcome<ImageUpdateAutomationStatus>['status'] {
  const { member, plan: own } = state
  const { base } = plan
  const tip = [...commits.values()].at(-1)
  const source = tip !== undefined && base.mode === 'same' ? `${base.revision.split(':')[0]}:${tip}` : base.revision
  const head = tip ?? base.seen
  return {
    observedPolicies: observedPolicies(member.automation.metadata.namespace, own.states),
    // Without it, the next run looks at everything.
    observedSourceRevision: isPostponed(state) ? undefined : source,
    skipped: own.skipped.length === 0 ? undefined : own.skipped.slice(0, maxSkipped),
    skippedCount: own.skipped.length > maxSkipped ? own.skipped.length : undefined,
    run: { specHash: runHash(member, readers), ...(head === undefined ? {} : { pushBranchHead: head }) },
  }
}

/** While nothing has moved, what was found wrong before is still so. */
const kept: ReadonlySet<string> = new Set(['MarkersSkipped', 'Held', 'PushBranchKept', 'SpecWarning'])

function notices(state: MemberState, { plan }: LaneResult): readonly Condition[] {
  const { automation } = state.member
  if (state.kind !== 'planned') return (automation.status?.conditions ?? []).filter(({ type }) => kept.has(type))
  const { base, lane } = plan
  const branch = lane.members[0]?.target.branch.replace('refs/heads/', '') ?? ''
  const keptMessage = `branch '${branch}' has ${base.foreign} commits that a rebuild would lose; not rebuilt from '${base.revision.split('@')[0]}'`
  const keptBranch = base.mode === 'kept' ? { reason: 'ForeignCommits', message: keptMessage } : undefined
  const warning = specWarningCondition([
    ...findSpecWarnings(automation),
    ...(state.plan.update?.warnings ?? []),
    ...[...state.plan.states.values()].flatMap(doubleName),
  ])
  return [
    ...asNotice('MarkersSkipped', markersSkipped(state.plan.skipped)),
    ...asNotice('Held', valuesHeld(state.plan.skipped)),
    ...asNotice('PushBranchKept', keptBranch),
    ...(warning === undefined ? [] : [warning]),
  ]
}

function doubleName({ policy, doubled, visible, selected }: PolicyView): readonly SpecWarning[] {
  if (!doubled || !visible || !selected) return []
  const { namespace, name } = policy.metadata
  const message = `two groups have an ImagePolicy ${namespace}/${name}; the one of ${policy.group} is used`
  return [{ reason: 'DuplicatePolicyName', message }]
}

function asNotice(type: string, text: SkipNotice | undefined): readonly Condition[] {
  return text === undefined ? [] : [notice(type, text.reason, text.message)]
}

function pushEvent(state: MemberState, { plan }: LaneResult, commit: string): ObjectEvent {
  const { target, automation } = state.member
  const branch = target.branch.replace('refs/heads/', '')
  const also =
    target.also === undefined ? '' : ` and refspecs '${automation.spec.git?.push?.refspec ?? target.also.ref}'`
  const made = state.kind === 'planned' ? state.plan.update : undefined
  const message = `pushed commit '${commit.slice(0, 7)}' to branch '${branch}'${also}\n${made?.message ?? ''}`
  const revision = `${branch}@${plan.base.revision.includes('sha256') ? 'sha256' : 'sha1'}:${commit}`
  return { type: 'Normal', reason: 'Succeeded', message, metadata: { revision, run: made?.trailers.run ?? '' } }
}
