import type { FileChange, FoundValue } from './change-set.ts'
import { planFile, type PlanFileInput } from './plan-file.ts'

/** What was planned for a file on the base, and the file as it is at the new tip. */
export interface ReapplyInput {
  readonly base: Pick<FileChange, 'edits' | 'found'>
  readonly tip: PlanFileInput
}

/**
 * Plans the edits of a file again after somebody else changed the branch: of what was planned on the base, only
 * scalars that still have the value they had there are edited. One that is already at the new value, or that somebody
 * changed meanwhile, is left out, and so is what is new; the next run decides about those (`postponed`). Where markers of a policy
 * were added or removed, it is not known any more which is which, and all of that policy and part are left out.
 */
export function reapplyFile({ base, tip }: ReapplyInput): FileChange {
  const change = planFile(tip)
  const planned = new Set(base.edits.map(({ ordinal }) => ordinal))
  const before = groupBySetter(base.found)
  const only = new Set<number>()
  for (const [setter, now] of groupBySetter(change.found)) {
    const then = before.get(setter) ?? []
    if (then.length !== now.length) continue
    now.forEach(({ ordinal, value }, place) => {
      const was = then[place]
      if (was !== undefined && planned.has(was.ordinal) && was.value === value) only.add(ordinal)
    })
  }
  return change.edits.every(({ ordinal }) => only.has(ordinal))
    ? change
    : { ...planFile({ ...tip, only }), postponed: true }
}

/** `reapplyFile` as a task for `Compute`. */
export const reapplyFileTask = { name: 'reapply-file', run: reapplyFile } as const

/** The values that one policy writes in one way, in file order. */
function groupBySetter(found: readonly FoundValue[]): ReadonlyMap<string, readonly FoundValue[]> {
  return Map.groupBy(found, ({ policy, part }) => `${policy}:${part}`)
}
