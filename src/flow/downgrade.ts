import type { PolicyChoice } from '#core/api/image-policy.ts'
import { admits, isLower } from '#core/policy/compare-tags.ts'
import { compilePolicy, type CompiledPolicy } from '#core/policy/compile.ts'
import type { Edit, FileChange } from '#core/rewrite/change-set.ts'
import { holdKey } from '#core/rewrite/plan-file.ts'
import type { PolicyView } from './policy-states.ts'

type States = ReadonlyMap<string, PolicyView>

/**
 * Edits that would lower a value which the policy still admits: without a kept status nobody can know that the higher
 * tag was removed on purpose, so the value in Git stays. Gives `holdKey` → the reason. A value that the policy does not
 * admit was made unwelcome by a person, who changed the policy: it is replaced.
 */
export function holdsAgainstLowering(files: readonly FileChange[], states: States): ReadonlyMap<string, string> {
  const holds = new Map<string, string>()
  for (const { edits } of files) {
    for (const edit of edits) {
      const reason = loweringReason(edit, states)
      // Name and digest beside a held tag belong to it.
      if (reason !== undefined) for (const key of keysOfPolicy(edits, edit.policy)) holds.set(key, reason)
    }
  }
  return holds
}

/** The keys under which every edit of a policy in one file is held. */
export function keysOfPolicy(edits: readonly Edit[], policy: string): readonly string[] {
  return edits.filter((edit) => edit.policy === policy).map((edit) => holdKey(edit.policy, edit.part, edit.from))
}

function loweringReason(edit: Edit, states: States): string | undefined {
  const view = states.get(edit.policy)
  const to = view?.latestRef?.tag
  const from = tagIn(edit)
  if (view === undefined || to === undefined || from === undefined) return undefined
  const compiled = compiledOf(view)
  if (compiled === undefined || isLower(compiled, { from, to }) !== true || !admits(compiled, from)) return undefined
  return `keeping ${from}: the registry offers ${to} at most, and the policy still admits ${from}; to go down, change the policy or the value in Git, or keep a status with --state`
}

/** Is the new value of an edit higher than the present one, in the order of its policy? Undefined: cannot be told. */
export function isRaised(edit: Edit, states: States): boolean | undefined {
  const view = states.get(edit.policy)
  const to = view?.latestRef?.tag
  const from = tagIn(edit)
  const compiled = view === undefined ? undefined : compiledOf(view)
  if (compiled === undefined || to === undefined || from === undefined) return undefined
  const lower = isLower(compiled, { from, to })
  return lower === undefined ? undefined : !lower
}

/** The tag in the present value of an edit; undefined for parts that have none. */
export function tagIn({ part, from }: Pick<Edit, 'part' | 'from'>): string | undefined {
  if (part === 'tag') return from
  if (part !== 'full') return undefined
  const name = from.split('@')[0] ?? ''
  const colon = name.lastIndexOf(':')
  return colon > name.lastIndexOf('/') ? name.slice(colon + 1) : undefined
}

/** A policy that does not compile has said so in its own status; a kind that needs facts cannot judge a bare tag. */
export function compiledOf({ policy }: PolicyView): CompiledPolicy | undefined {
  if (needsFacts(policy.spec.policy)) return undefined
  try {
    return compilePolicy(policy.spec, 'spec')
  } catch {
    return undefined
  }
}

function needsFacts(choice: PolicyChoice): boolean {
  return choice.newest !== undefined
}
