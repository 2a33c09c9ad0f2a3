import { quoteOutside } from '../error.ts'
import type { CompiledPolicy, Entry } from './compile.ts'
import { judge, type Judgement, type Keyed, type SelectInput } from './judge.ts'
import { compareNatural } from './order.ts'
import type { Selection } from './selection.ts'
import { bestOf } from './top-list.ts'

/**
 * Did the elected tag have equals? `EqualValues`: other candidates of the same value (`1.2.3` and `v1.2.3`);
 * `EqualExtracts`: other tags from which filterTags took the same text. The winner is certain all the same, but surely
 * nobody meant to leave it to the tie-break.
 */
export function ambiguityOf(
  policy: CompiledPolicy,
  input: SelectInput,
  judgement: Judgement,
  elected: Entry,
): Selection['ambiguous'] {
  const peers = peersOf(policy, input, judgement, elected)
  const same = [elected, ...peers].flatMap(({ key, tag }) => judgement.extracts.get(key) ?? [{ tag, key }])
  const own = same.filter(({ tag, key }) => key === elected.key && tag !== elected.tag)
  const rival: Keyed | undefined = peers[0] ?? bestOf(own, (a, b) => compareNatural(a.tag, b.tag))
  if (rival === undefined) return undefined
  const value = quoteOutside(policy.kind.print(elected.value))
  return {
    reason: peers.length > 0 ? 'EqualValues' : 'EqualExtracts',
    message: `chose '${elected.tag}' over '${rival.tag}' (${same.length} tags resolve to ${value})`,
  }
}

/** Candidates of the same value as the elected one, the best first; those that a gate refused stand before it. */
function peersOf(policy: CompiledPolicy, input: SelectInput, judgement: Judgement, elected: Entry): readonly Entry[] {
  const isPeer = (entry: Entry | undefined) =>
    entry !== undefined && policy.kind.compare(entry.value, elected.value) === 0 && policy.prefer(entry, elected) < 0
  const next = judgement.entries[judgement.entries.findIndex(({ tag }) => tag === elected.tag) + 1]
  if (!isPeer(next)) return []
  // Ties are rare: only then is it worth while to look at every tag again.
  return judge(policy, input, { entries: Infinity, rejected: 0 }).entries.filter(isPeer)
}
