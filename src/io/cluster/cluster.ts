import type { BrokenResource } from '#core/api/live.ts'
import type { ObjectRef } from '#core/api/object-ref.ts'
import type { Clock, Log, Resource, ResourceReader, ResourceWriter } from '#flow/ports.ts'

// The public face of this folder, types only. What opens them: `openCluster` (open.ts), `openClusterResources`
// (resources.ts), `openLease` (lease.ts).

/** A collection of objects: group ('' for core), version and plural, e.g. `apps/v1 deployments`. */
export interface Gvr {
  readonly group: string
  readonly version: string
  readonly resource: string
}

/** Any object as the API server gives it; `metadata.managedFields` is dropped unless asked for. */
export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: KubeMetadata
  readonly spec?: unknown
  readonly status?: unknown
  readonly [field: string]: unknown
}

interface KubeMetadata {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  /** Decimal; a greater one of the same collection is newer. */
  readonly resourceVersion?: string
  readonly generation?: number
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly finalizers?: readonly string[]
  readonly deletionTimestamp?: string
  readonly [field: string]: unknown
}

/** One object of a collection; no namespace for cluster-scoped ones. */
export interface ObjectName {
  readonly namespace?: string
  readonly name: string
}

/** Which objects of a collection. Without a namespace: of all namespaces, or a cluster-scoped collection. */
export interface Scope {
  readonly namespace?: string
  /** e.g. `shard=a,tier!=test`. */
  readonly labelSelector?: string
  /** e.g. `metadata.name=web`; RBAC by `resourceNames` admits list and watch with just this. */
  readonly fieldSelector?: string
}

/** A whole collection at one moment. */
export interface ObjectList {
  readonly items: readonly KubeObject[]
  readonly resourceVersion: string
}

/** A kind as it is served. */
export interface ServedKind extends Gvr {
  readonly kind: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly shortNames: readonly string[]
}

/** What a watch tells, in order. An object never goes back to an older resourceVersion. */
export type WatchEvent =
  /** Appeared or changed. */
  | { readonly type: 'put'; readonly object: KubeObject }
  /** Deleted. Where a list no longer held it, `object` has nothing but its metadata. */
  | { readonly type: 'gone'; readonly object: KubeObject }
  /** Everything that a list held has been told; comes after each list, the first one included. */
  | { readonly type: 'synced' }

/** A supervised list and watch: goes on after any failure until it is closed. */
export interface Watching extends AsyncDisposable {
  /** Fulfilled after the first complete list; rejected only when closed before. */
  readonly synced: Promise<void>
  /** Milliseconds (monotonic) since the server last said anything: event, bookmark, list. Infinity before the first. */
  ageMs(): number
  /** Why the last attempt failed; undefined while all is well. */
  failure(): Error | undefined
  /** How often a listener has thrown; the watch goes on. */
  listenerErrors(): number
  /** Lists again now. */
  relist(): void
}

/** How an object is applied. */
export interface ApplyOptions {
  /** Take fields from other managers; default true. */
  readonly force?: boolean
  readonly dryRun?: boolean
  readonly subresource?: 'status'
}

/**
 * One API server as one identity. Failures are `ClusterFailure` (an AppError with `status`, `statusReason`):
 * CLUSTER_CONFLICT (409 by resourceVersion or field owner), CLUSTER_EXISTS, CLUSTER_NOT_FOUND, CLUSTER_KIND_MISSING
 * (collection not served), CLUSTER_FORBIDDEN, CLUSTER_UNAUTHORIZED, CLUSTER_INVALID (400, 422), CLUSTER_EXPIRED (410),
 * CLUSTER_BUSY (429 after all tries), CLUSTER_UNAVAILABLE, CLUSTER_TIMEOUT, CLUSTER_TLS, CLUSTER_MALFORMED,
 * CLUSTER_TOO_LARGE.
 */
export interface Cluster extends AsyncDisposable {
  /** `https://host:port`, for messages. */
  readonly server: string
  /** Namespace of the context or of the pod's account; `default` where neither names one. */
  readonly namespace: string
  /** Undefined if absent; CLUSTER_KIND_MISSING if the collection is not served. */
  get(gvr: Gvr, name: ObjectName, signal: AbortSignal): Promise<KubeObject | undefined>
  /** All pages; starts again when a page token has expired. */
  list(gvr: Gvr, scope: Scope, signal: AbortSignal): Promise<ObjectList>
  /** Starts at once; `listener` is called synchronously and in order. What it throws is counted and logged. */
  watch(gvr: Gvr, scope: Scope, listener: (event: WatchEvent) => void): Watching
  create(gvr: Gvr, object: KubeObject, signal: AbortSignal): Promise<KubeObject>
  /** Server-side apply as field manager `tagboat`. A `resourceVersion` in the body makes it a compare-and-swap. */
  apply(gvr: Gvr, object: KubeObject, options: ApplyOptions, signal: AbortSignal): Promise<KubeObject>
  /**
   * Server-side apply of the status alone. `base` names the object and, by its resourceVersion, the state that the
   * status was computed from: CLUSTER_CONFLICT if the object has moved on.
   */
  applyStatus(gvr: Gvr, base: KubeObject, status: object, signal: AbortSignal): Promise<KubeObject>
  /** JSON merge patch (RFC 7386): annotations, labels, `spec.suspend`, finalizers. null deletes a field. */
  patch(gvr: Gvr, name: ObjectName, patch: object, signal: AbortSignal): Promise<KubeObject>
  /** PUT of a whole object, a compare-and-swap by its resourceVersion. */
  replace(gvr: Gvr, object: KubeObject, signal: AbortSignal): Promise<KubeObject>
  /** Deletes in the background; false if it was not there. `uid` must match if given. */
  remove(gvr: Gvr, name: ObjectName & { readonly uid?: string }, signal: AbortSignal): Promise<boolean>
  /** The served form of a kind: the first of `versions` that is served, or the group's preferred one; cached. */
  find(
    wanted: { readonly group: string; readonly kind: string; readonly versions?: readonly string[] },
    signal: AbortSignal,
  ): Promise<ServedKind | undefined>
  /** Every kind that is served; cached until `forgetKinds`. */
  kinds(signal: AbortSignal): Promise<readonly ServedKind[]>
  /** The next `find` or `kinds` asks the server (which answers "not modified" where nothing changed). */
  forgetKinds(): void
  /** A plain GET for what has no method of its own (`/version`, `/readyz`): parsed JSON, or the text. */
  read(path: string, signal: AbortSignal): Promise<unknown>
  /**
   * Asks by an object that is answered and not stored: `authorization.k8s.io/v1 selfsubjectaccessreviews` and its kin.
   * Returns the answer's `status`.
   */
  review(gvr: Gvr, object: ReviewObject, signal: AbortSignal): Promise<unknown>
  /** Epoch milliseconds of the server's clock, cut to the second; undefined where the answer has no `Date`. */
  serverTime(signal: AbortSignal): Promise<number | undefined>
}

/** A question to the API server; it has no name. */
export interface ReviewObject {
  readonly apiVersion: string
  readonly kind: string
  readonly spec: object
}

/** What was asked and how it ended, for metrics. `code` is the HTTP status, or 0 where there was no answer. */
export interface ClusterRequestSeen {
  readonly verb: string
  /** Plural of the collection; '' for discovery and others. */
  readonly resource: string
  readonly code: number
  readonly ms: number
}

/** An object in the cache: usable, or broken. */
export type CachedResource =
  | { readonly is: 'resource'; readonly resource: Resource }
  | { readonly is: 'broken'; readonly broken: BrokenResource }

/** What changed in the cache. `before` is undefined for a new object, `after` for a deleted one. */
export interface ResourceChange {
  readonly key: ObjectRef
  readonly before: CachedResource | undefined
  readonly after: CachedResource | undefined
}

/** One watch of the cache, for `/readyz` and metrics. */
export interface WatchState {
  readonly group: string
  readonly kind: Resource['kind']
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined
  readonly synced: boolean
  /** Milliseconds since the server last said anything about it. */
  readonly ageMs: number
  readonly failure: Error | undefined
}

/** Resources of a cluster over watch caches; `get` and `list` ask nobody. */
export interface ClusterResources extends ResourceReader, ResourceWriter, AsyncDisposable {
  /** Fulfilled when every served kind has been listed once; until then `watches` says what is in the way. */
  readonly synced: Promise<void>
  /**
   * Calls back for every change after the cache holds it, in order, the first list included; what we wrote ourselves
   * also comes (once). Returns what stops it.
   */
  onChange(listener: (change: ResourceChange) => void): () => void
  /**
   * The cached object, broken ones too. `get` fails with RESOURCE_INVALID for those: what refers to them waits. A driver
   * gives a broken object its own status by `settle` of flow/reconcile.ts, with `stalled(broken.reason, broken.message)`.
   */
  cached(key: ObjectRef): CachedResource | undefined
  /** What `list` gives, at once. */
  all(): readonly Resource[]
  /** Every broken object. */
  broken(): readonly BrokenResource[]
  /** Reads the object anew and puts it into the cache; for a replica that must not trail behind another's write. */
  refresh(key: ObjectRef, signal: AbortSignal): Promise<Resource | undefined>
  /** The next `secret` reads anew. */
  forgetSecret(namespace: string, name: string): void
  /** Takes one finalizer off an object that is being deleted; nothing happens if it has none. */
  removeFinalizer(key: ObjectRef, finalizer: string, signal: AbortSignal): Promise<void>
  /** Merge patch of annotations (null removes one): requestedAt and the like. */
  annotate(key: ObjectRef, annotations: Readonly<Record<string, string | null>>, signal: AbortSignal): Promise<void>
  /** Sets `spec.suspend`. */
  suspend(key: ObjectRef, suspend: boolean, signal: AbortSignal): Promise<void>
  /** Where objects of a group and kind live; undefined while the kind is not served. */
  gvrOf(ref: Pick<ObjectRef, 'group' | 'kind'>): Gvr | undefined
  watches(): readonly WatchState[]
  /** How often a listener of changes has thrown; the others are called all the same. */
  listenerErrors(): number
}

/** What resources are read and how. */
export interface ClusterResourcesOptions {
  /** Groups to work with, e.g. `tagboat.dev`, `image.toolkit.fluxcd.io`; those not served are looked for again. */
  readonly groups: readonly string[]
  /**
   * `--watch-namespaces`; empty: all. A label selector is no business of the cache: it chooses what is reconciled, and
   * what that refers to need not carry the label.
   */
  readonly namespaces: readonly string[]
  readonly clock: Clock
  readonly log: Log
  /** Name of this process in events, e.g. the pod's name. */
  readonly instance: string
  /** How long a Secret, ServiceAccount or Namespace that was read is good for; default 10,000. */
  readonly secretTtlMs?: number
  /** How often kinds that are not served are looked for; default 30,000. */
  readonly discoverEveryMs?: number
}

/** A Lease in which one of several processes is the leader. */
export interface Lease extends AsyncDisposable {
  /**
   * Is this process the leader now? Judged by the monotonic clock since the last renewal was sent, so a process that
   * was frozen beyond the renew deadline says no at once.
   */
  held(): boolean
  /** Told when `held` turns; called at once with the present state. Returns what stops it. */
  onChange(listener: (held: boolean) => void): () => void
  /** Who holds it as last seen; undefined: nobody. */
  holder(): string | undefined
}

export interface LeaseOptions {
  readonly namespace: string
  readonly name: string
  /** Of this process; unique among the replicas. */
  readonly identity: string
  readonly clock: Clock
  readonly log: Log
  /** Default 35,000. */
  readonly durationMs?: number
  /** Default 30,000. */
  readonly renewDeadlineMs?: number
  /** Default 5,000. */
  readonly retryMs?: number
}
