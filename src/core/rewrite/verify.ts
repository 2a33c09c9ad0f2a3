import { splice, type Replacement } from './splice.ts'
import { valueOf, type FileIndex } from './target.ts'

/** What was done to a text, to be proven. */
export interface Rewritten {
  readonly before: string
  readonly after: string
  readonly replacements: readonly Replacement[]
  /** What stood in the text before, and what is found in it now. */
  readonly found: FileIndex
  readonly foundAfter: FileIndex
  /** The new value of each edited target by its place among all targets. */
  readonly values: ReadonlyMap<number, string>
}

/**
 * What is wrong with a rewritten text; undefined if nothing is: the same targets and misses are found in it, every
 * edited scalar reads as its new value and every other one as before, and outside the edits all bytes are the same.
 */
export function findDamage(rewritten: Rewritten): string | undefined {
  const { before, after, replacements, found, foundAfter } = rewritten
  if (splice(after, invert(before, replacements)) !== before) return 'bytes outside the edited values changed'
  if (foundAfter.targets.length !== found.targets.length) return 'other values would be bound afterwards'
  if (foundAfter.misses.length !== found.misses.length) return 'other markers would be unbound afterwards'
  return found.targets.map((_, ordinal) => findChange(rewritten, ordinal)).find((change) => change !== undefined)
}

function findChange({ found, foundAfter, values }: Rewritten, ordinal: number): string | undefined {
  const target = found.targets[ordinal]
  const now = foundAfter.targets[ordinal]
  if (target === undefined || now === undefined) return `target ${String(ordinal)} is gone`
  const place = `line ${String(target.line)}`
  if (now.policy !== target.policy || now.part !== target.part) return `${place} would follow another marker`
  const wanted = values.get(ordinal) ?? valueOf(target.token)
  return valueOf(now.token) === wanted ? undefined : `${place} would not read as the new value`
}

/** The replacements that lead back. */
function invert(before: string, replacements: readonly Replacement[]): readonly Replacement[] {
  let grown = 0
  return replacements
    .toSorted((a, b) => a.start - b.start)
    .map(({ start, end, text }) => {
      const from = start + grown
      grown += text.length - (end - start)
      return { start: from, end: from + text.length, text: before.slice(start, end) }
    })
}
