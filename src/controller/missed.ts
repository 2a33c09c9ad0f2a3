import { keyText } from '#core/api/object-ref.ts'
import type { Wake } from './wake.ts'

/** A Lease lasts 35 s, and whoever takes it over looks at it every 5 s. */
const keptMs = 60_000

/**
 * What changed while another replica led, or should have: a leader that ended or stood still may not have acted upon it,
 * and the objects that a change concerns do not show that it does.
 */
export class MissedWakes {
  readonly #wakes = new Map<string, { readonly wake: Wake; readonly at: number }>()

  /** What was just found is no change: whoever begins to lead looks at everything. */
  note(wake: Wake, now: number): void {
    if (wake.how === 'look') return
    const text = keyText(wake.key)
    this.#wakes.delete(text)
    this.#wakes.set(text, { wake, at: now })
    for (const [old, { at }] of this.#wakes) {
      if (now - at <= keptMs) return
      this.#wakes.delete(old)
    }
  }

  /** The last of each object, of the last minute; none of them comes again. */
  takeAll(now: number): readonly Wake[] {
    const all = [...this.#wakes.values()]
    this.#wakes.clear()
    return all.flatMap(({ wake, at }) => (now - at <= keptMs ? [wake] : []))
  }
}
