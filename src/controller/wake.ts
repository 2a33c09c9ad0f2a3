import {
  allowDowngradeAnnotation,
  isRequested,
  releaseAnnotation,
  requestedAt,
  specAnnotation,
} from '#core/api/annotations.ts'
import type { Condition } from '#core/api/condition.ts'
import type { Kind, ObjectRef } from '#core/api/object-ref.ts'
import type { Metadata } from '#core/api/resource.ts'
import { usesOf } from '#core/api/uses.ts'
import type { Resource } from '#flow/ports.ts'
import type { CachedResource, ResourceChange } from '#io/cluster/cluster.ts'
import type { References } from './references.ts'

/**
 * How an object is woken. `now`: its job is added at once. `window`: after a moment in which more may come, so that
 * many changes are one job. `look`: it has just been found; whether that is urgent is seen from its status.
 */
type WakeHow = 'now' | 'window' | 'look'

/** An object that a change concerns. */
export interface Wake {
  readonly key: ObjectRef
  readonly how: WakeHow
  /** Has the object itself been changed? Only that wakes a suspended one. */
  readonly isOwn: boolean
  /** The only news is that the source stands at this revision: none for an automation that has seen or made it. */
  readonly revision?: string
}

type Index = Pick<References, 'usersOf' | 'automationsOf' | 'usersOfSecret'>

/** What is the same in usable and in broken objects. */
interface Header {
  readonly metadata: Metadata
  readonly status: Resource['status']
}

/** The objects that a change concerns, the changed one first. A status of our own wakes only those that wait for it. */
export function wakesOf(change: ResourceChange, index: Index): readonly Wake[] {
  const others = rules[change.key.kind](change, index).map((other) => ({ ...other, isOwn: false }))
  const how = ownWake(change)
  return how === undefined ? others : [{ key: change.key, how, isOwn: true }, ...others]
}

/** The objects that a Secret concerns: those that name it, and the automations of a GitRepository that does. */
export function wakesOfSecret(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  index: Index,
): readonly Wake[] {
  const users = index.usersOfSecret(namespace, name)
  const sources = users.filter(({ kind }) => kind === 'GitRepository')
  return [
    ...users.map((key) => ({ key, how: 'now', isOwn: false }) as const),
    ...sources.flatMap((source) => index.usersOf(source)).map((key) => ({ key, how: 'window', isOwn: false }) as const),
  ]
}

/** Metadata and status, whether or not the rest can be read. */
export function headerOf(cached: CachedResource): Header {
  return cached.is === 'resource' ? cached.resource : cached.broken
}

function ownWake({ before, after }: ResourceChange): WakeHow | undefined {
  if (after === undefined) return undefined
  const now = headerOf(after)
  const former = before && headerOf(before)
  if (former === undefined) return 'look'
  const isAnother = former.metadata.uid !== now.metadata.uid
  const isDeleted = former.metadata.deletionTimestamp === undefined && now.metadata.deletionTimestamp !== undefined
  const isStatusLost = hasStatus(former) && !hasStatus(now)
  return isAnother || isDeleted || isStatusLost || isRewritten(former, now) ? 'now' : undefined
}

function hasStatus({ status }: Header): boolean {
  return (status?.conditions ?? []).length > 0
}

/** Annotations that say what is to be done. */
const wordsOfAuthors = [specAnnotation, allowDowngradeAnnotation, releaseAnnotation]

/** Has a person written something else, or asked for a pass? */
function isRewritten(before: Header, after: Header): boolean {
  const [former, now] = [before.metadata, after.metadata]
  const isAsked = requestedAt(former.annotations) !== requestedAt(now.annotations) && isRequested(after)
  return isAsked || isRespecified(former, now)
}

function isRespecified(former: Metadata, now: Metadata): boolean {
  if (former.generation !== now.generation) return true
  return wordsOfAuthors.some((name) => former.annotations[name] !== now.annotations[name])
}

type Other = Omit<Wake, 'isOwn'>

const rules: Readonly<Record<Kind, (change: ResourceChange, index: Index) => readonly Other[]>> = {
  ImageRepository: ofRepository,
  ImagePolicy: ofPolicy,
  GitRepository: ofSource,
  ImageUpdateAutomation: ofAutomation,
  Sync: () => [],
}

/** How those that refer to an object learn that it appeared; undefined: it was there before. */
function appearance({ before, after }: ResourceChange): WakeHow | undefined {
  if (before !== undefined || after === undefined) return undefined
  // With a status it was there before we were; without, its first pass will wake them again in a moment.
  return hasStatus(headerOf(after)) ? 'look' : 'window'
}

function ofRepository(change: ResourceChange, index: Index): readonly Other[] {
  const how = appearance(change) ?? (isNewsOfRepository(change) ? 'now' : undefined)
  return how === undefined ? [] : index.usersOf(change.key).map((key) => ({ key, how }))
}

function isNewsOfRepository({ before, after }: ResourceChange): boolean {
  if (before === undefined || after === undefined || before.is !== after.is) return true
  const [former, now] = [headerOf(before), headerOf(after)]
  return isRespecified(former.metadata, now.metadata) || scanText(former) !== scanText(now)
}

/** What an election depends on besides the spec. */
function scanText({ status }: Header): string {
  const result = status !== undefined && 'lastScanResult' in status ? status.lastScanResult : undefined
  const name = status !== undefined && 'canonicalImageName' in status ? status.canonicalImageName : undefined
  const conditions = [conditionOf(status, 'Ready'), conditionOf(status, 'ListSuspect')]
  return JSON.stringify([result?.revision, name, status?.lastHandledReconcileAt, ...conditions])
}

function conditionOf(status: Header['status'], type: string): Condition['status'] | undefined {
  return status?.conditions?.find((one) => one.type === type)?.status
}

/** Automations that select a policy, before or after, where it has something to write. */
function ofPolicy(change: ResourceChange, index: Index): readonly Other[] {
  const former = change.before && policyIn(change.before)
  const now = change.after && policyIn(change.after)
  if (former?.status?.latestRef === undefined && now?.status?.latestRef === undefined) return []
  const how = appearance(change) ?? 'window'
  const automations = (policy: typeof now) =>
    policy === undefined ? [] : index.automationsOf(policy.metadata.namespace, policy.metadata.labels)
  const [left, right] = [automations(former), automations(now)]
  const isEveryone = former === undefined || now === undefined || policyText(former) !== policyText(now)
  const concerned = isEveryone ? [...left, ...right] : symmetricDifference(left, right)
  return [...new Set(concerned)].map((key) => ({ key, how }))
}

function policyIn(cached: CachedResource) {
  return cached.is === 'resource' && cached.resource.kind === 'ImagePolicy' ? cached.resource : undefined
}

type Policy = NonNullable<ReturnType<typeof policyIn>>

/** What an automation takes from a policy. */
function policyText({ spec, status }: Policy): string {
  const { name, tag, digest } = status?.latestRef ?? {}
  return JSON.stringify([name, tag, digest, spec.accessFrom])
}

/** Keys come from one index, so equal ones are the same. */
function symmetricDifference(a: readonly ObjectRef[], b: readonly ObjectRef[]): readonly ObjectRef[] {
  return [...a.filter((key) => !b.includes(key)), ...b.filter((key) => !a.includes(key))]
}

function ofSource(change: ResourceChange, index: Index): readonly Other[] {
  const how = appearance(change) ?? (isNewsOfSource(change) ? 'window' : undefined)
  if (how !== undefined) return index.usersOf(change.key).map((key) => ({ key, how }))
  const revision = newRevision(change)
  return revision === undefined ? [] : index.usersOf(change.key).map((key) => ({ key, how: 'window', revision }))
}

function isNewsOfSource({ before, after }: ResourceChange): boolean {
  if (before === undefined || after === undefined || before.is !== after.is) return true
  const [former, now] = [headerOf(before), headerOf(after)]
  return (!isReady(former) && isReady(now)) || isRespecified(former.metadata, now.metadata)
}

function newRevision({ before, after }: ResourceChange): string | undefined {
  if (before === undefined || after === undefined) return undefined
  const now = revisionOf(headerOf(after))
  return now === revisionOf(headerOf(before)) ? undefined : now
}

function isReady({ status }: Header): boolean {
  return conditionOf(status, 'Ready') === 'True'
}

function revisionOf({ status }: Header): string | undefined {
  return status !== undefined && 'artifact' in status ? status.artifact?.revision : undefined
}

/** What it has pushed is news for its own GitRepository. */
function ofAutomation({ before, after }: ResourceChange): readonly Other[] {
  if (before?.is !== 'resource' || after?.is !== 'resource') return []
  const [former, now] = [before.resource, after.resource]
  if (former.kind !== 'ImageUpdateAutomation' || now.kind !== 'ImageUpdateAutomation') return []
  if (former.status?.lastPushCommit === now.status?.lastPushCommit) return []
  return usesOf(now).objects.map((key) => ({ key, how: 'now' }))
}

/** The revision of its source that an automation has worked through, its own push included. */
export function observedRevision(cached: CachedResource): string | undefined {
  const { status } = headerOf(cached)
  return status !== undefined && 'observedSourceRevision' in status ? status.observedSourceRevision : undefined
}
