import { unifiedDiff } from '#core/diff.ts'
import { quoteOutside } from '#core/error.ts'
import type { Edit, FileChange, Skip } from '#core/rewrite/change-set.ts'
import { decodeLatin1 } from '#core/rewrite/latin1.ts'

/** Above this a diff of the whole text costs more than it tells; the edits themselves are printed. */
const maxDiffBytes = 1_048_576

/** An edit as JSON results show it: without what only Tagboat needs. */
export function shownEdit({ ordinal: _ordinal, ...edit }: Edit): Omit<Edit, 'ordinal'> {
  return edit
}

/** The unified diff of one file; `before` is its content as latin1. Of very large files the edits, one a line. */
export function fileDiff({ path, text, edits }: FileChange, before: string): string {
  if (before.length > maxDiffBytes) {
    return edits.map(({ line, from, to }) => `${path}:${line}: ${from} -> ${to}\n`).join('')
  }
  return unifiedDiff({ path, before: decodeLatin1(before), after: decodeLatin1(text ?? before) })
}

/** What was left alone, one place a line under a heading; empty when there is nothing. */
export function printSkipped(skipped: readonly Skip[]): string {
  const lines = skipped.map(
    ({ path, line, code, reason }) =>
      `  ${quoteOutside(path)}${line === undefined ? '' : `:${line}`} ${code}: ${quoteOutside(reason, 2000)}\n`,
  )
  return lines.length === 0 ? '' : `skipped:\n${lines.join('')}`
}
