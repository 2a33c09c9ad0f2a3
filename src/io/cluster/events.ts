import { createHash } from 'node:crypto'
import type { ObjectEvent } from '#core/api/condition.ts'
import { redact } from '#core/secret/redact.ts'
import type { Clock, Log } from '#flow/ports.ts'
import type { Cluster, Gvr, KubeObject } from './cluster.ts'
import { isFailure } from './failure.ts'

const events: Gvr = { group: 'events.k8s.io', version: 'v1', resource: 'events' }

export interface EventsOptions {
  /** Name of this process, e.g. its pod's. */
  readonly instance: string
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
  readonly log: Log
}

/** A repetition within this time is counted on the event that is there (client-go's time). */
const sameForMs = 360_000
/** How often at most the count is written. */
const recountMs = 60_000
const mostRemembered = 4096
/** The API refuses a longer note. */
const mostNoteBytes = 1023

interface Told {
  readonly namespace: string
  readonly name: string
  readonly count: number
  readonly at: number
  readonly writtenAt: number
}

/** Tells people by `events.k8s.io/v1`; what repeats is counted. An event that cannot be written is logged, no more. */
export class Events {
  readonly #cluster: Cluster
  readonly #options: EventsOptions
  readonly #told = new Map<string, Told>()

  constructor(cluster: Cluster, options: EventsOptions) {
    this.#cluster = cluster
    this.#options = options
  }

  async post(about: KubeObject, event: ObjectEvent, signal: AbortSignal): Promise<void> {
    try {
      await this.#post(about, { ...event, message: cutNote(redact(event.message)) }, signal)
    } catch (error) {
      if (signal.aborted) throw error
      this.#options.log.warn('an event could not be written', { error, reason: event.reason })
    }
  }

  async #post(about: KubeObject, event: ObjectEvent, signal: AbortSignal): Promise<void> {
    const key = keyOf(about, event)
    const now = this.#options.clock.monotonic()
    const known = this.#told.get(key)
    if (known === undefined || now - known.at > sameForMs) return this.#create(key, { about, event, signal })
    const next = { ...known, count: known.count + 1, at: now }
    this.#remember(key, next)
    if (known.count > 1 && now - known.writtenAt < recountMs) return
    const series = { count: next.count, lastObservedTime: this.#time() }
    try {
      await this.#cluster.patch(events, known, { series }, signal)
      this.#remember(key, { ...next, writtenAt: now })
    } catch (error) {
      // Events live for an hour.
      if (!isFailure(error, 'CLUSTER_NOT_FOUND')) throw error
      await this.#create(key, { about, event, signal })
    }
  }

  async #create(
    key: string,
    { about, event, signal }: { readonly about: KubeObject; readonly event: ObjectEvent; readonly signal: AbortSignal },
  ): Promise<void> {
    const { namespace = 'default', uid, resourceVersion } = about.metadata
    const now = this.#options.clock.monotonic()
    const suffix = createHash('sha256')
      .update(`${key}\0${this.#options.instance}\0${this.#time()}`)
      .digest('hex')
      .slice(0, 16)
    const name = `${about.metadata.name.slice(0, 230)}.${suffix}`
    await this.#cluster.create(
      events,
      {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name, namespace, annotations: annotationsOf(about, event) },
        eventTime: this.#time(),
        reportingController: 'tagboat.dev/tagboat',
        reportingInstance: this.#options.instance.slice(0, 128),
        action: 'Reconcile',
        type: event.type,
        reason: event.reason.slice(0, 128),
        note: event.message,
        regarding: {
          apiVersion: about.apiVersion,
          kind: about.kind,
          namespace,
          name: about.metadata.name,
          uid,
          resourceVersion,
        },
      },
      signal,
    )
    this.#remember(key, { namespace, name, count: 1, at: now, writtenAt: now })
  }

  #remember(key: string, told: Told): void {
    this.#told.delete(key)
    this.#told.set(key, told)
    const [oldest] = this.#told.keys()
    if (this.#told.size > mostRemembered && oldest !== undefined) this.#told.delete(oldest)
  }

  #time(): string {
    return new Date(this.#options.clock.now()).toISOString().replace('Z', '000Z')
  }
}

function keyOf({ metadata, kind }: KubeObject, { type, reason, message, metadata: details }: ObjectEvent): string {
  return JSON.stringify([kind, metadata.uid ?? metadata.name, type, reason, message, details])
}

/** Metadata of an event as Flux writes it: `<group>/KEY`, so that notification rules of old find it. */
function annotationsOf({ apiVersion }: KubeObject, { metadata }: ObjectEvent): Readonly<Record<string, string>> {
  const group = apiVersion.split('/')[0] ?? ''
  const entries = Object.entries(metadata).filter(([key]) =>
    /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(key),
  )
  return Object.fromEntries(entries.map(([key, value]) => [`${group}/${key}`, redact(value).slice(0, 1024)]))
}

/** At most so many bytes, whole characters. */
function cutNote(text: string): string {
  if (Buffer.byteLength(text) <= mostNoteBytes) return text
  const cut = Buffer.from(text)
    .subarray(0, mostNoteBytes - 3)
    .toString()
  return `${cut.replace(/\uFFFD+$/, '')}…`
}
