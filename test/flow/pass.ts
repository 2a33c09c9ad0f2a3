import { keyOf } from '#core/api/object-ref.ts'
import { planLane, type LanePlan } from '#flow/lane-plan.ts'
import { lanesOf } from '#flow/lane.ts'
import { pushLane, type LaneResult } from '#flow/push.ts'
import { reconcile } from '#flow/reconcile.ts'
import type { FlowWorld } from './world.ts'

/** Scans and elects everything. */
export async function electAll({ ports, signal }: FlowWorld): Promise<void> {
  const all = await ports.resources.list(signal)
  for (const kind of ['ImageRepository', 'ImagePolicy']) {
    for (const object of all) if (object.kind === kind) await reconcile(keyOf(object), ports, { signal })
  }
}

/** The lanes of all automations, planned. */
export async function planAll(world: FlowWorld): Promise<readonly LanePlan[]> {
  const { ports, signal } = world
  const automations = (await ports.resources.list(signal)).filter((object) => object.kind === 'ImageUpdateAutomation')
  const { lanes, failed } = await lanesOf(automations, ports, signal)
  if (failed[0] !== undefined) throw failed[0].error
  return Promise.all(lanes.map(async (lane) => planLane(lane, ports, signal)))
}

/** Elects, plans and pushes everything; the result of each lane. */
export async function updateAll(world: FlowWorld): Promise<readonly LaneResult[]> {
  await electAll(world)
  const results: LaneResult[] = []
  for (const plan of await planAll(world)) results.push(await pushLane(plan, world.ports, world.signal))
  return results
}

/** What all automations left alone. */
export function skippedOf(plan: LanePlan) {
  return plan.members.flatMap((state) => (state.kind === 'planned' ? state.plan.skipped : []))
}
