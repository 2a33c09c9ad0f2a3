import type { Edit, FileChange, FoundValue, Skip } from './change-set.ts'
import { replaceScalar } from './edit.ts'
import { findTargets } from './find-targets.ts'
import { markerText } from './marker.ts'
import { findDenial, valueFor, type Policies } from './policy-value.ts'
import { isCandidate, screenText, splitMark } from './screen.ts'
import { splice } from './splice.ts'
import { isMeantFor, type FieldTarget } from './strategies/fields.ts'
import type { Request } from './strategies/index.ts'
import { valueOf, type FileIndex } from './target.ts'
import { findDamage } from './verify.ts'

/** What policies say, and which of it an automation acts on: the same for every file of a run. Plain data. */
export interface PlanContext {
  /** The automation's; undefined where every namespace counts as its own (`tagboat rewrite`). */
  readonly ownNamespace: string | undefined
  /** By `namespace:name`. */
  readonly policies: Policies
  /** Targets without markers (`parseFieldTarget`). */
  readonly targets: readonly FieldTarget[]
  /** Values that a person set and that stay: `holdKey` → the reason. */
  readonly holds: ReadonlyMap<string, string>
}

/** One file to be planned. */
export interface PlanFileInput extends PlanContext {
  readonly path: string
  /** The content as latin1 (one character a byte), byte order mark included. */
  readonly text: string
  /** Are marker comments acted on? False for a file outside `update.path` that only a target names. */
  readonly markers: boolean
  /** What `findTargets` gave for the markers of these bytes before (kept by blob id): spares parsing them again. */
  readonly index?: FileIndex
  /** Only these targets are edited, by their place among all; undefined: all. */
  readonly only?: ReadonlySet<number>
}

/** Key of `PlanContext.holds`: a policy as `namespace:name`, the part, and the value in the file. */
export function holdKey(policy: string, part: FoundValue['part'], from: string): string {
  return `${policy}\n${part}\n${from}`
}

/**
 * Plans the edits of one file: every value that a marker or target names and that is not what its policy elected.
 * Only the tokens of edited scalars change; the new text is parsed again before it is given out. Edits, skips and found
 * values are in file order. A file without marker and target costs a search for one word. Never throws.
 */
export function planFile(input: PlanFileInput): FileChange {
  const request = requestFor(input)
  if (!request.markers && request.fields.length === 0) return { path: input.path, edits: [], skipped: [], found: [] }
  const known = request.fields.length === 0 ? input.index : undefined
  const index = known ?? findTargets(input.text, request)
  const plan = decide(index, input)
  if (plan.edits.length === 0) return plan
  const { mark, body } = splitMark(input.text)
  const replacements = plan.edits.flatMap(({ ordinal, to }) => {
    const target = index.targets[ordinal]
    return target === undefined ? [] : replaceScalar(body, target.token, to)
  })
  const after = splice(body, replacements)
  const values = new Map(plan.edits.map(({ ordinal, to }) => [ordinal, to]))
  const grown = screenText(mark + after)
  if (grown !== undefined) return withoutEdits(plan, { code: grown.code, reason: `after the edits: ${grown.reason}` })
  const foundAfter = findTargets(mark + after, request)
  const damage = findDamage({ before: body, after, replacements, found: index, foundAfter, values })
  if (damage === undefined) return { ...plan, text: mark + after }
  const reason = `the edits would do more than replace values (${damage}); please report this file`
  return withoutEdits(plan, { code: 'verify-failed', reason })
}

/** `planFile` as a task for `Compute`. */
export const planFileTask = { name: 'plan-file', run: planFile } as const

/** What has to be looked for in a file. */
function requestFor({ text, path, markers, targets }: PlanFileInput): Request {
  return {
    markers: markers && isCandidate(path) && holdsMarker(text),
    fields: targets.filter((target) => isMeantFor(target, path)),
  }
}

/** Does the text hold a marker, be it in an encoding that is told of and not read? */
function holdsMarker(text: string): boolean {
  return text.includes(markerText) || text.includes(markerText.split('').join('\0'))
}

function decide(index: FileIndex, input: PlanFileInput): Omit<FileChange, 'text'> {
  const edits: Edit[] = []
  const skipped = [...skipsOf(index, input)]
  const found: FoundValue[] = []
  index.targets.forEach((target, ordinal) => {
    const { policy, part, line } = target
    found.push({ policy, part, value: valueOf(target.token), line, ordinal })
    const decision = decideTarget(target, ordinal, input)
    if (decision !== undefined && 'to' in decision) edits.push(decision)
    else if (decision !== undefined) skipped.push(decision)
  })
  return { path: input.path, edits, skipped: skipped.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)), found }
}

/** Undefined: it has its value already, or is left out by `only`. */
function decideTarget(
  target: FileIndex['targets'][number],
  ordinal: number,
  input: PlanFileInput,
): Edit | Skip | undefined {
  const { path } = input
  const { policy, part, line, column, object } = target
  const from = valueOf(target.token)
  const wanted = valueFor(target, input.policies, input.ownNamespace)
  if ('code' in wanted) return { path, line, ...wanted }
  if (wanted.value === from || input.only?.has(ordinal) === false) return undefined
  const held = input.holds.get(holdKey(policy, part, from))
  if (held !== undefined) return { path, line, code: 'held', reason: held }
  return { path, line, column, from, to: wanted.value, policy, part, ...(object && { object }), ordinal }
}

/** Markers that bind to nothing. One of a policy that is not acted on is told as that: its place is not our affair. */
function skipsOf({ misses }: FileIndex, { path, policies, ownNamespace }: PlanFileInput): readonly Skip[] {
  return misses.map(({ line, code, reason, marker }) => {
    const denial = marker === undefined ? undefined : findDenial(marker.policy, policies, ownNamespace)
    return { path, ...(line === undefined ? {} : { line }), ...(denial ?? { code, reason }) }
  })
}

function withoutEdits(plan: Omit<FileChange, 'text'>, skip: Pick<Skip, 'code' | 'reason'>): FileChange {
  return { ...plan, edits: [], skipped: [...plan.skipped, { path: plan.path, ...skip }] }
}
