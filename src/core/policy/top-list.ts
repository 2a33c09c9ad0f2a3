import { compareBy } from './order.ts'

/**
 * The best items of a stream, by descending preference; `compare` > 0 when `a` comes before `b`. Keeps no more than
 * `limit`, so that a hundred thousand items cost one comparison each and no memory.
 */
export class TopList<T> {
  readonly #limit: number
  readonly #compare: (a: T, b: T) => number
  /** Sorted while the limit is finite; else as they came. */
  readonly #items: T[] = []

  constructor(limit: number, compare: (a: T, b: T) => number) {
    this.#limit = limit
    this.#compare = compare
  }

  add(item: T): void {
    if (this.#limit === Infinity) {
      this.#items.push(item)
      return
    }
    if (this.#items.length >= this.#limit) {
      const last = this.#items.at(-1)
      if (last === undefined || this.#compare(item, last) <= 0) return
      this.#items.pop()
    }
    this.#items.splice(this.#placeOf(item), 0, item)
  }

  /** What was kept, the best first. */
  items(): readonly T[] {
    return this.#limit === Infinity ? this.#items.toSorted((a, b) => this.#compare(b, a)) : this.#items
  }

  #placeOf(item: T): number {
    let [low, high] = [0, this.#items.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#items[middle]
      if (other !== undefined && this.#compare(item, other) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The preferred one of a list, undefined if it is empty. */
export function bestOf<T>(items: Iterable<T>, compare: (a: T, b: T) => number): T | undefined {
  const top = new TopList(1, compare)
  for (const item of items) top.add(item)
  return top.items()[0]
}

/** For lists of tags and of what carries one: descending by bytes. */
export function compareTags(a: { readonly tag: string }, b: { readonly tag: string }): number {
  return compareBy(a.tag, b.tag)
}
