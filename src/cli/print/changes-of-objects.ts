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
  const newRows = (changes: readonly Change[]): readonly (readonly string[])[] =>
    changes.flatMap((change) => {
      const whole = rowOf(change, shape, qualified.has(change.collection.kind))
      const row = change.type === 'DELETED' ? deletedRow(whole, shape.columns.length) : whole
      const [key, text] = [keyOfEntry(change), JSON.stringify(row)]
      if (printed.get(key) === text) return []
      printed.set(key, text)
      return [row]
    })
  table.add(newRows(sections.flatMap(({ entries }) => entries.map((entry) => ({ ...entry, type: 'ADDED' as const })))))
  return (change) => {
    const rows = newRows([change])
    if (rows.length > 0) table.add(rows)
  }
}

/** Of a deleted object not more than its name may be known. */
function deletedRow(row: readonly string[], columns: number): readonly string[] {
  return [...row.slice(0, -columns), ...Array.from({ length: columns - 1 }, () => '-'), 'deleted']
}

function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}

async function yamlDocument(): Promise<(value: unknown) => string> {
  const { printYaml } = await import('#core/yaml.ts')
  return (value) => `---\n${printYaml(value)}`
}
