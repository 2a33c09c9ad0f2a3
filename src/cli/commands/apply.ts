import { keyOf } from '#core/api/object-ref.ts'
import { isAppError, type AppError } from '#core/error.ts'
import { conditionsOf } from '#core/status/conditions-of.ts'
import type { LanePlan, MemberState } from '#flow/lane-plan.ts'
import { pushLane, type LaneResult } from '#flow/push.ts'
import { settle } from '#flow/reconcile.ts'
import { automationOutcome } from '#flow/update.ts'
import type { CommandAction } from '../definition.ts'
import { exitCodes } from '../io.ts'
import { hasFlag } from '#core/flags.ts'
import { printUpdates, type Applied } from '../print/update.ts'
import { openSession, type Session } from '../session.ts'
import { brokenItem, itemOf, planUpdates, type UpdateItem } from '../update-pass.ts'

type AppliedItem = UpdateItem & Applied

/** `tagboat apply [AUTOMATION…]`: plans, commits and pushes, one push a branch. */
export const applyCommand: CommandAction = async (names, flags, io) => {
  await using session = await openSession(flags, io, { keeps: true })
  const { lanes, broken, failures } = await planUpdates(names, session, io)
  const items: AppliedItem[] = []
  for (const lane of lanes) items.push(...(await applyLane(lane, session)))
  items.push(...broken)
  if (await printUpdates({ items, failures }, session.options.output, io)) return exitCodes.failed
  const pushed = items.some((item) => item.pushed === true)
  return pushed && hasFlag(flags, 'detailedExitcode') ? exitCodes.changes : exitCodes.done
}

/** Pushes one lane and writes the statuses of its automations; a failure is that of every member with changes. */
export async function applyLane(lane: LanePlan, session: Session): Promise<readonly AppliedItem[]> {
  try {
    const result = await pushLane(lane, session.ports, session.signal)
    const items: AppliedItem[] = []
    for (const state of result.plan.members) items.push(await settled(state, result, session))
    return items
  } catch (error) {
    if (!isAppError(error) || error.code === 'CANCELLED') throw error
    for (const { member } of lane.members) await settleFailure(member.automation, error, session)
    return lane.members.map((state) => {
      return state.kind === 'suspended' ? itemOf(state, lane) : brokenItem(state.member.automation, error)
    })
  }
}

async function settled(state: MemberState, result: LaneResult, session: Session): Promise<AppliedItem> {
  const item = itemOf(state, result.plan)
  if (state.kind === 'failed') {
    await settleFailure(state.member.automation, state.error, session)
    return item
  }
  const { automation } = state.member
  const { ports, signal } = session
  await settle(keyOf(automation), automation, { outcome: automationOutcome(state, result, ports), ports, signal })
  const commit = result.commits.get(item.automation)
  return commit === undefined
    ? { ...item, pushed: false, attempts: result.attempts }
    : { ...item, commit, pushed: true, attempts: result.attempts }
}

async function settleFailure(
  automation: MemberState['member']['automation'],
  error: AppError,
  session: Session,
): Promise<void> {
  const outcome = { status: {}, conditions: conditionsOf(error), events: [], requeueAfterMs: undefined }
  await settle(keyOf(automation), automation, { outcome, ports: session.ports, signal: session.signal })
}
