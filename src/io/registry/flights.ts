import { orAborted } from '../http/deadline.ts'

interface Flight<T> {
  readonly result: Promise<T>
  readonly stop: AbortController
  passengers: number
}

/** Lets callers who want the same thing at the same time share one piece of work. */
export class Flights<T> {
  readonly #flights = new Map<string, Flight<T>>()

  /**
   * The result of the work that is under way for the key, or of `start`. A caller whose signal aborts leaves with its
   * reason; the work itself is stopped when the last one has left.
   */
  async join(key: string, start: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted()
    const flight = this.#flights.get(key) ?? this.#take(key, start)
    flight.passengers += 1
    try {
      return await orAborted(flight.result, signal, () => undefined)
    } finally {
      flight.passengers -= 1
      if (flight.passengers === 0) this.#land(key, flight, signal.reason)
    }
  }

  #take(key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const stop = new AbortController()
    const result = start(stop.signal)
    const flight: Flight<T> = { result, stop, passengers: 0 }
    this.#flights.set(key, flight)
    return flight
  }

  #land(key: string, flight: Flight<T>, reason: unknown): void {
    // A newcomer must not board what is about to be stopped.
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
    flight.stop.abort(reason)
  }
}
