import { keyText, type ObjectRef } from '#core/api/object-ref.ts'
import type { Clock, GitReader, Log } from '#flow/ports.ts'

export interface PrefetchOptions {
  readonly git: GitReader
  readonly clock: Pick<Clock, 'monotonic'>
  readonly log: Log
  /** Plans the pass over an object and throws the plan away. */
  readonly rehearse: (key: ObjectRef, git: GitReader, signal: AbortSignal) => Promise<void>
}

/** What was read of a remote is good for so long: somebody may push, which a push of ours would then find out. */
const freshMs = 3000
/** Rehearsals at a time; beyond that an object is not rehearsed. */
const mostAtOnce = 8

interface Answers {
  readonly at: number
  readonly known: Map<string, Promise<unknown>>
}

/**
 * While an automation waits for more triggers, its pass is planned for the first time, so that what it has to ask of
 * the remote and of the mirror has been answered when it begins. The answers serve one pass of that object; where its
 * branch stands is told once, so that a push that was overtaken asks anew.
 */
export class Prefetch implements Disposable {
  readonly #options: PrefetchOptions
  readonly #answers = new Map<string, Answers>()
  readonly #running = new Set<string>()
  readonly #closing = new AbortController()

  constructor(options: PrefetchOptions) {
    this.#options = options
  }

  /** Begins to read ahead for the object, unless that is under way; returns at once. */
  begin(key: ObjectRef): void {
    const text = keyText(key)
    if (this.#running.has(text) || this.#running.size >= mostAtOnce || this.#closing.signal.aborted) return
    this.#running.add(text)
    void this.#rehearse(key, text)
  }

  /** The reader of a pass over the object: takes what was read ahead, once, while it is fresh. */
  readerOf(key: ObjectRef): GitReader {
    const answers = this.#answers.get(keyText(key))
    this.#answers.delete(keyText(key))
    const isFresh = answers !== undefined && this.#options.clock.monotonic() - answers.at < freshMs
    return isFresh ? this.#through(answers.known, 'takes') : this.#options.git
  }

  /** A pass over the object has ended: what was read meanwhile may be older than its push. */
  forget(key: ObjectRef): void {
    this.#answers.delete(keyText(key))
  }

  [Symbol.dispose](): void {
    this.#closing.abort()
    this.#answers.clear()
  }

  async #rehearse(key: ObjectRef, text: string): Promise<void> {
    const { clock, log, rehearse } = this.#options
    const known = new Map<string, Promise<unknown>>()
    this.#forgetOld()
    this.#answers.set(text, { at: clock.monotonic(), known })
    try {
      await rehearse(key, this.#through(known, 'keeps'), this.#closing.signal)
    } catch (error) {
      // The pass itself will meet the same, and tell of it.
      log.debug('reading ahead has failed', { ...key, error })
      this.#answers.delete(text)
    } finally {
      this.#running.delete(text)
    }
  }

  /** Passes that never came leave their answers behind. */
  #forgetOld(): void {
    const oldest = this.#options.clock.monotonic() - freshMs
    for (const [text, { at }] of this.#answers) if (at < oldest) this.#answers.delete(text)
  }

  #through(known: Map<string, Promise<unknown>>, how: 'keeps' | 'takes'): GitReader {
    const { git } = this.#options
    const answer = async <Result>(question: readonly unknown[], ask: () => Promise<Result>): Promise<Result> => {
      const name = JSON.stringify(question, plain)
      const former = known.get(name) as Promise<Result> | undefined
      if (how === 'takes') return former ?? ask()
      const asked = ask()
      asked.catch(() => known.delete(name))
      known.set(name, asked)
      return asked
    }
    return {
      remoteRefs: async (remote, refs, signal) => {
        const question = ['refs', remote.url, refs]
        const found = await answer(question, async () => git.remoteRefs(remote, refs, signal))
        // All else is about a commit, and stays true.
        if (how === 'takes') known.delete(JSON.stringify(question, plain))
        return found
      },
      fetch: async (remote, wanted, signal) => git.fetch(remote, wanted, signal),
      files: async (remote, commit, query, signal) =>
        answer(['files', remote.url, commit, query], async () => git.files(remote, commit, query, signal)),
      read: async (remote, commit, paths, signal) =>
        answer(['read', remote.url, commit, paths], async () => git.read(remote, commit, paths, signal)),
      log: async (remote, query, signal) =>
        answer(['log', remote.url, query], async () => git.log(remote, query, signal)),
    }
  }
}

/** Maps and sets of a question as lists. */
function plain(_name: string, value: unknown): unknown {
  return value instanceof Map || value instanceof Set ? [...value] : value
}
