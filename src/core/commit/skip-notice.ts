import type { Skip, SkipCode } from '../rewrite/change-set.ts'

/** Skips that are no fault of anybody: told, but no reason to look. `held` has a condition of its own. */
const information: ReadonlySet<SkipCode> = new Set(['symlink', 'policy-not-visible', 'not-selected', 'in-text', 'held'])

/** How many places a condition names. */
const named = 5

/** Reason and message of a condition. */
export interface SkipNotice {
  readonly reason: string
  readonly message: string
}

/**
 * The condition `MarkersSkipped`: the most frequent code in CamelCase as reason, counts by code and the first five
 * places as message. Undefined when nothing is worth a look.
 */
export function markersSkipped(skips: readonly Skip[]): SkipNotice | undefined {
  const counted = skips.filter(({ code }) => !information.has(code))
  if (counted.length === 0) return undefined
  const counts = [...Map.groupBy(counted, ({ code }) => code)]
    .map(([code, list]) => ({ code, count: list.length }))
    .toSorted((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
  const places = counted.slice(0, named).map(({ path, line, code }) => `${placeOf(path, line)} ${code}`)
  const more = counted.length > named ? `, and ${counted.length - named} more` : ''
  const summary = counts.map(({ code, count }) => `${count} ${code}`).join(', ')
  return { reason: camelCase(counts[0]?.code ?? ''), message: `${summary}: ${places.join(', ')}${more}` }
}

/** The condition `Held`: values that stay as a person, or the registry's silence, left them. */
export function valuesHeld(skips: readonly Skip[]): SkipNotice | undefined {
  const held = skips.filter(({ code }) => code === 'held')
  if (held.length === 0) return undefined
  const places = held.slice(0, named).map(({ path, line, reason }) => `${placeOf(path, line)}: ${reason}`)
  const more = held.length > named ? `; and ${held.length - named} more` : ''
  return { reason: 'LowerValueKept', message: `${places.join('; ')}${more}` }
}

function placeOf(path: string, line: number | undefined): string {
  return line === undefined ? path : `${path}:${line}`
}

function camelCase(code: string): string {
  return code.replace(/(^|-)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase())
}
