import { LimitFault } from './fault.ts'

/** What one run of a template may use; templates are written by tenants. */
export interface Limits {
  /** Nodes visited, list entries made and, per 256, characters that functions read or write. */
  readonly steps: number
  /** Length of any text, the result's included: bytes for the result, UTF-16 units on the way. */
  readonly text: number
  /** Blocks and templates within one another, values within values. */
  readonly depth: number
}

export const defaultLimits: Limits = { steps: 100_000, text: 64 * 1024, depth: 100 }

const charactersPerStep = 256

/** Counts what a run uses, and ends it when that is too much: before the memory is taken, not after. */
export class Budget {
  readonly limits: Limits
  #steps = 0

  constructor(limits: Limits) {
    this.limits = limits
  }

  /** Takes so many steps, of which one is for each entry of a list that is made. */
  take(steps: number): void {
    this.#steps += steps
    if (this.#steps > this.limits.steps) throw new LimitFault(`more than ${this.limits.steps} steps`)
  }

  /** Room for a text of this length; asked before one is made whose length its arguments do not bound. */
  room(length: number): void {
    if (length > this.limits.text) throw new LimitFault(`a text of more than ${this.limits.text} bytes`)
    this.take(Math.floor(length / charactersPerStep))
  }

  /** Refuses values that are nested too deep, perhaps within themselves. */
  depth(depth: number): void {
    if (depth > this.limits.depth) throw new LimitFault(`values nested more than ${this.limits.depth} deep`)
  }
}

/** A text that grows within a budget. */
export class TextBuilder {
  readonly #budget: Budget
  #text = ''

  constructor(budget: Budget) {
    this.#budget = budget
  }

  add(text: string): void {
    if (this.#text.length + text.length > this.#budget.limits.text) this.#budget.room(this.#budget.limits.text + 1)
    this.#text += text
  }

  /** The whole text; its length is counted now. */
  build(): string {
    this.#budget.room(this.#text.length)
    return this.#text
  }
}
