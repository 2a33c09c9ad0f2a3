import type { ScanStore, StoredScan } from '#flow/ports.ts'
import { Turns } from './turns.ts'

/** Scans kept for the life of the process (CLI), each key's work one at a time. */
export class MemoryScanStore implements ScanStore {
  readonly #scans = new Map<string, StoredScan>()
  readonly #announced = new Map<string, number>()
  readonly #turns = new Turns()

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

  async alone<Result>(key: string, work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const end = await this.#turns.take(key, signal)
    try {
      return await work()
    } finally {
      end()
    }
  }
}
