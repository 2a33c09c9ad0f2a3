import type { Condition } from '#core/api/condition.ts'
import type { AppError } from '#core/error.ts'
import type { Outcome } from '#core/status/outcome.ts'
import type { Ports, Readers, Resource } from './ports.ts'

/** The two halves of a stage. `plan` gets readers only: a write in it does not compile. */
export interface Step<R extends Resource, Plan> {
  plan(object: R, readers: Readers, signal: AbortSignal): Promise<Plan>
  act(plan: Plan, ports: Ports, signal: AbortSignal): Promise<Outcome>
  /** Conditions of a failure, where they are more than those of every kind. */
  readonly failed?: (error: AppError) => readonly Condition[]
}
