import { styleText } from 'node:util'
import type { CommandIo } from '../io.ts'
import { shownError } from '../pass.ts'
import type { UpdateItem } from '../update-pass.ts'
import { printSkipped } from './changes.ts'
import { printDiff } from './diff.ts'

/** What `apply` adds to an item. */
export interface Applied {
  readonly commit?: string
  readonly pushed?: boolean
  readonly attempts?: number
}

/** An item as JSON results show it. */
export function shownItem({ error, ...item }: UpdateItem & Applied): object {
  return { ...item, ...(error === undefined ? {} : { error: shownError(error) }) }
}

/** An item for people: what is to be pushed where, the diff, the message, and what was left alone. */
export function printItem(item: UpdateItem & Applied, io: Pick<CommandIo, 'color'>): string {
  const title = `${item.automation}: ${summaryOf(item)}`
  const head = io.color ? styleText('bold', title, { validateStream: false }) : title
  const message = item.message === '' ? '' : `\n${indent(item.message.trimEnd())}\n\n`
  const failure = item.error === undefined ? '' : `  hint: ${item.error.hint}\n`
  return `${head}\n${failure}${message}${printDiff(item.diff, io.color)}${printSkipped(item.skipped)}`
}

function summaryOf(item: UpdateItem & Applied): string {
  if (item.error !== undefined) return item.error.message
  if (item.suspended === true) return 'suspended'
  const count = item.edits.length
  if (count === 0) return item.branch === '' ? 'nothing to change' : `nothing to change on ${item.branch}`
  const values = `${count} ${count === 1 ? 'value' : 'values'}`
  if (item.commit === undefined) return `${values} to change on ${item.branch} (at ${item.base.slice(0, 7)})`
  const tries = item.attempts === 1 ? '' : ` in ${item.attempts} tries`
  return `${values} changed on ${item.branch} by ${item.commit.slice(0, 7)}, pushed${tries}`
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '    ')
}
