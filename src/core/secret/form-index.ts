/**
 * Texts that are searched for, at every place of other texts. Kept sorted, so that a place is compared with about
 * log₂ n of n forms even where thousands begin alike.
 */
export class FormIndex {
  readonly #sorted: string[] = []
  /** How many forms begin with each pair of code units: most places of a text begin none. */
  readonly #starts = new Map<number, number>()

  get size(): number {
    return this.#sorted.length
  }

  /** Adds a form of at least two code units; one that is added twice must be deleted twice. */
  add(form: string): void {
    this.#sorted.splice(this.#lastNotAfter(form, 0, form.length) + 1, 0, form)
    const start = pairAt(form, 0)
    this.#starts.set(start, (this.#starts.get(start) ?? 0) + 1)
  }

  /** Deletes a form that was added. */
  delete(form: string): void {
    this.#sorted.splice(this.#lastNotAfter(form, 0, form.length), 1)
    const start = pairAt(form, 0)
    const left = (this.#starts.get(start) ?? 0) - 1
    if (left > 0) this.#starts.set(start, left)
    else this.#starts.delete(start)
  }

  /** Length of the longest form that begins at `index` of a text, 0 if none does. */
  longestAt(text: string, index: number): number {
    if (!this.#starts.has(pairAt(text, index))) return 0
    let end = text.length
    while (end > index) {
      // Every form that the text has here sorts before the text, and at or before this one, which then begins like it.
      const form = this.#sorted[this.#lastNotAfter(text, index, end)] ?? ''
      const common = commonLength(form, text, index)
      if (common === form.length) return form.length
      end = index + common
    }
    return 0
  }

  /** Does some form begin with the whole of `text` from `index` to `end`? */
  hasPrefix(text: string, index: number, end: number): boolean {
    if (!this.#starts.has(pairAt(text, index))) return false
    const last = this.#lastNotAfter(text, index, end)
    const neighbours = [this.#sorted[last], this.#sorted[last + 1]]
    return neighbours.some((form) => form !== undefined && commonLength(form, text, index) >= end - index)
  }

  /** Index of the last form that does not sort after `text` from `index` to `end`; -1 if all do. */
  #lastNotAfter(text: string, index: number, end: number): number {
    let low = 0
    let high = this.#sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (isAfter(this.#sorted[middle] ?? '', text, index, end)) high = middle
      else low = middle + 1
    }
    return low - 1
  }
}

function pairAt(text: string, index: number): number {
  return text.charCodeAt(index) * 0x10000 + (text.charCodeAt(index + 1) || 0)
}

function commonLength(form: string, text: string, index: number): number {
  let length = 0
  while (length < form.length && form.charCodeAt(length) === text.charCodeAt(index + length)) length++
  return length
}

function isAfter(form: string, text: string, index: number, end: number): boolean {
  const common = commonLength(form, text, index)
  if (common >= end - index) return form.length > end - index
  return common < form.length && form.charCodeAt(common) > text.charCodeAt(index + common)
}
