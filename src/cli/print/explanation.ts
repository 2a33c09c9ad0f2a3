import { styleText } from 'node:util'
import type { Explanation } from '../explanation.ts'
import { printSelection } from './selection.ts'
import { printTable } from './table.ts'

/** An explanation for people: the elected tag and its rivals, how many tags got which verdict, and the places in Git. */
export function printExplanation(item: Explanation, color: boolean): string {
  const title = `${item.namespace}/${item.name}${item.image === '' ? '' : ` (${item.image})`}`
  const head = color ? styleText('bold', title, { validateStream: false }) : title
  if (item.error !== undefined) return `${head}\n${item.error.message}\n  hint: ${item.error.hint}\n`
  if (item.selection === null) return `${head}\nno list of tags is known yet\n`
  const { reason, counts, tally } = item.selection
  const sums = Object.entries(tally).map(([verdict, count]) => `${count} ${verdict}`)
  const summary = `${reason}\n${counts.input} tags: ${sums.join(', ')}\n`
  return `${head}\n${summary}${printSelection(item.selection, color)}${printTargets(item)}`
}

function printTargets({ targets }: Explanation): string {
  if (targets.length === 0) return 'in Git: no place is bound to this policy\n'
  const rows = targets.map(({ file, line, verdict, reason }) => {
    return [`  ${file}${line === undefined ? '' : `:${line}`}`, verdict, reason]
  })
  return `in Git:\n${printTable(rows)}`
}
