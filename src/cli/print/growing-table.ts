import { printTable } from './table.ts'

/** A table whose rows come one after another: each is aligned with those above, columns only ever get wider. */
export class GrowingTable {
  readonly #titles: readonly string[]
  readonly #write: (text: string) => unknown
  /** A row of blanks as wide as every column has to be. */
  #widest: readonly string[] = []

  constructor(titles: readonly string[], write: (text: string) => unknown) {
    this.#titles = titles
    this.#write = write
  }

  /** Prints rows, before the first of them the titles. */
  add(rows: readonly (readonly string[])[]): void {
    const isFirst = this.#widest.length === 0
    const shown = isFirst ? [this.#titles, ...rows] : rows
    this.#widest = this.#titles.map((_, index) => {
      return ' '.repeat(Math.max(...[this.#widest, ...shown].map((row) => Array.from(row[index] ?? '').length)))
    })
    const [, ...lines] = printTable([this.#widest, ...shown]).split('\n')
    this.#write(lines.join('\n'))
  }
}
