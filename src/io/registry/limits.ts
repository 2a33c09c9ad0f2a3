import { AppError } from '#core/error.ts'
import type { Clock, RateBucket, RateBuckets } from '#flow/ports.ts'
import { orAborted } from '../http/deadline.ts'
import type { Access } from './access.ts'
import { Bucket } from './bucket.ts'
import type { Question } from './exchange.ts'
import { Gate, type Pass } from './gate.ts'
import type { HostMemory } from './host-memory.ts'
import { Lru } from './lru.ts'
import type { RateHeaders } from './rate-headers.ts'
import type { RateLimit } from './rate-limit.ts'
import type { RegistryHostState } from './seen.ts'
import { Slots } from './slots.ts'
import { isPlainByDefault } from './trust.ts'

const defaultRate = { perSecond: 20, burst: 40 }
const nearRate = { perSecond: 200, burst: 400 }
const defaultConcurrency = 8
const firstBlockMs = 30_000
const maxBlockMs = 3_600_000
const failuresToBreak = 5
const firstBreakMs = 30_000
const maxBreakMs = 600_000
/** A quota whose window nobody names is believed for so long. */
const shownMs = 3_600_000

/** A host and what is known of its patience. */
interface Host {
  readonly slots: Slots
  /** Closed while it cannot be reached. */
  readonly breaker: Gate
  /** Connections that failed in a row. */
  failures: number
}

/** One who asks, as the host counts: by address if anonymous, else by credential. */
interface Quota {
  readonly host: string
  readonly bucket: RateBucket
  readonly everything: Gate
  /** Where pulls alone are counted. */
  readonly pulls: Gate
  /** What is left of it, as the host said last, and until when (monotonic) that counts. */
  shown: { readonly remaining: number; readonly until: number } | undefined
}

/** Leave to send one request; what became of it is told by one of the first three, if at all. */
export interface Leave {
  /** The registry gave an answer of its own. */
  answered(): void
  /** What an answer tells about a quota. */
  shown(quota: RateHeaders): void
  /** It refused for a while. Gives for how long (ms), with some jitter, never less than it said. */
  limited(limit: RateLimit): number
  /** Its token server did: nobody with this credential gets in, whatever is asked for. */
  loginLimited(afterMs: number): void
  /** The connection failed. */
  unreachable(): void
  /** Ends the leave; `extra` are requests beside the one it was for. */
  end(extra: number): void
}

interface Entered {
  readonly host: Host
  readonly quota: Quota
  /** That of everybody. */
  readonly all: Quota
  readonly gates: readonly Gate[]
  readonly passes: readonly (readonly [Gate, Pass])[]
}

/** Rate, concurrency, pauses and breaker, each by host and by who asks. */
export class Limits {
  readonly #clock: Clock
  readonly #memory: HostMemory
  readonly #buckets: RateBuckets
  readonly #hosts = new Lru<Host>(5000)
  readonly #quotas = new Lru<Quota>(5000)

  /** Without `buckets` this process shares its rates with nobody. */
  constructor(clock: Clock, memory: HostMemory, buckets: RateBuckets = (_, rate) => new Bucket(clock, rate)) {
    this.#clock = clock
    this.#memory = memory
    this.#buckets = buckets
  }

  /**
   * Waits for rate and slot. `REGISTRY_RATE_LIMITED` while the host has asked to be left alone, `REGISTRY_UNAVAILABLE`
   * while it cannot be reached; both say for how long. After either time one request goes ahead and the others wait for it.
   */
  async enter(ask: Question, signal: AbortSignal): Promise<Leave> {
    const name = hostOf(ask)
    const host = this.#host(name)
    const quota = this.#quota(name, ask.call.access)
    const all = this.#quota(name, undefined)
    const gates = [all.everything, quota.everything, ...(this.#countsAsPull(ask) ? [quota.pulls] : [])]
    await host.slots.take(signal)
    try {
      await quota.bucket.take(signal)
      const passes = await this.#passAll(name, { gates, breaker: host.breaker }, signal)
      return this.#leave({ host, quota, all, gates, passes })
    } catch (error) {
      host.slots.giveBack()
      throw error
    }
  }

  /** What is known of each host that has something to say. */
  states(): readonly RegistryHostState[] {
    const now = this.#clock.monotonic()
    return [...Map.groupBy(this.#quotas.values(), ({ host }) => host)].flatMap(([host, own]) => {
      const closed = own.flatMap(({ everything, pulls }) => [everything.closedFor(now) ?? 0, pulls.closedFor(now) ?? 0])
      const blockedMs = Math.max(...closed, this.#hosts.get(host)?.breaker.closedFor(now) ?? 0)
      const shown = own.flatMap(({ shown: last }) => (last !== undefined && last.until > now ? [last.remaining] : []))
      if (blockedMs === 0 && shown.length === 0) return []
      return [
        {
          host,
          remaining: shown.length === 0 ? undefined : Math.min(...shown),
          blockedUntil: blockedMs === 0 ? undefined : this.#clock.now() + blockedMs,
        },
      ]
    })
  }

  #leave({ host, quota, all, gates, passes }: Entered): Leave {
    return {
      answered: () => {
        host.failures = 0
        // One that came in before the gate closed tells nothing about what closed it.
        for (const [gate, pass] of passes) if (pass.isProbe) gate.open()
      },
      shown: ({ remaining, resetMs, windowMs }) => {
        if (remaining === undefined) return
        quota.shown = { remaining, until: this.#clock.monotonic() + (resetMs ?? windowMs ?? shownMs) }
      },
      limited: (limit) => {
        quota.bucket.slowDown()
        return this.#pause(limit.isQuota ? (gates[2] ?? quota.everything) : all.everything, limit)
      },
      loginLimited: (afterMs) => quota.everything.close(this.#clock.monotonic(), afterMs),
      unreachable: () => this.#noteFailure(host),
      end: (extra) => {
        quota.bucket.charge(extra)
        for (const [gate, pass] of passes) gate.leave(pass)
        host.slots.giveBack()
      },
    }
  }

  /** Passes every gate in one instant, so that of all who wait one alone becomes the probe. */
  async #passAll(
    name: string,
    { gates, breaker }: { readonly gates: readonly Gate[]; readonly breaker: Gate },
    signal: AbortSignal,
  ): Promise<readonly (readonly [Gate, Pass])[]> {
    for (;;) {
      const now = this.#clock.monotonic()
      const paused = gates.map((gate) => gate.closedFor(now)).find((ms) => ms !== undefined)
      if (paused !== undefined) {
        throw new AppError('REGISTRY_RATE_LIMITED', `${name}: asked for a pause of ${seconds(paused)}`, {
          retry: { afterMs: paused },
        })
      }
      const broken = breaker.closedFor(now)
      if (broken !== undefined) {
        // Without the time: it goes into statuses and events, which are written anew only where a text is new.
        throw new AppError('REGISTRY_UNAVAILABLE', `${name}: could not be reached; left alone for a while`, {
          retry: { afterMs: broken },
        })
      }
      const probe = [...gates, breaker].map((gate) => gate.probe).find((promise) => promise !== undefined)
      if (probe === undefined) return [...gates, breaker].map((gate) => [gate, gate.pass()] as const)
      await orAborted(probe, signal, () => undefined)
    }
  }

  #pause(gate: Gate, limit: RateLimit): number {
    const now = this.#clock.monotonic()
    const wished = limit.retry?.afterMs ?? Math.min(maxBlockMs, firstBlockMs * 2 ** gate.earlier(now))
    const ms = wished * (1 + 0.1 * this.#clock.random())
    gate.close(now, ms)
    return ms
  }

  #noteFailure(host: Host): void {
    host.failures += 1
    if (host.failures < failuresToBreak) return
    const now = this.#clock.monotonic()
    host.breaker.close(now, Math.min(maxBreakMs, firstBreakMs * 2 ** host.breaker.earlier(now)))
  }

  #countsAsPull({ kind, method, call }: Question): boolean {
    const { countsPulls } = this.#memory.provider(call.access.image.host)
    return countsPulls === true && kind === 'manifest' && method === 'GET'
  }

  #host(name: string): Host {
    const known = this.#hosts.get(name)
    if (known !== undefined) return known
    const count = this.#memory.options(name)?.concurrency ?? defaultConcurrency
    const host = { slots: new Slots(count), breaker: new Gate(), failures: 0 }
    this.#hosts.set(name, host)
    return host
  }

  /** That of a credential; without access that of everybody. */
  #quota(name: string, access: Access | undefined): Quota {
    const key = JSON.stringify([name, access === undefined ? '*' : access.credentialId])
    const known = this.#quotas.get(key)
    if (known !== undefined) return known
    const quota: Quota = {
      host: name,
      bucket: this.#buckets(`registry:${key}`, this.#rate(name)),
      everything: new Gate(),
      pulls: new Gate(),
      shown: undefined,
    }
    this.#quotas.set(key, quota)
    return quota
  }

  #rate(name: string): { readonly perSecond: number; readonly burst: number } {
    const near = isPlainByDefault(name) ? nearRate : defaultRate
    const perSecond = this.#memory.options(name)?.perSecond ?? this.#memory.provider(name).perSecond
    return perSecond === undefined ? near : { perSecond, burst: 2 * perSecond }
  }
}

/** The host that is asked: the registry's, or that of another origin. */
export function hostOf({ origin, call }: Pick<Question, 'origin' | 'call'>): string {
  return origin === undefined ? call.access.image.host : new URL(origin).host
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`
}
