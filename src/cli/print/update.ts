import { styleText } from 'node:util'
import type { CommandIo } from '../io.ts'
import type { OutputFormat } from '../options.ts'
import { printFailures, shownError, type Failure } from '../pass.ts'
import type { UpdateItem } from '../update-pass.ts'
import { printSkipped } from './changes.ts'
import { printDiff } from './diff.ts'
import { printDocument } from './document.ts'

/** What `apply` adds to an item. */
export interface Applied {
  readonly commit?: string
  readonly pushed?: boolean
  readonly attempts?: number
}

/** Prints what became of automations and of what they depend on; true if any of it failed. */
export async function printUpdates(
  { items, failures }: { readonly items: readonly (UpdateItem & Applied)[]; readonly failures: readonly Failure[] },
  output: OutputFormat,
  io: CommandIo,
): Promise<boolean> {
  if (output === 'text') io.stdout.write(items.map((item) => printItem(item, io)).join('\n'))
  else {
    const failed = failures.map(({ key, error }) => ({ ...key, error: shownError(error) }))
    await printDocument({ items: items.map(shownItem), ...(failed.length === 0 ? {} : { failed }) }, output, io)
  }
  printFailures(failures, io)
  return failures.length > 0 || items.some(({ error }) => error !== undefined)
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
