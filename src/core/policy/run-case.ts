import type { Regex } from '../regex.ts'
import { admits } from './compare-tags.ts'
import type { CompiledPolicy } from './compile.ts'
import { elect } from './elect.ts'
import { afterElection } from './explain.ts'
import { screenTags } from './judge.ts'
import { select } from './select.ts'
import type { Selection, TagFacts } from './selection.ts'
import type { TestCase } from './test-case.ts'
import type { VerdictCode } from './verdict.ts'

/** What a case demands, and what came out: the tag chosen (null: none) and the verdicts of the tags it asks about. */
interface CaseOutcome {
  readonly selects: string | null
  /** A tag that is not in the list has no verdict: null. */
  readonly rejects: Readonly<Record<string, VerdictCode | null>>
}

export interface CaseResult {
  readonly name: string
  readonly ok: boolean
  readonly want: CaseOutcome
  readonly got: CaseOutcome
  /** Why it came out so; only where it is not what was wanted. */
  readonly reason?: string
}

/** Runs one case. A fact that the policy needs and the case does not give counts as one the registry did not answer. */
export function runCase(policy: CompiledPolicy, exclusions: readonly Regex[], testCase: TestCase): CaseResult {
  const selection = choose(policy, exclusions, testCase)
  const verdictOf = (tag: string) => selection.candidates.find((candidate) => candidate.tag === tag)
  const want = { selects: testCase.selects, rejects: testCase.rejects }
  const tags = Object.keys(want.rejects)
  const got = {
    selects: selection.latest?.tag ?? null,
    rejects: Object.fromEntries(tags.map((tag) => [tag, verdictOf(tag)?.verdict ?? null])),
  }
  const surprises = [
    ...(got.selects === want.selects ? [] : [selection.reason, ...explain(want.selects, verdictOf)]),
    ...tags.filter((tag) => got.rejects[tag] !== want.rejects[tag]).flatMap((tag) => explain(tag, verdictOf)),
  ]
  const result = { name: testCase.name, ok: surprises.length === 0, want, got }
  return result.ok ? result : { ...result, reason: surprises.join('; ') }
}

function explain(
  tag: string | null,
  verdictOf: (tag: string) => Selection['candidates'][number] | undefined,
): string[] {
  if (tag === null) return []
  const judged = verdictOf(tag)
  return [judged === undefined ? `${tag} is not in the list` : `${tag} is ${judged.verdict}: ${judged.reason}`]
}

function choose(policy: CompiledPolicy, exclusions: readonly Regex[], testCase: TestCase): Selection {
  const { current, now } = testCase
  const listed = screenTags(testCase.tags)
  const given = { ...listed, exclusions, ...(now !== undefined && { now }) }
  const { selection, facts } = settle(policy, given, testCase.facts)
  if (current === undefined) return selection
  const knowledge = { facts, ...(now !== undefined && { now }) }
  const election = elect({
    policy,
    image: 'image',
    list: { tags: listed.tags, selection, ...knowledge },
    previous: { ref: { name: 'image', tag: current }, sameSpec: admits(policy, current, knowledge) },
    scan: 'accepted',
    allowDowngrade: 'Never',
  })
  return afterElection(selection, election)
}

/** Selects until nothing is wanted any more; what the case does not say is `missing`. */
function settle(
  policy: CompiledPolicy,
  given: Parameters<typeof select>[1],
  facts: ReadonlyMap<string, TagFacts>,
): { readonly selection: Selection; readonly facts: ReadonlyMap<string, TagFacts> } {
  const selection = select(policy, { ...given, facts })
  if (selection.wants.length === 0) return { selection, facts }
  const answers = selection.wants.map(
    ({ tag }) => [tag, { missing: 'not given in the case', ...facts.get(tag) }] as const,
  )
  return settle(policy, given, new Map([...facts, ...answers]))
}
