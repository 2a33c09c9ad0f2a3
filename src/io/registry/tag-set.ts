import type { Tag } from '#core/image/reference.ts'

/**
 * Tags without repetitions. Most registries list in byte order, and as long as they do a comparison with the last tag
 * takes the place of hashing each, which costs more than all else in a long list.
 */
export class TagSet {
  readonly #ascending: Tag[] = []
  #others: Set<Tag> | undefined

  get size(): number {
    return this.#others?.size ?? this.#ascending.length
  }

  add(tag: Tag): void {
    if (this.#others !== undefined) {
      this.#others.add(tag)
      return
    }
    const last = this.#ascending.at(-1)
    if (last === undefined || last < tag) this.#ascending.push(tag)
    else this.#others = new Set(this.#ascending).add(tag)
  }

  /** All tags, descending by bytes: they are ASCII, so code units are bytes. */
  descending(): readonly Tag[] {
    if (this.#others === undefined) return this.#ascending.toReversed()
    return [...this.#others].toSorted((a, b) => (a < b ? 1 : -1))
  }
}
