import type { CompiledPolicy, Entry } from './compile.ts'
import { judge, screenTags, type SelectInput } from './judge.ts'

/** What is known when two tags are compared; only kinds that need facts look at it. */
type Knowledge = Pick<SelectInput, 'facts' | 'now'>

/**
 * Is `to` lower than `from` in the order of the policy, ties included? Whether either is admitted does not matter.
 * Undefined where one of them is no value of the kind: filterTags takes nothing from it, it is no version, no number,
 * or its time is not known.
 */
export function isLower(
  policy: CompiledPolicy,
  tags: { readonly from: string; readonly to: string },
  knowledge: Knowledge = {},
): boolean | undefined {
  const [from, to] = [entryOf(policy, tags.from, knowledge), entryOf(policy, tags.to, knowledge)]
  return from && to && policy.prefer(to, from) < 0
}

/** May the policy elect this tag, were it alone? Gates are not asked: they judge images and not tags. */
export function admits(policy: CompiledPolicy, tag: string, knowledge: Knowledge = {}): boolean {
  return judge(policy, { ...knowledge, ...screenTags([tag]) }, { entries: 1, rejected: 0 }).electable === 1
}

function entryOf(policy: CompiledPolicy, tag: string, { facts, now }: Knowledge): Entry | undefined {
  const key = policy.filter === undefined ? tag : policy.filter.key(tag)
  const value = key === undefined ? undefined : policy.kind.read(key, { facts: facts?.get(tag), now })
  return key === undefined || value === undefined ? undefined : { tag, key, value }
}
