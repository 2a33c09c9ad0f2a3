import type { ObjectEvent } from '#core/api/condition.ts'
import type { GitRepository } from '#core/api/git-repository.ts'
import type { ImagePolicy } from '#core/api/image-policy.ts'
import type { ImageRepository } from '#core/api/image-repository.ts'
import type { ImageUpdateAutomation } from '#core/api/image-update-automation.ts'
import type { ObjectRef } from '#core/api/object-ref.ts'
import type { Descriptor, Manifest } from '#core/image/descriptor.ts'
import type { Digest } from '#core/image/digest.ts'
import type { ImageName, Tag } from '#core/image/reference.ts'
import type { Fact, TagFacts } from '#core/policy/selection.ts'
import type { FileIndex } from '#core/rewrite/target.ts'
import type { SecretObject } from '#core/secret/secret-object.ts'
import type { TextHashes } from '#core/template/hashes.ts'
import type { GitReader, GitWriter, ObjectId } from './ports/git.ts'

export type {
  CommitInfo,
  CommitRequest,
  GitReader,
  GitRemote,
  GitWriter,
  ObjectId,
  PushRequest,
  PushResult,
  RemoteRefs,
  TreeFile,
  TreeQuery,
} from './ports/git.ts'

/** Any object that a step can reconcile. */
export type Resource = ImageRepository | ImagePolicy | ImageUpdateAutomation | GitRepository

/** Reads objects: from a folder of YAML, or from the API server. */
export interface ResourceReader {
  /** The object, or undefined if it does not exist. */
  get(key: ObjectRef, signal: AbortSignal): Promise<Resource | undefined>
  /** Every object of every kind, ordered by kind, namespace and name. */
  list(signal: AbortSignal): Promise<readonly Resource[]>
  /** A Secret by name; undefined if absent. */
  secret(namespace: string, name: string, signal: AbortSignal): Promise<SecretObject | undefined>
  /** Names of the imagePullSecrets of a ServiceAccount; undefined if there is no such account. */
  pullSecrets(namespace: string, account: string, signal: AbortSignal): Promise<readonly string[] | undefined>
  /** Labels of a namespace, for `accessFrom`; files mode knows only those of Namespace objects in the folder. */
  namespaceLabels(namespace: string, signal: AbortSignal): Promise<Readonly<Record<string, string>>>
}

/** Whose status, and what it was computed from. */
export interface StatusTarget extends ObjectRef {
  /**
   * The object as it was read. In a cluster the status is written only if nobody has changed the object's status since;
   * absent: the writer takes what it knows.
   */
  readonly base?: Pick<Resource, 'metadata' | 'status'>
}

/** Writes what a reconcile found out. */
export interface ResourceWriter {
  /**
   * Replaces the status; does nothing when it is equal to the present one, or when the object is gone.
   * `CLUSTER_CONFLICT`: somebody else has written a status in between; the object is to be reconciled anew.
   */
  putStatus(target: StatusTarget, status: object, signal: AbortSignal): Promise<void>
  /** Tells people: an event in a cluster, a log line in files mode. */
  putEvents(key: ObjectRef, events: readonly ObjectEvent[], signal: AbortSignal): Promise<void>
}

/** Where and as whom a registry is asked: plain data; the edge turns the Secrets into credentials. */
export interface RegistrySource {
  readonly image: ImageName
  /** Docker config Secrets, in order of precedence; empty: anonymous (CLI: the user's own docker config). */
  readonly pullSecrets: readonly SecretObject[]
  readonly certSecret?: SecretObject
  readonly proxySecret?: SecretObject
  readonly insecure: boolean
  readonly provider: 'generic' | 'aws' | 'azure' | 'gcp'
}

/** A complete list of tags as the registry has it, before exclusions. */
export interface ListedTags {
  /** Legal tags, descending by bytes, no duplicates. */
  readonly tags: readonly Tag[]
  readonly dropped: { readonly invalid: number; readonly artefact: number }
  /** Requests this took, token requests included. */
  readonly requests: number
}

/** Talks to one registry at a time. Every method fails with an `AppError` of the `REGISTRY_` codes. */
export interface RegistryClient {
  /** All tags; never a partial list. */
  listTags(source: RegistrySource, signal: AbortSignal): Promise<ListedTags>
  /** Digest, media type and size of a tag or digest (HEAD), undefined if absent. `fresh` passes by every cache. */
  resolve(
    source: RegistrySource,
    reference: Tag | Digest,
    options: { readonly fresh: boolean },
    signal: AbortSignal,
  ): Promise<Descriptor | undefined>
  /** A manifest or index with its digest proven, undefined if absent. */
  manifest(source: RegistrySource, reference: Tag | Digest, signal: AbortSignal): Promise<Manifest | undefined>
  /** A small blob (config, signature) with its digest proven, undefined if absent. */
  blob(source: RegistrySource, descriptor: Descriptor, signal: AbortSignal): Promise<Uint8Array | undefined>
  /** Descriptors that refer to a digest (OCI referrers API, or the tag scheme). */
  referrers(source: RegistrySource, digest: Digest, signal: AbortSignal): Promise<readonly Descriptor[]>
  /** Push times by a native API of the registry, epoch ms; undefined where there is none that is cheap. */
  pushTimes(source: RegistrySource, signal: AbortSignal): Promise<ReadonlyMap<Tag, number> | undefined>
}

/** What a scan keeps between runs: the list with what it came from. */
export interface StoredScan extends ListedTags {
  /** Epoch ms at which the last complete list was begun. */
  readonly scannedAt: number
  /** A shorter list that waits for a second scan to confirm it (core/scan). */
  readonly suspect?: { readonly tags: readonly Tag[]; readonly seenAt: number }
}

/** Hints between scans; losing it costs requests and nothing else. */
export interface ScanStore {
  load(key: string, signal: AbortSignal): Promise<StoredScan | undefined>
  save(key: string, scan: StoredScan, signal: AbortSignal): Promise<void>
  /**
   * When (epoch ms) a registry last announced news for this object (`keyText`), e.g. by a webhook; undefined: not lately.
   * A list that was begun before is old.
   */
  announcedAt(object: string, signal: AbortSignal): Promise<number | undefined>
  /** Remembers an announcement for an hour. */
  announce(object: string, at: number, signal: AbortSignal): Promise<void>
  /** Runs `work` while nobody else works on this key, so that objects with one list share one scan. */
  alone<Result>(key: string, work: () => Promise<Result>, signal: AbortSignal): Promise<Result>
}

/**
 * Lets so many requests to one host through a second, and a burst at first. Those of several processes that share a
 * Redis are one.
 */
export interface RateBucket {
  /** Waits for its turn; who asked first goes first. */
  take(signal: AbortSignal): Promise<void>
  /** Accounts for requests that were made beside the one that was taken for. */
  charge(requests: number): void
  /** Half the rate, since the other side complains; it comes back in steps. */
  slowDown(): void
}

/** The bucket of a key, e.g. host and quota identity; the same key gives the same bucket. */
export type RateBuckets = (key: string, rate: { readonly perSecond: number; readonly burst: number }) => RateBucket

/** Finds out facts about tags. A tag whose facts could not be had carries `missing`. */
export interface Evidence {
  of(
    source: RegistrySource,
    wants: readonly { readonly tag: Tag; readonly facts: readonly Fact[] }[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<Tag, TagFacts>>
}

/** What was found of markers in a file, by its blob id: spares parsing it again. Losing it costs time alone. */
export interface MarkerIndex {
  load(blob: ObjectId): Promise<FileIndex | undefined>
  save(blob: ObjectId, index: FileIndex): Promise<void>
}

/** Runs a named pure function of core: inline for small inputs, on a worker thread with a deadline for large ones. */
export interface Compute {
  run<Input, Output>(
    task: ComputeTask<Input, Output>,
    input: Input,
    sizeBytes: number,
    signal: AbortSignal,
  ): Promise<Output>
}

/** A pure function that a worker thread can find again by its name (`io/compute/tasks.ts`). */
export interface ComputeTask<Input, Output> {
  readonly name: string
  readonly run: (input: Input) => Output
}

/** Asked directly before a push: may this process still write? Always true in the CLI. */
interface Fence {
  check(signal: AbortSignal): Promise<boolean>
}

/** Time and waiting as inputs. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Milliseconds that never go back. */
  monotonic(): number
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** 0 ≤ n < 1, for jitter. */
  random(): number
}

/** Structured log; texts are redacted where they are written. */
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
  error(message: string, fields?: Readonly<Record<string, unknown>>): void
}

/** Places at which a test may stop, delay or kill the process (`FAILPOINT`, only with `TAGBOAT_TEST=1`). */
export type ProbePoint =
  | 'tags-stored'
  | 'policy-status-written'
  | 'fetched'
  | 'blob-written'
  | 'tree-written'
  | 'commit-written'
  | 'push-sent'
  | 'push-acknowledged'
  | 'automation-status-written'

export interface Probe {
  at(point: ProbePoint): Promise<void>
}

/** Decisions that the user made once for the whole process. */
interface Settings {
  /** May an object refer to one in another namespace? */
  readonly crossNamespaceRefs: boolean
  /**
   * What plays the part of the last choice: `status` where it is kept, `git` where nothing is (files mode without
   * `--state`): then the value found in the repository is what must not be lowered by accident.
   */
  readonly lastChoice: 'status' | 'git'
  /** May the user's own credentials stand in for a Secret that is not named or not in the folder (CLI)? */
  readonly ownCredentials: boolean
}

/** What plans may use. */
export interface Readers {
  readonly settings: Settings
  readonly resources: ResourceReader
  readonly registry: RegistryClient
  readonly scans: ScanStore
  readonly evidence: Evidence
  readonly git: GitReader
  readonly markers: MarkerIndex
  readonly compute: Compute
  readonly clock: Clock
  readonly log: Log
  readonly probe: Probe
  readonly hashes: TextHashes
}

/** What acts may use besides. */
export interface Ports extends Readers {
  readonly resourceWriter: ResourceWriter
  readonly gitWriter: GitWriter
  readonly fence: Fence
}
