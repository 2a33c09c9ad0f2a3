import type { ClusterSession } from '../cluster/connect.ts'
import type { Change } from '../cluster/follow.ts'
import { keyOfEntry, type Section } from '../cluster/listing.ts'
import { GrowingTable } from './growing-table.ts'
import { rowOf, sharedShape, titlesOf } from './sections.ts'

/**
 * Prints what there is and gives the function that prints what changes: in text a row where one of its cells is new, in
 * JSON a line `{"type": …, "object": …}`, in YAML a document of it.
 */
export async function changePrinter(
  sections: readonly Section[],
  { options, namespace, io }: ClusterSession,
): Promise<(change: Change) => void> {
  if (options.output === 'text') return rowPrinter(sections, namespace === undefined, (text) => io.stdout.write(text))
  const print = options.output === 'json' ? jsonLine : await yamlDocument()
  const tell = ({ type, object }: Change): void => void io.stdout.write(print({ type, object }))
  for (const entry of sections.flatMap(({ entries }) => entries)) tell({ ...entry, type: 'ADDED' })
  return tell
}

function rowPrinter(
  sections: readonly Section[],
  withNamespace: boolean,
  write: (text: string) => unknown,
): (change: Change) => void {
  const shape = sharedShape(sections, withNamespace)
  const qualified = new Set(sections.filter(({ collections }) => collections.length > 1).map(({ kind }) => kind))
  const table = new GrowingTable(titlesOf(shape), write)
  const printed = new Map<string, string>()
  const rowFor = (change: Change): readonly string[] => {
    const row = rowOf(change, shape, qualified.has(change.collection.kind))
    const fixed = row.length - shape.columns.length
    // Of a deleted object not more than its name may be known.
    return change.type === 'DELETED'
      ? row.map((cell, at) => (at < fixed ? cell : at === row.length - 1 ? 'deleted' : '-'))
      : row
  }
  const isNews = (change: Change, row: readonly string[]): boolean => {
    const key = keyOfEntry(change)
    const text = JSON.stringify(row)
    if (printed.get(key) === text) return false
    printed.set(key, text)
    return true
  }
  const first = sections.flatMap(({ entries }) => entries.map((entry): Change => ({ ...entry, type: 'ADDED' })))
  const rows = first.map((change) => ({ change, row: rowFor(change) })).filter(({ change, row }) => isNews(change, row))
  table.add(rows.map(({ row }) => row))
  return (change) => {
    const row = rowFor(change)
    if (isNews(change, row)) table.add([row])
  }
}

function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}

async function yamlDocument(): Promise<(value: unknown) => string> {
  const { printYaml } = await import('#core/yaml.ts')
  return (value) => `---\n${printYaml(value)}`
}
