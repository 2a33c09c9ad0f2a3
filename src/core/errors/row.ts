/**
 * When another try may help: `never` (a person must change something), `backoff` (750 ms doubling to 15 min),
 * `interval` (the object's own), or after a known number of milliseconds.
 */
export type Retry = 'never' | 'backoff' | 'interval' | { readonly afterMs: number }

/** What is known about an error code before it happens: the source of conditions, of hints and of docs/errors.md. */
export interface ErrorRow {
  readonly retry: Retry
  /** Reason of the Ready condition, in Flux's words where Flux has one. */
  readonly reason: string
  /** One sentence: what happened. */
  readonly meaning: string
  /** One sentence: what the user can do. */
  readonly remedy: string
}
