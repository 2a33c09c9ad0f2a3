import { stripVTControlCharacters } from 'node:util'

/** Rows as aligned columns, two blanks apart, the last column unpadded. Cells may hold colours; none may hold a line break. */
export function printTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, width(cell))
  }
  return rows.map((row) => `${printRow(row, widths)}\n`).join('')
}

function printRow(row: readonly string[], widths: readonly number[]): string {
  const cells = row.map((cell, index) => {
    return index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - width(cell))
  })
  return cells.join('  ').trimEnd()
}

function width(cell: string): number {
  return Array.from(stripVTControlCharacters(cell)).length
}
