import type { ObjectEvent } from '#core/api/condition.ts'
import { printObject } from '#core/api/group.ts'
import type { BrokenResource } from '#core/api/live.ts'
import type { ObjectRef } from '#core/api/object-ref.ts'
import { AppError } from '#core/error.ts'
import type { SecretObject } from '#core/secret/secret-object.ts'
import type { Resource, StatusTarget } from '#flow/ports.ts'
import { ResourceCache } from './cache.ts'
import type {
  CachedResource,
  Cluster,
  ClusterResources,
  ClusterResourcesOptions,
  Gvr,
  KubeObject,
  ResourceChange,
  WatchState,
} from './cluster.ts'
import { Companions } from './companions.ts'
import { Events } from './events.ts'
import { isFailure } from './failure.ts'
import { KindWatches } from './kind-watches.ts'
import { PrunedFields, writeStatus } from './status-writer.ts'

/** Begins to watch; `synced` tells when everything has been listed. */
export function openClusterResources(cluster: Cluster, options: ClusterResourcesOptions): ClusterResources {
  return new WatchedResources(cluster, options)
}

class WatchedResources implements ClusterResources {
  readonly synced: Promise<void>
  readonly #cluster: Cluster
  readonly #options: ClusterResourcesOptions
  readonly #cache: ResourceCache
  readonly #companions: Companions
  readonly #events: Events
  readonly #watches: KindWatches
  readonly #pruned = new PrunedFields()

  constructor(cluster: Cluster, options: ClusterResourcesOptions) {
    const { clock, log, secretTtlMs = 10_000, discoverEveryMs = 30_000 } = options
    this.#cluster = cluster
    this.#options = options
    this.#cache = new ResourceCache(log)
    this.#companions = new Companions(cluster, { clock, ttlMs: secretTtlMs })
    this.#events = new Events(cluster, options)
    const listener = {
      put: (object: KubeObject) => this.#cache.put(object),
      gone: (object: KubeObject) => this.#cache.remove(object),
    }
    this.#watches = new KindWatches(cluster, listener, { ...options, discoverEveryMs })
    this.synced = this.#watches.synced
  }

  async get(key: ObjectRef, signal: AbortSignal): Promise<Resource | undefined> {
    const cached = this.#cache.get(key)
    if (cached === undefined && this.#isOutside(key)) return usable(await this.#read(key, signal))
    return usable(cached)
  }

  async list(): Promise<readonly Resource[]> {
    return this.#cache.resources()
  }

  async secret(namespace: string, name: string): Promise<SecretObject | undefined> {
    return this.#companions.secret(namespace, name)
  }

  async pullSecrets(namespace: string, account: string): Promise<readonly string[] | undefined> {
    return this.#companions.pullSecrets(namespace, account)
  }

  async namespaceLabels(namespace: string): Promise<Readonly<Record<string, string>>> {
    return this.#companions.namespaceLabels(namespace)
  }

  async putStatus(target: StatusTarget, status: object, signal: AbortSignal): Promise<void> {
    const known = this.#cache.object(target)
    const gvr = this.#watches.gvrOf(target)
    if (known === undefined || gvr === undefined) return // it is gone, or its whole kind is
    const cached = this.#cache.get(target)
    const base = target.base ?? (cached?.is === 'resource' ? cached.resource : cached?.broken)
    const { uid, resourceVersion } = base?.metadata ?? {}
    if (uid !== undefined && uid !== known.metadata.uid) return // another object by the same name
    const object =
      resourceVersion === undefined ? known : { ...known, metadata: { ...known.metadata, resourceVersion } }
    const request = { target, status, object, gvr, former: base?.status }
    const written = await writeStatus(
      request,
      { ...this.#options, cluster: this.#cluster, pruned: this.#pruned },
      signal,
    )
    if (written !== undefined) this.#cache.put(written)
  }

  async putEvents(key: ObjectRef, events: readonly ObjectEvent[], signal: AbortSignal): Promise<void> {
    const about = this.#cache.object(key)
    if (about === undefined) return
    for (const event of events) await this.#events.post(about, event, signal)
  }

  onChange(listener: (change: ResourceChange) => void): () => void {
    return this.#cache.onChange(listener)
  }

  cached(key: ObjectRef): CachedResource | undefined {
    return this.#cache.get(key)
  }

  all(): readonly Resource[] {
    return this.#cache.resources()
  }

  broken(): readonly BrokenResource[] {
    return this.#cache.entries().flatMap((entry) => (entry.is === 'broken' ? [entry.broken] : []))
  }

  async refresh(key: ObjectRef, signal: AbortSignal): Promise<Resource | undefined> {
    await this.#read(key, signal)
    return usable(this.#cache.get(key))
  }

  forgetSecret(namespace: string, name: string): void {
    this.#companions.forgetSecret(namespace, name)
  }

  async removeFinalizer(key: ObjectRef, finalizer: string, signal: AbortSignal): Promise<void> {
    const { finalizers = [], deletionTimestamp, resourceVersion } = this.#cache.object(key)?.metadata ?? {}
    if (deletionTimestamp === undefined || !finalizers.includes(finalizer)) return
    const metadata = { finalizers: finalizers.filter((one) => one !== finalizer), resourceVersion }
    try {
      await this.#patch(key, { metadata }, signal)
    } catch (error) {
      if (!isFailure(error, 'CLUSTER_NOT_FOUND')) throw error
    }
  }

  async annotate(
    key: ObjectRef,
    annotations: Readonly<Record<string, string | null>>,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#patch(key, { metadata: { annotations } }, signal)
  }

  async suspend(key: ObjectRef, suspend: boolean, signal: AbortSignal): Promise<void> {
    await this.#patch(key, { spec: { suspend } }, signal)
  }

  gvrOf(ref: Pick<ObjectRef, 'group' | 'kind'>): Gvr | undefined {
    return this.#watches.gvrOf(ref)
  }

  watches(): readonly WatchState[] {
    return this.#watches.states()
  }

  listenerErrors(): number {
    return this.#cache.listenerErrors
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watches[Symbol.asyncDispose]()
  }

  /** Is it in a namespace that is not watched, so that the cache knows nothing of it? */
  #isOutside({ namespace }: ObjectRef): boolean {
    const { namespaces } = this.#options
    return namespaces.length > 0 && !namespaces.includes(namespace)
  }

  async #read(key: ObjectRef, signal: AbortSignal): Promise<CachedResource | undefined> {
    const gvr = this.#watches.gvrOf(key)
    const object = gvr === undefined ? undefined : await this.#cluster.get(gvr, key, signal)
    if (object === undefined) return undefined
    if (this.#isOutside(key)) return readOnce(object, this.#options)
    this.#cache.put(object)
    return this.#cache.get(key)
  }

  async #patch(key: ObjectRef, patch: object, signal: AbortSignal): Promise<void> {
    const gvr = this.#watches.gvrOf(key)
    if (gvr === undefined) throw new AppError('CLUSTER_KIND_MISSING', `${printObject(key)}: its kind is not served`)
    this.#cache.put(await this.#cluster.patch(gvr, key, patch, signal))
  }
}

/** What is not watched is not kept: nobody would say when it changes. */
function readOnce(object: KubeObject, { log }: ClusterResourcesOptions): CachedResource | undefined {
  const cache = new ResourceCache(log)
  cache.put(object)
  const [only] = cache.entries()
  return only
}

/** `RESOURCE_INVALID` for a broken one; whoever refers to it tries again, since its author may correct it. */
function usable(cached: CachedResource | undefined): Resource | undefined {
  if (cached?.is !== 'broken') return cached?.resource
  const { group, kind, metadata, message } = cached.broken
  const ref = { group, kind, namespace: metadata.namespace, name: metadata.name }
  throw new AppError('RESOURCE_INVALID', `${printObject(ref)}: ${message}`, { retry: 'backoff' })
}
