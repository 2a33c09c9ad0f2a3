import { printObject } from '#core/api/group.ts'
import { keyText, type ObjectRef } from '#core/api/object-ref.ts'
import type { Clock, Log } from '#flow/ports.ts'
import { orAborted, startDeadline } from '#io/http/deadline.ts'

/** Passes on that there is news for an object; `at` is epoch milliseconds. Rejects where that cannot be noted. */
export type Announce = (object: ObjectRef, at: number, signal: AbortSignal) => Promise<void>

interface AnnouncerOptions {
  readonly announce: Announce
  readonly clock: Clock
  readonly log: Log
  /** Ends what is under way. */
  readonly signal: AbortSignal
}

/** Announcements of one object are at least so far apart. */
const pauseMs = 1000
const triesMs = [1000, 5000, 30_000]
const deadlineMs = 5000

/** Announces the first news of an object at once, and what comes within a second after it together. */
export class Announcer {
  readonly #options: AnnouncerOptions
  /** Objects that were announced within the last second; true: there is more. */
  readonly #pausing = new Map<string, boolean>()

  constructor(options: AnnouncerOptions) {
    this.#options = options
  }

  /** Resolves when it is announced, or will be; rejects where the first one cannot be noted. */
  async tell(object: ObjectRef, signal: AbortSignal): Promise<void> {
    const key = keyText(object)
    if (this.#pausing.has(key)) {
      this.#pausing.set(key, true)
      return
    }
    this.#pausing.set(key, false)
    try {
      await this.#announce(object, signal)
      void this.#pause(object, key)
    } catch (error) {
      // Whoever was told that it will be announced meanwhile must not be let down.
      if (this.#pausing.get(key) === true) void this.#pause(object, key)
      else this.#pausing.delete(key)
      throw error
    }
  }

  async #pause(object: ObjectRef, key: string): Promise<void> {
    const { clock, signal } = this.#options
    for (;;) {
      await clock.sleep(pauseMs, signal).catch(() => undefined)
      if (this.#pausing.get(key) !== true || signal.aborted) break
      // What comes from here on may be too late for this announcement.
      this.#pausing.set(key, false)
      await this.#insist(object)
    }
    this.#pausing.delete(key)
  }

  /** Nobody waits for this one, so it is tried again; after that the object's interval has to do. */
  async #insist(object: ObjectRef): Promise<void> {
    const { clock, log, signal } = this.#options
    for (const afterMs of [...triesMs, undefined]) {
      const deadline = startDeadline(signal, deadlineMs)
      try {
        return await this.#announce(object, deadline.signal)
      } catch (error) {
        if (signal.aborted) return
        if (afterMs === undefined) log.warn(`${printObject(object)}: news could not be passed on`, { error })
        else await clock.sleep(afterMs, signal).catch(() => undefined)
      } finally {
        deadline.clear()
      }
    }
  }

  /** Ends with the signal, whoever waits for what: an object must not be locked by one call that hangs. */
  async #announce(object: ObjectRef, signal: AbortSignal): Promise<void> {
    const { announce, clock } = this.#options
    await orAborted(announce(object, clock.now(), signal), signal, () => undefined)
  }
}
