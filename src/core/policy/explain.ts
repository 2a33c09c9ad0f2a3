import type { ImagePolicyStatus } from '../api/image-policy.ts'
import type { CompiledPolicy } from './compile.ts'
import type { Election } from './election.ts'
import type { SelectInput } from './judge.ts'
import { select } from './select.ts'
import type { Candidate, Selection } from './selection.ts'

/** Verdicts that leave a tag in the race: not told as rejections. */
const standing: ReadonlySet<string> = new Set(['selected', 'superseded'])

/** What the status of an ImagePolicy says about a selection: a count a verdict and the first ten rejected tags. */
export function explanationOf(selection: Selection): NonNullable<ImagePolicyStatus['explanation']> {
  const rejections = selection.candidates
    .filter(({ verdict }) => !standing.has(verdict))
    .slice(0, 10)
    .map(({ tag, verdict, reason }) => ({ tag, verdict, reason }))
  return { counts: selection.tally, rejections }
}

/** The verdict on one tag, undefined if the list does not hold it. Costs a whole selection. */
export function explainTag(policy: CompiledPolicy, input: SelectInput, tag: string): Candidate | undefined {
  const { listed: _all, ...whole } = input
  return select(policy, whole).candidates.find((candidate) => candidate.tag === tag)
}

/** The selection as it looks after the downgrade rule: a choice that was held back is a `downgrade` and nothing is chosen. */
export function afterElection(selection: Selection, election: Election): Selection {
  const { latest } = selection
  if (election.kind !== 'held' || latest === null) return selection
  const reason = election.hold?.message ?? 'held back'
  const { selected: _chosen, ...tally } = selection.tally
  return {
    ...selection,
    latest: null,
    reason,
    tally: { ...tally, downgrade: 1 },
    candidates: selection.candidates.map((candidate) =>
      candidate.tag === latest.tag
        ? { ...candidate, verdict: 'downgrade', reason: 'lower than the present choice' }
        : candidate,
    ),
  }
}
