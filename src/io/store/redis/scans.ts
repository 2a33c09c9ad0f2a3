import { hash } from 'node:crypto'
import type { Clock, Log, ScanStore, StoredScan } from '#flow/ports.ts'
import { Turns } from '../turns.ts'
import { inFlight } from './flight.ts'
import { Hints } from './hint.ts'
import type { Redis } from './open.ts'
import { packScan, unpackScan } from './scan-text.ts'

const keptMs = 7 * 86_400_000
const announcedMs = 3_600_000
/** Copies that spare reading a list again that has not changed; counted in tags. */
const maxCopiedTags = 500_000

interface Copy {
  readonly mark: string
  readonly scan: StoredScan
}

/** Scans that all replicas share. Nothing in it fails: where Redis does not answer, there is nothing, or nothing is kept. */
export function openRedisScanStore(
  redis: Redis,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): ScanStore {
  return new RedisScanStore(redis, clock, log)
}

/** Each list is a hash of its text (`value`) and of a mark that changes with it (`mark`), so that a copy can be proven cheaply. */
class RedisScanStore implements ScanStore {
  readonly #redis: Redis
  readonly #clock: Clock
  readonly #hints: Hints
  readonly #turns = new Turns()
  readonly #copies = new Map<string, Copy>()
  #copied = 0

  constructor(redis: Redis, clock: Clock, log: Log) {
    this.#redis = redis
    this.#clock = clock
    this.#hints = new Hints(redis, log, 'lists of tags are not shared')
  }

  async load(key: string): Promise<StoredScan | undefined> {
    const { store } = this.#redis
    const name = this.#name('tags', key)
    const copy = this.#copies.get(name)
    if (copy !== undefined) {
      const mark = await this.#hints.ask(async () => store.hget(name, 'mark'))
      if (mark === undefined) return undefined
      if (mark === copy.mark) return copy.scan
    }
    const [mark, value] = (await this.#hints.ask(async () => store.hmgetBuffer(name, 'mark', 'value'))) ?? []
    const scan = value ? await unpackScan(value) : undefined
    if (scan !== undefined && mark) this.#keep(name, { mark: mark.toString(), scan })
    else this.#forget(name)
    return scan
  }

  async save(key: string, scan: StoredScan): Promise<void> {
    const { store } = this.#redis
    const name = this.#name('tags', key)
    const value = await packScan(scan)
    const mark = hash('sha256', value, 'base64url').slice(0, 16)
    this.#forget(name)
    const answers = await this.#hints.ask(async () => {
      const results = await store.multi().hset(name, { mark, value }).pexpire(name, keptMs).exec()
      for (const [error] of results ?? []) if (error !== null) throw error
      return results
    })
    if (answers !== undefined) this.#keep(name, { mark, scan })
  }

  async announcedAt(object: string): Promise<number | undefined> {
    const { store } = this.#redis
    const text = await this.#hints.ask(async () => store.get(this.#name('news', object)))
    const at = Number(text ?? Number.NaN)
    return Number.isFinite(at) ? at : undefined
  }

  async announce(object: string, at: number): Promise<void> {
    const { store } = this.#redis
    await this.#hints.ask(async () => store.set(this.#name('news', object), at, 'PX', announcedMs))
  }

  async alone<Result>(key: string, work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const end = await this.#turns.take(key, signal)
    try {
      return await inFlight(this.#name('flight', key), work, { redis: this.#redis, clock: this.#clock, signal })
    } finally {
      end()
    }
  }

  /** Hashed, since a key may hold anything and be of any length. */
  #name(kind: string, key: string): string {
    return `${this.#redis.prefix}:${kind}:${hash('sha256', key, 'base64url').slice(0, 22)}`
  }

  #keep(name: string, copy: Copy): void {
    this.#forget(name)
    this.#copies.set(name, copy)
    this.#copied += sizeOf(copy)
    for (const oldest of this.#copies.keys()) {
      if (this.#copied <= maxCopiedTags) return
      this.#forget(oldest)
    }
  }

  #forget(name: string): void {
    const copy = this.#copies.get(name)
    if (copy === undefined) return
    this.#copies.delete(name)
    this.#copied -= sizeOf(copy)
  }
}

function sizeOf({ scan }: Copy): number {
  return 1 + scan.tags.length + (scan.suspect?.tags.length ?? 0)
}
