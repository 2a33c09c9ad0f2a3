import { decide } from '../gate/decide.ts'
import type { Tag } from '../image/reference.ts'
import { ambiguityOf } from './ambiguity.ts'
import type { CompiledPolicy, Entry } from './compile.ts'
import { judge, type Judgement, type SelectInput } from './judge.ts'
import { listCandidates } from './listing.ts'
import type { Outcome } from './outcome.ts'
import type { Candidate, Selection } from './selection.ts'

/** How many candidates, best first, are asked about before the gates hold the whole policy. */
const maxAsked = 20

/**
 * Chooses among tags. Pure: the same tags in any order give the same selection. While `wants` is not empty, fetch these
 * facts, add them to `facts` and call again: one round for the kind's facts, at most 20 more for gates, if each asked
 * tag then has the fact or says that it is `missing`.
 */
export function select(policy: CompiledPolicy, input: SelectInput): Selection {
  const listed = input.listed ?? Infinity
  const asked = policy.gates.length === 0 ? 1 : maxAsked
  // Besides those asked there is one more at least: a rival of equal value stands behind the elected one.
  const judgement = judge(policy, input, { entries: asked + Math.max(1, listed), rejected: listed })
  const outcome = decideOutcome(policy, judgement, { asked, facts: input.facts })
  const { elected, refused, wants, failure } = outcome
  const counts = {
    input: judgement.input,
    excluded: judgement.tally.excluded ?? 0,
    filtered: judgement.tally['filtered-out'] ?? 0,
    candidates: judgement.electable - refused.length,
  }
  const ambiguous = elected && ambiguityOf(policy, input, judgement, elected)
  return {
    latest: elected === undefined ? null : { tag: elected.tag as Tag, key: elected.key },
    reason: failure?.message ?? reasonOf(policy, counts, outcome),
    counts,
    ...listCandidates(policy, judgement, outcome, listed),
    ...(ambiguous && { ambiguous }),
    ...(failure && { failure }),
    wants,
  }
}

function decideOutcome(
  policy: CompiledPolicy,
  judgement: Judgement,
  options: { readonly asked: number; readonly facts: SelectInput['facts'] },
): Outcome {
  const none = { elected: undefined, refused: [], wants: [], failure: undefined }
  const { count, lowest } = judgement.unreadable
  const rule = policy.kind.unreadable
  if (rule !== undefined && count > 0) {
    return { ...none, failure: { reason: rule.reason, message: rule.message(lowest, count - 1) } }
  }
  const facts = policy.kind.needs
  const wants = judgement.unknown.map(({ tag }) => ({ tag: tag as Tag, facts }))
  if (wants.length > 0) return { ...none, wants }
  return { ...none, ...passGates(policy, judgement.entries.slice(0, options.asked), options.facts) }
}

/** Asks the gates about the best candidate, then the next, until one passes or an answer has to be fetched. */
function passGates(policy: CompiledPolicy, best: readonly Entry[], facts: SelectInput['facts']): Partial<Outcome> {
  const refused: Candidate[] = []
  for (const entry of best) {
    const answer = decide(policy.gates, 'select', facts?.get(entry.tag))
    if (answer.kind === 'pass') return { elected: entry, refused }
    if (answer.kind === 'ask') return { refused, wants: [{ tag: entry.tag as Tag, facts: answer.facts }] }
    refused.push({ tag: entry.tag, key: entry.key, ...answer.hold })
  }
  return { refused }
}

function reasonOf(policy: CompiledPolicy, counts: Selection['counts'], { elected, refused, wants }: Outcome): string {
  if (wants.length > 0) return `facts about ${plural(wants.length, 'tag')} are needed first`
  if (elected !== undefined) {
    const others = counts.candidates - 1
    const field = others === 0 ? 'the only candidate' : `preferred to ${plural(others, 'other candidate')}`
    return `${elected.tag} is ${field} by ${policy.text}`
  }
  const [first] = refused
  if (first !== undefined) return `${plural(refused.length, 'candidate')} held back; ${first.tag}: ${first.reason}`
  return `no tag satisfies ${policy.text}`
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
