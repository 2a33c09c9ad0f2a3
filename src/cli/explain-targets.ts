import { isAppError, type AppError } from '#core/error.ts'
import { planLane } from '#flow/lane-plan.ts'
import { lanesOf } from '#flow/lane.ts'
import type { MemberPlan } from '#flow/member.ts'
import type { Session } from './session.ts'

/** What is done with one marked or targeted place: `current`, `edit`, or the code with which it is skipped. */
export interface TargetVerdict {
  readonly file: string
  readonly line?: number
  readonly verdict: string
  readonly reason: string
}

/** The places of every policy by `namespace:name`, found in the repositories of all automations. */
export async function targetsByPolicy(
  session: Session,
): Promise<{ readonly targets: ReadonlyMap<string, readonly TargetVerdict[]>; readonly failed: readonly AppError[] }> {
  const { ports, signal } = session
  const automations = (await ports.resources.list(signal)).filter(
    (resource) => resource.kind === 'ImageUpdateAutomation',
  )
  const { lanes, failed } = await lanesOf(automations, ports, signal)
  const errors = failed.map(({ error }) => error)
  const targets = new Map<string, TargetVerdict[]>()
  for (const lane of lanes) {
    try {
      const { members } = await planLane(lane, ports, signal)
      for (const state of members) {
        if (state.kind === 'planned') collect(state.plan, targets)
        if (state.kind === 'failed') errors.push(state.error)
      }
    } catch (error) {
      if (!isAppError(error) || error.code === 'CANCELLED') throw error
      errors.push(error)
    }
  }
  return { targets, failed: errors }
}

function collect({ files }: MemberPlan, targets: Map<string, TargetVerdict[]>): void {
  for (const { path, found, edits, skipped } of files) {
    for (const { policy, line, value, ordinal } of found) {
      const edit = edits.find((one) => one.ordinal === ordinal)
      const skip = skipped.find((one) => one.line === line)
      const verdict =
        edit !== undefined
          ? { verdict: 'edit', reason: `${edit.from} becomes ${edit.to}` }
          : skip !== undefined
            ? { verdict: skip.code, reason: skip.reason }
            : { verdict: 'current', reason: `${value} is what the policy elects` }
      targets.set(policy, [...(targets.get(policy) ?? []), { file: path, line, ...verdict }])
    }
  }
}
