/** What the dispatcher has in hand, for metrics. */
export interface DispatcherStates {
  readonly isLeading: boolean
  /** Objects that are known. */
  readonly objects: number
  /** Objects with a time at which they are due. */
  readonly timers: number
  /** Objects that wait for more triggers. */
  readonly windows: number
  /** Jobs that are not yet known to be in the queue. */
  readonly unsent: number
  /** Jobs whose results have not come, and for how many milliseconds the oldest has waited. */
  readonly outstanding: number
  readonly oldestMs: number
}
