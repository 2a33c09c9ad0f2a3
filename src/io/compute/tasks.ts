import { findMarkersTask } from '#core/rewrite/find-targets.ts'
import { planFileTask } from '#core/rewrite/plan-file.ts'
import { reapplyFileTask } from '#core/rewrite/reapply-file.ts'

/** What a worker thread can run, by name. A task of core gets its line here. */
export const tasks: ReadonlyMap<string, (input: never) => unknown> = new Map(
  [findMarkersTask, planFileTask, reapplyFileTask].map(({ name, run }): [string, (input: never) => unknown] => [
    name,
    run,
  ]),
)
