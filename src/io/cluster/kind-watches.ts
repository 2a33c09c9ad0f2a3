import { acceptedGroups } from '#core/api/group.ts'
import { specSchemas } from '#core/api/kinds.ts'
import type { Kind } from '#core/api/object-ref.ts'
import type { Clock, Log } from '#flow/ports.ts'
import { isFailure } from './failure.ts'
import type { Cluster, Gvr, KubeObject, WatchEvent, WatchState, Watching } from './cluster.ts'

export interface KindWatchesOptions {
  readonly groups: readonly string[]
  readonly namespaces: readonly string[]
  readonly clock: Clock
  readonly log: Log
  readonly discoverEveryMs: number
}

export interface KindListener {
  put(object: KubeObject): void
  gone(object: KubeObject): void
}

interface Wanted {
  readonly group: string
  /** As the group writes it, and as we call it. */
  readonly written: string
  readonly kind: Kind
  readonly versions: readonly string[]
}

interface Running extends Wanted {
  readonly gvr: Gvr
  readonly namespace: string | undefined
  readonly watching: Watching
  synced: boolean
}

/** Watches every kind that is wanted and served; looks again for those that are not, or not yet. */
export class KindWatches implements AsyncDisposable {
  readonly synced: Promise<void>
  readonly #cluster: Cluster
  readonly #options: KindWatchesOptions
  readonly #listener: KindListener
  readonly #closing = new AbortController()
  readonly #running: Running[] = []
  readonly #wanted: readonly Wanted[]
  readonly #looking: Promise<void>

  constructor(cluster: Cluster, listener: KindListener, options: KindWatchesOptions) {
    this.#cluster = cluster
    this.#listener = listener
    this.#options = options
    this.#wanted = wantedOf(options.groups)
    const first = Promise.withResolvers<void>()
    this.#looking = this.#look(first)
    this.synced = this.#allSynced(first.promise)
    this.synced.catch(() => undefined)
  }

  gvrOf({ group, kind }: { readonly group: string; readonly kind: Kind }): Gvr | undefined {
    return this.#running.find((one) => one.group === group && one.kind === kind)?.gvr
  }

  states(): readonly WatchState[] {
    return this.#running.map(({ group, kind, namespace, synced, watching }) => ({
      group,
      kind: kind as WatchState['kind'],
      namespace,
      synced,
      ageMs: watching.ageMs(),
      failure: watching.failure(),
    }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await this.#looking
    await Promise.all(this.#running.map(({ watching }) => watching[Symbol.asyncDispose]()))
  }

  async #allSynced(started: Promise<void>): Promise<void> {
    await started
    await Promise.all(this.#running.map(({ watching }) => watching.synced))
  }

  async #look(first: PromiseWithResolvers<void>): Promise<void> {
    const { clock, log, discoverEveryMs } = this.#options
    const { signal } = this.#closing
    let failures = 0
    while (!signal.aborted) {
      try {
        await this.#startServed(signal)
        failures = 0
        first.resolve()
      } catch (error) {
        failures += 1
        if (!signal.aborted) log.warn('the kinds that are served could not be read', { error })
      }
      // While it fails nothing works; later it is a question of new definitions.
      const pauseMs = failures === 0 ? discoverEveryMs : Math.min(discoverEveryMs, 250 * 2 ** failures, 5000)
      await clock.sleep(pauseMs * (0.9 + clock.random() / 5), signal).catch(() => undefined)
    }
    first.reject(new Error('closed'))
  }

  async #startServed(signal: AbortSignal): Promise<void> {
    const missing = this.#wanted.filter((wanted) => this.#isMissing(wanted))
    if (missing.length === 0) return
    this.#cluster.forgetKinds()
    for (const wanted of missing) {
      const { group, written: kind, versions } = wanted
      const served = await this.#cluster.find({ group, kind, versions }, signal)
      const former = this.gvrOf(wanted)
      if (served === undefined || served.version === former?.version) continue
      await this.#stop(wanted)
      this.#start(wanted, { group, version: served.version, resource: served.resource })
    }
  }

  /** Not served so far, or no longer in the version that is watched. */
  #isMissing(wanted: Wanted): boolean {
    const ofKind = this.#running.filter((one) => one.group === wanted.group && one.kind === wanted.kind)
    return ofKind.every(({ watching }) => isFailure(watching.failure(), 'CLUSTER_KIND_MISSING'))
  }

  async #stop(wanted: Wanted): Promise<void> {
    const ofKind = this.#running.filter((one) => one.group === wanted.group && one.kind === wanted.kind)
    for (const one of ofKind) {
      this.#running.splice(this.#running.indexOf(one), 1)
      await one.watching[Symbol.asyncDispose]()
    }
  }

  #start(wanted: Wanted, gvr: Gvr): void {
    const { namespaces } = this.#options
    for (const namespace of namespaces.length === 0 ? [undefined] : namespaces) {
      const scope = namespace === undefined ? {} : { namespace }
      const running: { one?: Running } = {}
      const listen = (event: WatchEvent): void => {
        if (event.type === 'put') this.#listener.put(event.object)
        else if (event.type === 'gone') this.#listener.gone(event.object)
        else if (running.one !== undefined) running.one.synced = true
      }
      running.one = { ...wanted, gvr, namespace, watching: this.#cluster.watch(gvr, scope, listen), synced: false }
      this.#running.push(running.one)
    }
  }
}

/** Every kind that this release works with, of the groups that are asked for. */
function wantedOf(groups: readonly string[]): readonly Wanted[] {
  return acceptedGroups
    .filter(({ group }) => groups.includes(group))
    .flatMap(({ group, versions, kinds }) =>
      Object.entries(kinds)
        .filter(([, kind]) => Object.hasOwn(specSchemas, kind))
        .map(([written, kind]) => ({ group, written, kind, versions })),
    )
}
