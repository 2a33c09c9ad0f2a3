/** So many wrong tokens an address may show within the time below. */
const mostFailures = 5
const windowMs = 60_000
const mostAddresses = 1000

/** Wrong tokens by the address that they came from, so that guessing takes its time. Times are monotonic milliseconds. */
export class Attempts {
  readonly #failures = new Map<string, { readonly count: number; readonly since: number }>()

  /** Seconds that an address has to wait before another token is looked at; undefined: none. */
  waitSeconds(address: string, now: number): number | undefined {
    const known = this.#failures.get(address)
    const left = known === undefined ? 0 : known.since + windowMs - now
    return known !== undefined && known.count >= mostFailures && left > 0 ? Math.ceil(left / 1000) : undefined
  }

  failed(address: string, now: number): void {
    const known = this.#failures.get(address)
    const isOver = known === undefined || now - known.since >= windowMs
    this.#failures.delete(address)
    this.#failures.set(address, isOver ? { count: 1, since: now } : { count: known.count + 1, since: known.since })
    const [oldest] = this.#failures.keys()
    if (this.#failures.size > mostAddresses && oldest !== undefined) this.#failures.delete(oldest)
  }

  succeeded(address: string): void {
    this.#failures.delete(address)
  }
}
