import { styleText } from 'node:util'
import type { Candidate, Selection } from '#core/policy/selection.ts'
import { printTable } from './table.ts'

/** How many tags are shown; JSON has all of them. */
const maxRows = 20

/** A selection for people: the tag alone on the first line, then the tags that came near with the reason for each. */
export function printSelection(selection: Selection, color: boolean): string {
  const { latest, reason, candidates } = selection
  const head = latest === null ? `no tag is chosen: ${reason}` : latest.tag
  const rows = candidates.slice(0, maxRows).map((candidate) => row(candidate, color))
  const more = candidates.length - rows.length
  const rest = more === 0 ? '' : `  … and ${more} more (-o json lists all)\n`
  return `${head}\n${printTable(rows)}${rest}`
}

function row({ tag, verdict, reason }: Candidate, color: boolean): readonly string[] {
  const style = verdict === 'selected' ? 'green' : 'dim'
  return [`  ${tag}`, color ? styleText(style, verdict, { validateStream: false }) : verdict, reason]
}
