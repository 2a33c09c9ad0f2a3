import { acceptedGroups } from '#core/api/group.ts'
import { specSchemas } from '#core/api/kinds.ts'
import { parseTime } from '#core/time.ts'
import type { Gvr, KubeObject, Scope } from '#io/cluster/cluster.ts'
import { at, textAt } from '../print/resource-columns.ts'
import type { KindWord, Wanted } from './kind-words.ts'

/** Events of the core group are the same objects. */
export const eventsGvr: Gvr = { group: 'events.k8s.io', version: 'v1', resource: 'events' }

/** What of an event a table shows. Times are epoch milliseconds. */
export interface EventView {
  readonly firstAt: number
  readonly lastAt: number
  readonly count: number
  readonly type: string
  readonly reason: string
  /** `ImagePolicy/podinfo` */
  readonly object: string
  readonly namespace: string
  readonly message: string
}

/** Which events are asked for. */
export interface EventFilter {
  readonly wanted: Wanted
  /** `Normal`, `Warning`; empty: all. */
  readonly types: readonly string[]
}

/** What the API server is asked for: of one name only its events. */
export function eventScope({ wanted }: EventFilter, namespace: string | undefined): Scope {
  const [name, ...others] = wanted.names
  const isOne = name !== undefined && others.length === 0
  return {
    ...(namespace !== undefined && { namespace }),
    ...(isOne && { fieldSelector: `regarding.name=${name}` }),
  }
}

/** Is an event about an object that is wanted? Kinds of other groups, e.g. Pods, never are. */
export function isWantedEvent(event: KubeObject, { wanted, types }: EventFilter): boolean {
  const [group = ''] = textAt(event, 'regarding', 'apiVersion').split('/')
  const kind = textAt(event, 'regarding', 'kind')
  const isOfKind = wanted.kinds.some((word) => isOf(word, { group, kind }))
  const isNamed = wanted.names.length === 0 || wanted.names.includes(textAt(event, 'regarding', 'name'))
  return isOfKind && isNamed && (types.length === 0 || types.includes(textAt(event, 'type')))
}

function isOf(word: KindWord, { group, kind }: { readonly group: string; readonly kind: string }): boolean {
  const row = acceptedGroups.find((one) => one.group === group)
  const internal = row !== undefined && Object.hasOwn(row.kinds, kind) ? row.kinds[kind] : undefined
  if (internal === undefined || !Object.hasOwn(specSchemas, internal)) return false
  return internal === word.kind && (word.group === undefined || word.group === group)
}

/** An event for people. Those of old recorders (client-go, Flux) have their times and counts in `deprecated…` fields. */
export function viewEvent(event: KubeObject): EventView {
  const first = timeAt(event, 'eventTime') ?? timeAt(event, 'deprecatedFirstTimestamp') ?? createdAt(event)
  const last = timeAt(event, 'series', 'lastObservedTime') ?? timeAt(event, 'deprecatedLastTimestamp') ?? first
  const count = at(event, 'series', 'count') ?? at(event, 'deprecatedCount')
  return {
    firstAt: first,
    lastAt: last,
    count: typeof count === 'number' ? count : 1,
    type: textAt(event, 'type'),
    reason: textAt(event, 'reason'),
    object: `${textAt(event, 'regarding', 'kind')}/${textAt(event, 'regarding', 'name')}`,
    namespace: event.metadata.namespace ?? '',
    message: textAt(event, 'note'),
  }
}

/** The oldest first, so that the newest stands where the eye is; of one moment by name. */
export function sortedEvents(events: readonly KubeObject[]): readonly KubeObject[] {
  const dated = events.map((event) => ({ event, at: viewEvent(event).lastAt, name: event.metadata.name }))
  return dated.toSorted((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1)).map(({ event }) => event)
}

function createdAt(event: KubeObject): number {
  return timeAt(event, 'metadata', 'creationTimestamp') ?? 0
}

function timeAt(event: KubeObject, ...path: readonly string[]): number | undefined {
  return parseTime(textAt(event, ...path))
}
