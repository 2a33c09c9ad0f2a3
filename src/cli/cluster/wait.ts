import { requestedAt } from '#core/api/annotations.ts'
import { AppError } from '#core/error.ts'
import { printDuration } from '#core/time.ts'
import type { KubeObject, WatchEvent, Watching } from '#io/cluster/cluster.ts'
import { at, readiness, textAt } from '../print/resource-columns.ts'
import type { ClusterSession } from './connect.ts'
import type { Entry } from './listing.ts'
import { labelOf } from './targets.ts'

/** How a pass ended that was asked for. */
export interface PassResult extends Entry {
  readonly ready: boolean
  readonly message: string
}

/**
 * Waits until the controller has handled the request `value` on all of them and decided about Ready; in their order.
 * `CLUSTER_NOT_HANDLED` when the command's time is over, `CLUSTER_NOT_FOUND` when one was deleted meanwhile.
 */
export async function waitUntilHandled(
  entries: readonly Entry[],
  value: string,
  session: ClusterSession,
): Promise<readonly PassResult[]> {
  const pending = entries.map((entry) => new Pending(entry, value))
  await using watches = new AsyncDisposableStack()
  const stop = (): void => {
    for (const one of pending) one.fail(stopped(one.entry, session))
  }
  session.signal.addEventListener('abort', stop, { once: true })
  watches.defer(() => session.signal.removeEventListener('abort', stop))
  for (const group of Map.groupBy(pending, placeOf).values()) watches.use(watchGroup(group, session))
  if (session.signal.aborted) stop()
  return await Promise.all(pending.map(({ result }) => result))
}

/** An object that is waited for. */
class Pending {
  readonly entry: Entry
  readonly #value: string
  readonly #outcome = Promise.withResolvers<PassResult>()
  #wasSeen = false

  constructor(entry: Entry, value: string) {
    this.entry = entry
    this.#value = value
  }

  get result(): Promise<PassResult> {
    return this.#outcome.promise
  }

  /** Any event of the collection. */
  take(event: WatchEvent): void {
    if (event.type === 'synced') {
      if (!this.#wasSeen) this.#failAsGone()
      return
    }
    if (event.object.metadata.name !== this.entry.object.metadata.name) return
    if (event.type === 'gone') return this.#failAsGone()
    this.#wasSeen = true
    if (!isDecided(event.object, this.#value)) return
    const { status, message } = readiness(event.object)
    const { collection } = this.entry
    this.#outcome.resolve({ collection, object: event.object, ready: status === 'True', message })
  }

  fail(error: AppError): void {
    this.#outcome.reject(error)
  }

  #failAsGone(): void {
    this.fail(new AppError('CLUSTER_NOT_FOUND', `${labelOf(this.entry)} was deleted`))
  }
}

/** One watch for all objects of a collection and namespace; for a single one by its name. */
function watchGroup(group: readonly Pending[], { cluster }: ClusterSession): Watching {
  const [first, ...others] = group.map(({ entry }) => entry)
  if (first === undefined) throw new AppError('INTERNAL', 'nothing is waited for')
  const { namespace, name } = first.object.metadata
  const scope = {
    ...(namespace !== undefined && { namespace }),
    ...(others.length === 0 && { fieldSelector: `metadata.name=${name}` }),
  }
  return cluster.watch(first.collection.gvr, scope, (event) => {
    for (const one of group) one.take(event)
  })
}

function placeOf({ entry }: Pending): string {
  return JSON.stringify([entry.collection.gvr, entry.object.metadata.namespace])
}

/** Is our request handled, or one that somebody has put in its place since, and is Ready decided? */
function isDecided(object: KubeObject, value: string): boolean {
  const handled = textAt(object, 'status', 'lastHandledReconcileAt')
  const requested = requestedAt(object.metadata.annotations ?? {})
  if (handled !== value && (handled === '' || handled !== requested)) return false
  const { status } = readiness(object)
  return (status === 'True' || status === 'False') && !isInFlight(object)
}

/** Reconciling with a retry to come is a decision, other reasons say that it is still at work. */
function isInFlight(object: KubeObject): boolean {
  const conditions = at(object, 'status', 'conditions')
  return (Array.isArray(conditions) ? conditions : []).some((one: unknown) => {
    const isReconciling = textAt(one, 'type') === 'Reconciling' && textAt(one, 'status') === 'True'
    return isReconciling && textAt(one, 'reason') !== 'ProgressingWithRetry'
  })
}

function stopped(entry: Entry, { io, timeoutMs = 0 }: ClusterSession): AppError {
  if (io.signal.aborted) return new AppError('CANCELLED', `stopped while ${labelOf(entry)} was waited for`)
  const message = `${labelOf(entry)} was not worked through within ${printDuration(timeoutMs)}`
  return new AppError('CLUSTER_NOT_HANDLED', message)
}
