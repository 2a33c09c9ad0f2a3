import { AppError } from '#core/error.ts'
import { hasFlag, listFlag, type Flags } from '#core/flags.ts'
import type { KubeObject } from '#io/cluster/cluster.ts'
import { openClusterSession, scopeText, type ClusterSession } from '../cluster/connect.ts'
import { eventScope, eventsGvr, isWantedEvent, sortedEvents, viewEvent, type EventFilter } from '../cluster/events.ts'
import { parseWanted } from '../cluster/kind-words.ts'
import { aborted } from '../cluster/follow.ts'
import type { CommandAction } from '../definition.ts'
import { exitCodes } from '../io.ts'
import { printDocument } from '../print/document.ts'
import { eventRow, eventTitles } from '../print/event-row.ts'
import { GrowingTable } from '../print/growing-table.ts'

/** `tagboat events [KIND/NAME…]`: what was told about objects, the newest last. */
export const eventsCommand: CommandAction = async (operands, flags, io) => {
  const filter: EventFilter = { wanted: parseWanted(operands), types: typesOf(flags) }
  await using session = await openClusterSession(flags, io)
  const { cluster, namespace, signal, options } = session
  const { items } = await cluster.list(eventsGvr, eventScope(filter, namespace), signal)
  const events = sortedEvents(items.filter((event) => isWantedEvent(event, filter)))
  if (hasFlag(flags, 'watch')) return await watchEvents(events, filter, session)
  if (options.output === 'text') printEvents(events, session)
  else await printDocument({ items: events }, options.output, io)
  return exitCodes.done
}

const knownTypes = ['Normal', 'Warning']

function typesOf(flags: Flags): readonly string[] {
  const types = (listFlag(flags, 'types') ?? []).flatMap((text) => text.split(','))
  const unknown = types.find((type) => !knownTypes.includes(type))
  if (unknown === undefined) return types
  throw new AppError('USAGE_INVALID', `--types: expected ${knownTypes.join(' or ')}, got "${unknown}"`)
}

function printEvents(events: readonly KubeObject[], session: ClusterSession): void {
  const { io, namespace } = session
  if (events.length === 0) io.stderr.write(`✗ no events found in ${scopeText(namespace)}\n`)
  else tableOf(session).add(events)
}

/** Prints what there is, then what comes, until it is stopped. */
async function watchEvents(
  events: readonly KubeObject[],
  filter: EventFilter,
  session: ClusterSession,
): Promise<number> {
  const { cluster, namespace, options, io, signal } = session
  const seen = new Set(events.map(versionOf))
  const table = tableOf(session)
  const print = (event: KubeObject): void => {
    if (options.output === 'text') table.add([event])
    else io.stdout.write(`${JSON.stringify(event)}\n`)
  }
  if (options.output === 'text') table.add(events)
  else for (const event of events) print(event)
  await using watches = new AsyncDisposableStack()
  watches.use(
    cluster.watch(eventsGvr, eventScope(filter, namespace), (change) => {
      if (change.type !== 'put' || seen.has(versionOf(change.object)) || !isWantedEvent(change.object, filter)) return
      seen.add(versionOf(change.object))
      print(change.object)
    }),
  )
  await aborted(signal)
  return exitCodes.done
}

function tableOf({ io, namespace, clock }: ClusterSession): { add(events: readonly KubeObject[]): void } {
  const withNamespace = namespace === undefined
  const table = new GrowingTable(eventTitles(withNamespace), (text) => io.stdout.write(text))
  return {
    add: (events) => {
      const shown = { now: clock.now(), withNamespace }
      table.add(events.map((event) => eventRow(viewEvent(event), shown)))
    },
  }
}

function versionOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}@${metadata.resourceVersion ?? ''}`
}
