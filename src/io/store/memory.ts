import type { ScanStore, StoredScan } from '#flow/ports.ts'

/** Scans kept for the life of the process (CLI), each key's work one at a time. */
export class MemoryScanStore implements ScanStore {
  readonly #scans = new Map<string, StoredScan>()
  readonly #announced = new Map<string, number>()
  readonly #running = new Map<string, Promise<unknown>>()

  async load(key: string): Promise<StoredScan | undefined> {
    return this.#scans.get(key)
  }

  async save(key: string, scan: StoredScan): Promise<void> {
    this.#scans.set(key, scan)
  }

  async announcedAt(object: string): Promise<number | undefined> {
    return this.#announced.get(object)
  }

  async announce(object: string, at: number): Promise<void> {
    this.#announced.set(object, at)
  }

  async alone<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const earlier = this.#running.get(key) ?? Promise.resolve()
    // The next in line waits for the end of this work, whichever way it ends.
    const mine = earlier.then(work, work)
    this.#running.set(key, mine)
    try {
      return await mine
    } finally {
      if (this.#running.get(key) === mine) this.#running.delete(key)
    }
  }
}
