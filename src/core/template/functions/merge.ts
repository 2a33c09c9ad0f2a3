import type { Budget } from '../budget.ts'
import { Dict, type Value } from '../value.ts'
import { isEmpty } from './defaults.ts'

interface Merging {
  /** Do values of the source take the place of those that are there? */
  readonly overwrite: boolean
  readonly budget: Budget
  readonly depth: number
}

/**
 * Merges one map into another as dario.cat/mergo 1.0 does: maps within maps are merged, missing and empty values are
 * filled in, others replaced with `overwrite` only (then by empty ones too).
 */
export function mergeInto(into: Dict, from: Dict, merging: Merging): void {
  const { budget, depth } = merging
  budget.depth(depth)
  for (const [key, value] of from.entries()) {
    budget.take(1)
    const present = into.get(key)
    if (value === null || value === undefined) {
      if (merging.overwrite) into.set(key, null)
      continue
    }
    const bothMaps = value instanceof Dict && present instanceof Dict
    if (bothMaps) mergeInto(present, value, { ...merging, depth: depth + 1 })
    if (replaces(value, present, merging.overwrite) && !(bothMaps && present.size > 0)) into.set(key, value)
  }
}

function replaces(value: Value, present: Value, overwrite: boolean): boolean {
  return overwrite || present === undefined || isEmpty(present)
}
