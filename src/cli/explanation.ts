import type { AppError } from '#core/error.ts'
import type { Selection } from '#core/policy/selection.ts'
import type { TargetVerdict } from './explain-targets.ts'

/** What is said about one policy. */
export interface Explanation {
  readonly namespace: string
  readonly name: string
  readonly image: string
  readonly selection: Selection | null
  /** What a gate held back. */
  readonly gates: readonly { readonly gate: string; readonly tag: string; readonly reason: string }[]
  readonly targets: readonly TargetVerdict[]
  readonly error?: AppError
}
