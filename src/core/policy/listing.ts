import type { CompiledPolicy, Entry } from './compile.ts'
import type { Judgement } from './judge.ts'
import type { Rejection } from './kind.ts'
import type { Outcome } from './outcome.ts'
import type { Candidate, Selection } from './selection.ts'
import { compareTags, TopList } from './top-list.ts'
import type { VerdictCode } from './verdict.ts'

/**
 * Every tag with its verdict: the elected one, the other candidates by descending preference, the rejected ones by
 * descending bytes; at most `listed` of the last two each. `tally` counts them all.
 */
export function listCandidates(
  policy: CompiledPolicy,
  judgement: Judgement,
  outcome: Outcome,
  listed: number,
): Pick<Selection, 'candidates' | 'tally'> {
  const { elected, refused } = outcome
  const standing = standingOf(outcome)
  const judged = new Set(refused.map(({ tag }) => tag)).add(elected?.tag ?? '')
  const others = judgement.entries.filter(({ tag }) => !judged.has(tag)).slice(0, listed)
  const unknown = judgement.unknown.map((keyed) => ({ ...keyed, ...unasked }))
  const rejected = new TopList<Candidate>(listed, compareTags)
  for (const candidate of [...judgement.rejected, ...refused, ...unknown]) rejected.add(candidate)
  const tally: Partial<Record<VerdictCode, number>> = { ...judgement.tally }
  const count = (verdict: VerdictCode, more: number) => {
    if (more > 0) tally[verdict] = (tally[verdict] ?? 0) + more
  }
  if (elected !== undefined) count('selected', 1)
  count(standing.verdict, judgement.electable - refused.length - (elected === undefined ? 0 : 1))
  for (const { verdict } of [...refused, ...unknown]) count(verdict, 1)
  return {
    candidates: [
      ...(elected === undefined ? [] : [candidateOf(elected, { verdict: 'selected', reason: `by ${policy.text}` })]),
      ...others.map((entry) => candidateOf(entry, standing)),
      ...rejected.items(),
    ],
    tally,
  }
}

const unasked: Rejection = { verdict: 'facts-missing', reason: 'nothing is known about it yet' }

/** What is said about a candidate that was neither elected nor refused. */
function standingOf({ elected, wants, failure }: Outcome): Rejection {
  if (elected !== undefined) return { verdict: 'superseded', reason: `${elected.tag} is preferred` }
  if (failure !== undefined) return { verdict: 'superseded', reason: `not elected: ${failure.message}` }
  if (wants.length > 0) return unasked
  return { verdict: 'facts-missing', reason: 'not asked about: too many better candidates were held back' }
}

function candidateOf({ tag, key }: Entry, judged: Rejection): Candidate {
  return { tag, key, ...judged }
}
