import { keyText, type ObjectRef } from '#core/api/object-ref.ts'
import type { Clock, Log } from '#flow/ports.ts'
import type { CachedResource, ClusterResources } from '#io/cluster/cluster.ts'
import { Alarm } from './alarm.ts'
import type { DispatcherStates } from './dispatch-states.ts'
import { behindMs, firstDueMs, intervalMs, isSuspended, nextDueMs } from './due.ts'
import type { JobResult } from './job.ts'
import { findLost } from './lost-jobs.ts'
import { MissedWakes } from './missed.ts'
import { RecentJobs } from './news.ts'
import { Outbox, type JobAdder } from './outbox.ts'
import { Outstanding } from './outstanding.ts'
import type { References } from './references.ts'
import { policiesToLookAt } from './stale-elections.ts'
import { Timers } from './timers.ts'
import { headerOf, observedRevision, type Wake } from './wake.ts'
import { Windows, type WindowLimits } from './windows.ts'

export interface DispatcherOptions {
  readonly resources: Pick<ClusterResources, 'cached'>
  readonly references: References
  readonly queues: JobAdder
  readonly clock: Clock
  readonly log: Log
  readonly sha256: (text: string) => string
  /** Is it this installation that reconciles the object, and not Flux? */
  readonly owns: (key: ObjectRef) => boolean
  /** Does the label selector choose an object with these labels? */
  readonly selects: (labels: Readonly<Record<string, string>>) => boolean
  readonly window: WindowLimits
  /** Told of an object that begins to wait for more triggers. */
  readonly onWait?: (key: ObjectRef) => void
}

const never = Number.POSITIVE_INFINITY
const sweepMs = 30_000
/** A job without a result for so long is looked for in the queue. */
const silentMs = 30_000
/** Beyond its interval an object waits so long for a result that does not come. */
const marginMs = 60_000

/**
 * Decides when the job of an object is added. The leader adds for every trigger and when an interval has passed; the
 * others only where a job has lately begun in this process. All of it is in memory, by a clock that never goes back,
 * and is rebuilt from the objects by `lead`.
 */
export class Dispatcher implements AsyncDisposable {
  readonly #options: DispatcherOptions
  readonly #outbox: Outbox
  readonly #windows: Windows
  readonly #timers = new Timers()
  readonly #outstanding = new Outstanding()
  readonly #recent = new RecentJobs()
  readonly #missed = new MissedWakes()
  /** Objects that only a change wakes, and since when. */
  readonly #settled = new Map<string, number>()
  /** Repositories that were scanned since the last sweep. */
  readonly #scanned = new Map<string, ObjectRef>()
  readonly #alarm: Alarm
  #sweeping: Promise<void> = Promise.resolve()
  #sweepAt = never
  #isLeading = false

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#outbox = new Outbox(options)
    this.#windows = new Windows(options.window)
    this.#alarm = new Alarm(options.clock, () => this.#turn())
  }

  /** This process leads from now on: it looks at every object once, and takes up what the one before may have left. */
  lead(): void {
    if (this.#isLeading) return
    this.#isLeading = true
    this.#sweepAt = this.#now() + sweepMs
    this.#alarm.setBy(this.#sweepAt)
    this.reconsider()
    this.take(this.#missed.takeAll(this.#now()))
  }

  /** Another leads, and does the same from the start. */
  rest(): void {
    this.#isLeading = false
    this.#sweepAt = never
    for (const memory of this.#memories()) memory.clear()
  }

  /** Takes what a change concerns. */
  take(wakes: readonly Wake[]): void {
    for (const wake of wakes) {
      const { key, how, isOwn, revision } = wake
      const text = keyText(key)
      if (!this.#isLeading) this.#missed.note(wake, this.#now())
      if (!this.#isLeading && !this.#recent.has(text, this.#now())) continue
      const cached = this.#admitted(key)
      if (cached === undefined || (isSuspended(cached) && !isOwn)) continue
      if (revision !== undefined && revision === observedRevision(cached)) continue
      if (how === 'look') this.#look(text, { key, cached })
      else this.#wake(key, how)
    }
  }

  /** A trigger from elsewhere, e.g. a webhook. Suspended objects and those of others sleep on. */
  wake(key: ObjectRef, how: 'now' | 'window'): void {
    this.take([{ key, how, isOwn: false }])
  }

  /** Objects whose last run here may have seen something old: those that began lately run once more. */
  news(keys: readonly ObjectRef[]): void {
    const recent = keys.filter((key) => this.#recent.has(keyText(key), this.#now()))
    this.take(recent.map((key) => ({ key, how: 'now', isOwn: false })))
  }

  /** A job for it begins in this process. */
  started(key: ObjectRef): void {
    this.#recent.started(keyText(key), this.#now())
    this.#outstanding.started(keyText(key))
  }

  /** A job has ended, here or in another replica. */
  finished(result: JobResult): void {
    if (!this.#isLeading) return
    const { key } = result
    const text = keyText(key)
    if (this.#options.references.key(text) === undefined) return this.forget(key)
    this.#outstanding.finished(text, this.#now())
    const dueMs = nextDueMs(result, this.#options.resources.cached(key))
    if (dueMs === undefined) {
      this.#timers.delete(text)
      this.#settled.set(text, this.#now())
    } else this.#setTimer(text, this.#now() + dueMs)
    if (key.kind === 'ImageRepository' && result.error === undefined) this.#scanned.set(text, key)
  }

  /** The object is gone. */
  forget(key: ObjectRef): void {
    const text = keyText(key)
    for (const memory of this.#memories()) memory.delete(text)
  }

  /** Redis came back, perhaps empty: every job that should be there is looked for. */
  recheck(): void {
    if (this.#isLeading) this.#lookFor(0)
  }

  /** Who reconciles what has changed: looks at objects that came to us, and forgets those that went. */
  reconsider(): void {
    if (!this.#isLeading) return
    const { references } = this.#options
    for (const text of references.texts()) {
      const key = references.key(text)
      const cached = key && this.#admitted(key)
      if (key === undefined) continue
      if (cached === undefined) this.forget(key)
      else if (!this.#isTracked(text) || this.#isIgnored(text, cached)) this.#look(text, { key, cached })
    }
  }

  states(): DispatcherStates {
    const oldestAt = this.#outstanding.oldestAt()
    return {
      isLeading: this.#isLeading,
      objects: this.#options.references.size,
      timers: this.#timers.size,
      windows: this.#windows.size,
      unsent: this.#outbox.size,
      outstanding: this.#outstanding.size,
      oldestMs: oldestAt === undefined ? 0 : this.#now() - oldestAt,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.rest()
    await Promise.all([this.#alarm[Symbol.asyncDispose](), this.#sweeping, this.#outbox[Symbol.asyncDispose]()])
  }

  /** The object, if it is one that is reconciled here. */
  #admitted(key: ObjectRef): CachedResource | undefined {
    const { resources, owns, selects } = this.#options
    const cached = resources.cached(key)
    return cached !== undefined && owns(key) && selects(headerOf(cached).metadata.labels) ? cached : undefined
  }

  #memories() {
    return [this.#outbox, this.#windows, this.#timers, this.#outstanding, this.#settled, this.#scanned]
  }

  #isTracked(text: string): boolean {
    const memories = [this.#timers, this.#outstanding, this.#windows, this.#settled]
    return memories.some((memory) => memory.has(text))
  }

  /** Was its last run long ago and did nothing of what is to be done? Then it ran where something else was known. */
  #isIgnored(text: string, cached: CachedResource): boolean {
    const since = this.#settled.get(text)
    if (since === undefined || this.#now() - since < behindMs) return false
    return firstDueMs(cached, { text, sha256: this.#options.sha256 }) === 0
  }

  /** First sight of an object. */
  #look(text: string, { key, cached }: { readonly key: ObjectRef; readonly cached: CachedResource }): void {
    const dueMs = firstDueMs(cached, { text, sha256: this.#options.sha256 })
    if (dueMs === 0) this.#enqueue(key)
    else if (dueMs !== undefined) this.#setTimer(text, this.#now() + dueMs)
  }

  #wake(key: ObjectRef, how: 'now' | 'window'): void {
    if (how === 'now') return this.#enqueue(key)
    if (!this.#windows.has(keyText(key))) this.#options.onWait?.(key)
    this.#alarm.setBy(this.#windows.open(keyText(key), this.#now()))
  }

  #enqueue(key: ObjectRef): void {
    const text = keyText(key)
    this.#windows.delete(text)
    const isNew = this.#outbox.put(key)
    if (!this.#isLeading) return
    if (isNew || !this.#outstanding.has(text)) this.#outstanding.add(text, this.#now())
    this.#settled.delete(text)
    this.#expectResult(text, key)
  }

  /** Should the result be lost, the object is due all the same. */
  #expectResult(text: string, key: ObjectRef): void {
    const cached = this.#options.resources.cached(key)
    const interval = cached && intervalMs(cached)
    if (interval === undefined) this.#timers.delete(text)
    else this.#setTimer(text, this.#now() + interval * 1.05 + marginMs)
  }

  #setTimer(text: string, at: number): void {
    this.#settled.delete(text)
    this.#timers.set(text, at)
    this.#alarm.setBy(at)
  }

  /** Does what is due and says when to come back. */
  #turn(): number {
    const now = this.#now()
    for (const text of this.#windows.takeClosed(now)) this.#enqueueDue(text)
    for (const text of this.#timers.takeDue(now)) this.#due(text)
    if (now >= this.#sweepAt) {
      this.#sweepAt = now + sweepMs
      this.#sweep()
    }
    return Math.min(this.#sweepAt, this.#windows.nextAt() ?? never, this.#timers.nextAt() ?? never)
  }

  #due(text: string): void {
    const key = this.#options.references.key(text)
    if (key === undefined) return
    // Its job is still to come, and will see what is due.
    if (this.#outstanding.has(text)) this.#expectResult(text, key)
    else this.#enqueueDue(text)
  }

  #enqueueDue(text: string): void {
    const key = this.#options.references.key(text)
    const cached = key && this.#admitted(key)
    if (key !== undefined && cached !== undefined && !isSuspended(cached)) this.#enqueue(key)
  }

  /** What no trigger and no timer remembers, and what the queue has lost. */
  #sweep(): void {
    this.reconsider()
    const { resources, references, sha256 } = this.#options
    const policies = policiesToLookAt([...this.#scanned.values()], { resources, references, sha256 })
    this.#scanned.clear()
    this.take(
      policies.filter((key) => !this.#outstanding.has(keyText(key))).map((key) => ({ key, how: 'now', isOwn: false })),
    )
    this.#lookFor(silentMs)
  }

  #lookFor(ageMs: number): void {
    this.#sweeping = this.#sweeping.then(async () => this.#addLost(ageMs))
  }

  /** Adds jobs again that have had no result for a while and of which the queue knows nothing. */
  async #addLost(ageMs: number): Promise<void> {
    const { references, queues, log } = this.#options
    const silent = this.#outstanding.olderThan(ageMs, this.#now()).filter((text) => !this.#outbox.has(text))
    const keys = silent.flatMap((text) => references.key(text) ?? [])
    for await (const key of findLost(keys, { queues, log })) this.#addAgain(key)
  }

  #addAgain(key: ObjectRef): void {
    const text = keyText(key)
    if (!this.#isLeading || !this.#outstanding.has(text)) return // its result came while we asked
    this.#outstanding.delete(text)
    this.#enqueueDue(text)
  }

  #now(): number {
    return this.#options.clock.monotonic()
  }
}
