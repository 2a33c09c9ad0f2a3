import type { Clock, Log } from '#flow/ports.ts'
import type { Cluster, Gvr, Scope, Watching } from '#io/cluster/cluster.ts'
import { isFailure } from '#io/cluster/failure.ts'

const secrets: Gvr = { group: '', version: 'v1', resource: 'secrets' }

/** Watches of so many Secrets; each is a connection to the API server, and about 100 kB of memory. */
const mostWatched = 500
const probesAtOnce = 8
/** So often rights that were missing are asked for again. */
const askAgainMs = 600_000

interface SecretName {
  readonly namespace: string
  readonly name: string
}

export interface SecretWatchesOptions {
  readonly cluster: Pick<Cluster, 'watch' | 'list'>
  readonly clock: Clock
  readonly log: Log
  /**
   * Told of a Secret that changed, appeared or disappeared; `isFirst`: it is watched from now on, and what was read of
   * it shortly before may be another state.
   */
  readonly onChange: (secret: SecretName, isFirst: boolean) => void
  /** Default 500. */
  readonly most?: number
}

type State = 'waits' | 'probed' | 'watched' | 'forbidden' | 'ended'

interface Followed extends SecretName {
  state: State
  watching: Watching | undefined
}

/**
 * Watches single Secrets by name, as long as somebody refers to them: nobody needs the right to list all. Where even
 * that is forbidden, and beyond a number of Secrets, changes are found by the objects' intervals.
 */
export class SecretWatches implements AsyncDisposable {
  readonly #options: SecretWatchesOptions
  readonly #followed = new Map<string, Followed>()
  readonly #closing = new AbortController()
  readonly #ending = new Set<Promise<void>>()
  readonly #asking: Promise<void>
  #probes = 0
  /** Those that are probed or watched. */
  #active = 0
  readonly #said = new Set<string>()

  constructor(options: SecretWatchesOptions) {
    this.#options = options
    this.#asking = this.#askAgain()
  }

  /** How many are watched. */
  get size(): number {
    return [...this.#followed.values()].filter(({ state }) => state === 'watched').length
  }

  /** Follows a Secret, or no longer. */
  follow({ namespace, name }: SecretName, isUsed: boolean): void {
    const place = placeOf({ namespace, name })
    const known = this.#followed.get(place)
    if (isUsed === (known !== undefined) || this.#closing.signal.aborted) return
    if (known === undefined) this.#followed.set(place, { namespace, name, state: 'waits', watching: undefined })
    else {
      this.#followed.delete(place)
      this.#end(known)
    }
    this.#startWaiting()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    for (const one of this.#followed.values()) this.#end(one)
    await Promise.all([...this.#ending, this.#asking])
  }

  #end(one: Followed): void {
    if (one.state === 'probed' || one.state === 'watched') this.#active -= 1
    one.state = 'ended'
    if (one.watching !== undefined) this.#keep(Promise.resolve(one.watching[Symbol.asyncDispose]()))
  }

  #startWaiting(): void {
    const { most = mostWatched } = this.#options
    for (const one of this.#followed.values()) {
      if (one.state !== 'waits') continue
      if (this.#active >= most) return this.#sayOnce(`more than ${most} are named`)
      if (this.#probes >= probesAtOnce) return
      this.#active += 1
      this.#probes += 1
      one.state = 'probed'
      this.#keep(this.#probe(one))
    }
  }

  /** What closing waits for. */
  #keep(work: Promise<void>): void {
    this.#ending.add(work)
    void work.finally(() => this.#ending.delete(work))
  }

  /** Asks once before it watches: a watch that is forbidden would go on trying, and complain. */
  async #probe(one: Followed): Promise<void> {
    const isForbidden = await this.#isForbidden(one)
    this.#probes -= 1
    if (one.state === 'probed') {
      one.state = isForbidden ? 'forbidden' : 'watched'
      if (isForbidden) this.#active -= 1
      if (isForbidden) this.#sayOnce('list and watch are forbidden')
      else this.#watch(one)
    }
    if (!this.#closing.signal.aborted) this.#startWaiting()
  }

  /** Other failures pass; the watch tries until it works. */
  async #isForbidden(one: SecretName): Promise<boolean> {
    try {
      await this.#options.cluster.list(secrets, scopeOf(one), this.#closing.signal)
      return false
    } catch (error) {
      return isFailure(error, 'CLUSTER_FORBIDDEN')
    }
  }

  #watch(one: Followed): void {
    const { namespace, name } = one
    let isSynced = false
    one.watching = this.#options.cluster.watch(secrets, scopeOf(one), ({ type }) => {
      // The first list tells how it is, later ones tell each change of their own.
      if ((type === 'synced') === isSynced) return
      this.#options.onChange({ namespace, name }, !isSynced)
      isSynced = true
    })
  }

  /** Rights may be given later. */
  async #askAgain(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      await this.#options.clock.sleep(askAgainMs, signal).catch(() => undefined)
      for (const one of this.#followed.values()) if (one.state === 'forbidden') one.state = 'waits'
      if (!signal.aborted) this.#startWaiting()
    }
  }

  #sayOnce(why: string): void {
    if (this.#said.has(why)) return
    this.#said.add(why)
    const others = 'changes of the others are found when an object that names them is next looked at'
    this.#options.log.info(`not every Secret is watched (${why}): ${others}`)
  }
}

function placeOf({ namespace, name }: SecretName): string {
  return `${namespace}/${name}`
}

function scopeOf({ namespace, name }: SecretName): Scope {
  return { namespace, fieldSelector: `metadata.name=${name}` }
}
