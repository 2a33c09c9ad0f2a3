import type { ImageUpdateAutomation } from '#core/api/image-update-automation.ts'
import { keyOf } from '#core/api/object-ref.ts'
import { AppError, isAppError } from '#core/error.ts'
import type { Skip } from '#core/rewrite/change-set.ts'
import { printRef } from '#core/rewrite/policy-value.ts'
import { isRebuilt, planLane, type LanePlan, type MemberState } from '#flow/lane-plan.ts'
import { lanesOf } from '#flow/lane.ts'
import { chooseObjects } from './choose.ts'
import type { CommandIo } from './io.ts'
import { elect, type Failure } from './pass.ts'
import { fileDiff, shownEdit } from './print/changes.ts'
import type { Session } from './session.ts'

/** What became of one automation in this pass; the JSON of `plan` and `apply`. */
export interface UpdateItem {
  readonly automation: string
  readonly base: string
  readonly branch: string
  readonly edits: readonly ReturnType<typeof shownEdit>[]
  readonly diff: string
  readonly message: string
  readonly policies: readonly { readonly policy: string; readonly ref: string }[]
  readonly skipped: readonly Skip[]
  readonly suspended?: true
  readonly error?: AppError
}

/** Lanes that could be planned, items of automations that could not, and objects that failed before. */
export interface UpdatePass {
  readonly lanes: readonly LanePlan[]
  readonly broken: readonly UpdateItem[]
  readonly failures: readonly Failure[]
}

/** Scans, elects and plans for the named automations (none: all). */
export async function planUpdates(names: readonly string[], session: Session, io: CommandIo): Promise<UpdatePass> {
  const { ports, signal, options } = session
  const resources = await ports.resources.list(signal)
  const choice = { kind: 'ImageUpdateAutomation', names, namespace: options.namespace } as const
  const automations = chooseObjects(resources, choice)
  if (automations.length === 0) throw nothingToDo(session)
  const used = new Set(
    automations.flatMap(({ metadata, spec }) => [metadata.namespace, ...(spec.policyNamespaces ?? [])]),
  )
  const policies = resources.filter(
    (resource) => resource.kind === 'ImagePolicy' && used.has(resource.metadata.namespace),
  )
  const failures = await elect(policies as Parameters<typeof elect>[0], session, io)
  const { lanes, failed } = await lanesOf(automations, ports, signal)
  const planned: LanePlan[] = []
  const broken = failed.map(({ automation, error }) => brokenItem(automation, error))
  for (const lane of lanes) {
    try {
      planned.push(await planLane(lane, ports, signal))
    } catch (error) {
      if (!isAppError(error) || error.code === 'CANCELLED') throw error
      broken.push(...lane.members.map(({ automation }) => brokenItem(automation, error)))
    }
  }
  return { lanes: planned, broken, failures }
}

/** A folder without an automation is a mistake in the command more often than an intention. */
function nothingToDo({ options }: Session): AppError {
  const where = options.namespace === undefined ? '' : ` in namespace ${options.namespace}`
  return new AppError('USAGE_INVALID', `-f: ${options.files.join(', ')} holds no ImageUpdateAutomation${where}`, {
    hint: 'an ImageUpdateAutomation says which repository and folder to update; policies/podinfo.yaml is an example',
  })
}

/** The items of a planned lane, one per automation. */
export function itemsOf(plan: LanePlan): readonly UpdateItem[] {
  return plan.members.map((state) => itemOf(state, plan))
}

/** The item of one automation; nothing is to be done for it where its push branch already has everything. */
export function itemOf(state: MemberState, plan: LanePlan): UpdateItem {
  const { automation, target } = state.member
  const empty = { edits: [], diff: '', message: '', policies: [], skipped: [] }
  const head = {
    automation: nameOf(automation),
    base: plan.base.parent,
    branch: target.branch.replace('refs/heads/', ''),
  }
  if (state.kind === 'failed') return { ...head, ...empty, error: state.error }
  if (state.kind === 'suspended') return { ...head, ...empty, suspended: true }
  if (state.kind === 'current') return { ...head, ...empty }
  const { before, skipped, states } = state.plan
  const update = isRebuilt(plan) ? undefined : state.plan.update
  return {
    ...head,
    edits: (update?.edits ?? []).map(shownEdit),
    diff: (update?.files ?? []).map((file) => fileDiff(file, before.get(file.path) ?? '')).join(''),
    message: update?.message ?? '',
    policies: [...states].flatMap(([policy, { latestRef, selected, visible }]) => {
      return latestRef === undefined || !selected || !visible ? [] : [{ policy, ref: printRef(latestRef) }]
    }),
    skipped,
  }
}

export function brokenItem(automation: ImageUpdateAutomation, error: AppError): UpdateItem {
  return {
    automation: nameOf(automation),
    base: '',
    branch: '',
    edits: [],
    diff: '',
    message: '',
    policies: [],
    skipped: [],
    error,
  }
}

/** `namespace/name`, as results and trailers name an automation. */
function nameOf(automation: ImageUpdateAutomation): string {
  const { namespace, name } = keyOf(automation)
  return `${namespace}/${name}`
}
