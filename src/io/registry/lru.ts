/** A map that forgets what was used longest ago when the sum of the costs exceeds its budget. */
export class Lru<V> {
  readonly #entries = new Map<string, { readonly value: V; readonly cost: number }>()
  readonly #budget: number
  #spent = 0

  constructor(budget: number) {
    this.#budget = budget
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  /** A value that alone exceeds the budget is not kept. */
  set(key: string, value: V, cost = 1): void {
    this.delete(key)
    if (cost > this.#budget) return
    this.#entries.set(key, { value, cost })
    this.#spent += cost
    for (const oldest of this.#entries.keys()) {
      if (this.#spent <= this.#budget) return
      this.delete(oldest)
    }
  }

  /** All of them, in no order that matters; looking is not using. */
  values(): readonly V[] {
    return [...this.#entries.values()].map(({ value }) => value)
  }

  delete(key: string): void {
    this.#spent -= this.#entries.get(key)?.cost ?? 0
    this.#entries.delete(key)
  }
}
