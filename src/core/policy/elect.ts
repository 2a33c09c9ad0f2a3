import { allowDowngradeAnnotation } from '../api/annotations.ts'
import type { ImagePolicySpec, LatestRef } from '../api/image-policy.ts'
import { printTime } from '../time.ts'
import type { Absence } from './absence.ts'
import { isLower } from './compare-tags.ts'
import type { CompiledPolicy } from './compile.ts'
import type { Election, ElectionHold } from './election.ts'
import type { SelectInput } from './judge.ts'
import { nameChange } from './kinds/semver/change.ts'
import { noMatchMessage } from './ready.ts'
import type { Selection } from './selection.ts'

/** What was elected before, or what stands in Git. */
export interface Previous {
  readonly ref: LatestRef
  /**
   * Is the intent unchanged since? Compare `specHash`; without a stored one: the same generation and image name. For a
   * value found in Git: does the policy admit it.
   */
  readonly sameSpec: boolean
}

/** Everything that decides whether a selection is elected. */
export interface ElectionInput {
  readonly policy: CompiledPolicy
  /** `spec.image` as written: the name of the ref. */
  readonly image: string
  /** The last accepted list and what the policy selects from it; undefined: none is stored. */
  readonly list?: Pick<SelectInput, 'tags' | 'facts' | 'now'> & { readonly selection: Selection }
  readonly previous?: Previous
  /** How the last scan ended. `accepted` is the list above; after the others it did not move. */
  readonly scan: 'accepted' | 'failed' | 'suspect'
  readonly allowDowngrade: ImagePolicySpec['allowDowngrade']
  /** Value of the annotation that permits one lower tag. */
  readonly consent?: string
  /** Since when the previous tag is missing (absence.ts), and whether a HEAD of it answered 404 (undefined: not asked). */
  readonly absence?: Absence & { readonly isGone?: boolean }
}

/**
 * Never lower by accident: with an unchanged spec no lower tag than the last one is elected, whatever happened to the
 * list. A changed spec is a person's decision and is obeyed.
 */
export function elect(input: ElectionInput): Election {
  const { list, previous, policy } = input
  if (list === undefined) {
    if (previous !== undefined) return { kind: 'held', ref: previous.ref, asksHead: false }
    return { kind: 'none', reason: 'DependencyNotReady', message: 'the ImageRepository has no accepted scan yet' }
  }
  const { latest, failure } = list.selection
  if (failure !== undefined) return { kind: 'none', ...failure }
  if (latest === null) {
    if (previous?.sameSpec === true) return hold(input, list, previous)
    return { kind: 'none', reason: 'NoMatchingTag', message: noMatchMessage(input.image, policy.text, list.selection) }
  }
  if (previous === undefined) return elected(input, latest.tag, {})
  const step = judgeStep(input, list, { previous, tag: latest.tag })
  if (step === 'refused') return hold(input, list, previous)
  return elected(input, latest.tag, { ...step, ...changeOf(policy, previous.ref.tag, latest.tag) })
}

type Elected = Extract<Election, { kind: 'elected' }>
type List = NonNullable<ElectionInput['list']>

function elected(input: ElectionInput, tag: string, about: Pick<Elected, 'lowered' | 'change'>): Elected {
  const notice = input.previous && scanNotices[input.scan]
  return { kind: 'elected', ref: { name: input.image, tag }, ...about, ...(notice && { hold: notice }) }
}

const scanNotices: Readonly<Record<ElectionInput['scan'], ElectionHold | undefined>> = {
  accepted: undefined,
  failed: { reason: 'ScanFailed', message: 'the last scan failed; choosing from the list before it' },
  suspect: {
    reason: 'TagsShrank',
    message: 'the tag list shrank; choosing from the list before it until a second scan confirms it',
  },
}

/** May the step from the previous tag to this one be taken, and is it one down? */
function judgeStep(
  input: ElectionInput,
  list: List,
  { previous, tag }: { readonly previous: Previous; readonly tag: string },
): Pick<Elected, 'lowered'> | 'refused' {
  const lower = isLower(input.policy, { from: previous.ref.tag, to: tag }, list)
  if (!previous.sameSpec) return lower === true ? { lowered: 'spec' } : {}
  // Elected by this very spec, the previous tag had a place in the order; that it has none now is an accident too.
  if (lower === false) return {}
  if (input.consent === tag) return { lowered: 'annotation' }
  const isRemoved = isLongAbsent(input) && input.absence?.isGone === true && !isListed(list, previous.ref.tag)
  return isRemoved ? { lowered: 'removed' } : 'refused'
}

/** Has the previous tag been missing long enough to count as removed, by the user's own setting? */
function isLongAbsent({ allowDowngrade, absence }: ElectionInput): boolean {
  return allowDowngrade === 'WhenTagRemoved' && absence !== undefined && absence.missedScans >= 2
}

function hold(input: ElectionInput, list: List, { ref }: Previous): Election {
  const { latest } = list.selection
  const next = latest === null ? 'no other tag satisfies the policy' : `next candidate is ${latest.tag}`
  const consent = latest === null ? '' : `, or annotate ${allowDowngradeAnnotation}=${latest.tag}`
  const ways = `set allowDowngrade: WhenTagRemoved${consent === '' ? ' or' : ','} change the policy${consent}`
  const message = `keeping ${ref.tag}: ${whyGone(input, list, ref.tag)}; ${next}; ${ways}`
  const asksHead = isLongAbsent(input) && input.absence?.isGone === undefined
  return { kind: 'held', ref, hold: { reason: 'TagGone', message }, asksHead }
}

function isListed({ tags }: List, tag: string): boolean {
  return tags.some((listed) => listed === tag)
}

function whyGone({ absence }: ElectionInput, list: List, tag: string): string {
  if (isListed(list, tag)) {
    const judged = list.selection.candidates.find((candidate) => candidate.tag === tag)
    return `it is no candidate any more${judged === undefined ? '' : ` (${judged.reason})`}`
  }
  return `it left the tag list${absence === undefined ? '' : ` at ${printTime(absence.sinceMs)}`}`
}

function changeOf(policy: CompiledPolicy, from: string, to: string): Pick<Elected, 'change'> {
  if (policy.kind.namesChanges !== true) return {}
  const [before, after] = [from, to].map((tag) => (policy.filter === undefined ? tag : policy.filter.key(tag)))
  const change = before !== undefined && after !== undefined ? nameChange(before, after) : undefined
  return change === undefined ? {} : { change }
}
