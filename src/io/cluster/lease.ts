import type { Clock, Log } from '#flow/ports.ts'
import type { Cluster, Gvr, KubeObject, Lease, LeaseOptions, ObjectName } from './cluster.ts'
import { isFailure } from './failure.ts'
import { isRecord } from './objects.ts'

const leases: Gvr = { group: 'coordination.k8s.io', version: 'v1', resource: 'leases' }

/** What the times are called in `LeaseOptions`, completed. */
interface Times {
  readonly durationMs: number
  readonly renewDeadlineMs: number
  readonly retryMs: number
}

/**
 * Competes for a Lease until closed; closing gives it back. The same protocol as client-go's leader election: the
 * object is changed by compare-and-swap only, and another's hold ends `durationMs` after we last saw it change, by our
 * own monotonic clock, so that no two clocks need agree.
 */
export function openLease(cluster: Cluster, options: LeaseOptions): Lease {
  return new Candidate(cluster, options)
}

class Candidate implements Lease {
  readonly #cluster: Cluster
  readonly #name: ObjectName
  readonly #identity: string
  readonly #clock: Clock
  readonly #log: Log
  readonly #times: Times
  readonly #closing = new AbortController()
  readonly #listeners = new Set<(held: boolean) => void>()
  readonly #running: Promise<void>
  /** When the renewal that holds now was sent. */
  #renewedAt: number | undefined
  /** The lease as last seen, and since when it looks like that. */
  #seen: { readonly object: KubeObject | undefined; readonly at: number } | undefined
  #told = false
  #expiry: NodeJS.Timeout | undefined

  constructor(cluster: Cluster, { namespace, name, identity, clock, log, ...times }: LeaseOptions) {
    this.#cluster = cluster
    this.#name = { namespace, name }
    this.#identity = identity
    this.#clock = clock
    this.#log = log
    this.#times = { durationMs: 35_000, renewDeadlineMs: 30_000, retryMs: 5000, ...times }
    this.#running = this.#run()
  }

  held(): boolean {
    return this.#renewedAt !== undefined && this.#clock.monotonic() - this.#renewedAt < this.#times.renewDeadlineMs
  }

  onChange(listener: (held: boolean) => void): () => void {
    this.#listeners.add(listener)
    listener(this.held())
    return () => this.#listeners.delete(listener)
  }

  holder(): string | undefined {
    const holder = specOf(this.#seen?.object).holderIdentity
    return holder === '' ? undefined : holder
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await this.#running
    clearTimeout(this.#expiry)
    const wasHeld = this.held()
    this.#renewedAt = undefined
    this.#tell()
    if (wasHeld) await this.#release()
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      const deadline = AbortSignal.timeout(Math.ceil(this.#times.renewDeadlineMs / 3))
      try {
        await this.#attempt(AbortSignal.any([signal, deadline]))
      } catch (error) {
        if (signal.aborted) return
        // A conflict says that somebody else was first, which is no news in an election.
        if (!isFailure(error, 'CLUSTER_CONFLICT', 'CLUSTER_EXISTS')) {
          this.#log.warn(`Lease ${this.#name.namespace ?? ''}/${this.#name.name}: not renewed`, { error })
        }
      }
      this.#tell()
      const pauseMs = this.#times.retryMs * (this.held() ? 1 : 1 + this.#clock.random() * 0.2)
      await this.#clock.sleep(pauseMs, signal).catch(() => undefined)
    }
  }

  async #attempt(signal: AbortSignal): Promise<void> {
    if (this.held() && (await this.#renewKnown(signal))) return
    const object = await this.#cluster.get(leases, this.#name, signal)
    this.#observe(object)
    if (this.#isFree(object)) await this.#claim(object, signal)
    else this.#renewedAt = undefined
  }

  /** While we hold it, it is as we left it, and one request will do; false if somebody has changed it. */
  async #renewKnown(signal: AbortSignal): Promise<boolean> {
    const object = this.#seen?.object
    if (object === undefined) return false
    try {
      await this.#claim(object, signal)
      return true
    } catch (error) {
      if (isFailure(error, 'CLUSTER_CONFLICT', 'CLUSTER_NOT_FOUND')) return false
      throw error
    }
  }

  async #claim(object: KubeObject | undefined, signal: AbortSignal): Promise<void> {
    const sentAt = this.#clock.monotonic()
    const wanted = this.#claimed(object)
    const written =
      object === undefined
        ? await this.#cluster.create(leases, wanted, signal)
        : await this.#cluster.replace(leases, wanted, signal)
    this.#observe(written)
    this.#renewedAt = sentAt
  }

  /** Whatever changes in it is a sign of life of its holder. */
  #observe(object: KubeObject | undefined): void {
    if (this.#seen !== undefined && this.#seen.object?.metadata.resourceVersion === object?.metadata.resourceVersion)
      return
    this.#seen = { object, at: this.#clock.monotonic() }
  }

  #isFree(object: KubeObject | undefined): boolean {
    const { holderIdentity, leaseDurationSeconds } = specOf(object)
    if (object === undefined || holderIdentity === '' || holderIdentity === this.#identity) return true
    const silentMs = this.#clock.monotonic() - (this.#seen?.at ?? 0)
    return silentMs > Math.max(leaseDurationSeconds * 1000, 1000)
  }

  #claimed(object: KubeObject | undefined): KubeObject {
    const former = specOf(object)
    const now = microTime(this.#clock.now())
    const isOurs = former.holderIdentity === this.#identity
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: object?.metadata ?? { ...this.#name },
      spec: {
        holderIdentity: this.#identity,
        leaseDurationSeconds: Math.ceil(this.#times.durationMs / 1000),
        acquireTime: isOurs && former.acquireTime !== '' ? former.acquireTime : now,
        renewTime: now,
        leaseTransitions: former.leaseTransitions + (isOurs || object === undefined ? 0 : 1),
      },
    }
  }

  /** Says that nobody holds it, so that another need not wait; if that fails it must. */
  async #release(): Promise<void> {
    const signal = AbortSignal.timeout(5000)
    try {
      await this.#giveBack(this.#seen?.object, signal)
    } catch (error) {
      this.#log.warn(`Lease ${this.#name.namespace ?? ''}/${this.#name.name}: not given back; it will expire`, {
        error,
      })
    }
  }

  /** A renewal whose answer we did not wait for may have changed it: then it is given back as it is now. */
  async #giveBack(object: KubeObject | undefined, signal: AbortSignal, isSecond = false): Promise<void> {
    if (object === undefined || specOf(object).holderIdentity !== this.#identity) return
    const now = microTime(this.#clock.now())
    const spec = { ...specOf(object), holderIdentity: '', leaseDurationSeconds: 1, renewTime: now, acquireTime: now }
    try {
      await this.#cluster.replace(leases, { ...object, spec }, signal)
    } catch (error) {
      if (isSecond || !isFailure(error, 'CLUSTER_CONFLICT')) throw error
      await this.#giveBack(await this.#cluster.get(leases, this.#name, signal), signal, true)
    }
  }

  #tell(): void {
    const held = this.held()
    clearTimeout(this.#expiry)
    if (held) {
      const leftMs = (this.#renewedAt ?? 0) + this.#times.renewDeadlineMs - this.#clock.monotonic()
      // Nobody may learn late that it is over, not even while a request hangs.
      this.#expiry = setTimeout(() => this.#tell(), Math.max(1, leftMs)).unref()
    }
    if (held === this.#told) return
    this.#told = held
    for (const listener of this.#listeners) listener(held)
  }
}

interface LeaseSpec {
  readonly holderIdentity: string
  readonly leaseDurationSeconds: number
  readonly acquireTime: string
  readonly leaseTransitions: number
}

function specOf(object: KubeObject | undefined): LeaseSpec {
  const spec = isRecord(object?.spec) ? object.spec : {}
  const { holderIdentity, leaseDurationSeconds, acquireTime, leaseTransitions } = spec
  return {
    holderIdentity: typeof holderIdentity === 'string' ? holderIdentity : '',
    leaseDurationSeconds: typeof leaseDurationSeconds === 'number' ? leaseDurationSeconds : 0,
    acquireTime: typeof acquireTime === 'string' ? acquireTime : '',
    leaseTransitions: typeof leaseTransitions === 'number' ? leaseTransitions : 0,
  }
}

/** Kubernetes' MicroTime: RFC 3339 with six digits. */
function microTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000Z')
}
