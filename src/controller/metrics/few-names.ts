/** Names as values of a label: beyond so many all new ones are `other`, since each costs memory for good. */
export class FewNames {
  readonly #most: number
  readonly #names = new Set<string>()

  constructor(most: number) {
    this.#most = most
  }

  of(name: string): string {
    if (this.#names.has(name)) return name
    if (this.#names.size >= this.#most) return 'other'
    this.#names.add(name)
    return name
  }
}
