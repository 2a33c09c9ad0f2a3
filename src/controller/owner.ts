import type { Kind, ObjectRef } from '#core/api/object-ref.ts'
import { ownGroup } from '#core/api/group.ts'
import { parseTime } from '#core/time.ts'
import type { Clock, Log } from '#flow/ports.ts'
import type { Cluster, Gvr, KubeObject } from '#io/cluster/cluster.ts'

const leases: Gvr = { group: 'coordination.k8s.io', version: 'v1', resource: 'leases' }

/** A kind of Flux's groups. */
interface FluxKind {
  readonly group: string
  readonly kind: Kind
}

interface FluxController {
  readonly name: string
  readonly kinds: readonly FluxKind[]
}

const image = 'image.toolkit.fluxcd.io'

/** Which of Flux's controllers works on what. */
const controllers: readonly FluxController[] = [
  {
    name: 'image-reflector-controller',
    kinds: [
      { group: image, kind: 'ImageRepository' },
      { group: image, kind: 'ImagePolicy' },
    ],
  },
  { name: 'image-automation-controller', kinds: [{ group: image, kind: 'ImageUpdateAutomation' }] },
  { name: 'source-controller', kinds: [{ group: 'source.toolkit.fluxcd.io', kind: 'GitRepository' }] },
]

export interface FluxOwnerOptions {
  readonly cluster: Pick<Cluster, 'get'>
  /** `auto`: Flux's kinds are Flux's while it is alive; `own`: always ours; `ignore`: never ours. */
  readonly mode: 'auto' | 'own' | 'ignore'
  /** Where Flux's controllers keep their Leases. */
  readonly namespace: string
  readonly clock: Clock
  readonly log: Log
  /** Told when `owns` answers otherwise than before. */
  readonly onChange: () => void
}

const lookMs = 60_000
/** Flux renews its Leases every few seconds; one that is silent for so long is dead. */
const silentMs = 60_000
/** One that looks old at first sight may be of a clock that goes wrong; so long is enough to see. */
const oldMs = 15_000

/** A Lease as it was when it last changed before our eyes, by our own monotonic clock. */
interface Sight {
  readonly renewal: string
  readonly at: number
  /** Was its time long past when it was first seen? */
  readonly isOld: boolean
}

/** Who reconciles Flux's kinds, so that of two controllers only one acts. Our own group is always ours. */
export class FluxOwner implements AsyncDisposable {
  /** Fulfilled when Flux's Leases have been looked at once; until then its kinds are left alone. */
  readonly known: Promise<void>
  readonly #options: FluxOwnerOptions
  readonly #sights = new Map<string, Sight>()
  readonly #alive = new Set<string>()
  readonly #closing = new AbortController()
  readonly #looking: Promise<void>
  #isKnown = false

  constructor(options: FluxOwnerOptions) {
    this.#options = options
    const first = Promise.withResolvers<void>()
    this.known = first.promise
    if (options.mode === 'auto') for (const { name } of controllers) this.#alive.add(name)
    else first.resolve()
    this.#looking = options.mode === 'auto' ? this.#look(first.resolve) : Promise.resolve()
  }

  owns({ group, kind }: Pick<ObjectRef, 'group' | 'kind'>): boolean {
    const { mode } = this.#options
    if (mode === 'own' || group === ownGroup) return true
    if (mode === 'ignore') return false
    return !controllers.some(({ name, kinds }) => this.#alive.has(name) && isAmong({ group, kind }, kinds))
  }

  /** The kinds that are left to Flux. */
  ceded(): readonly FluxKind[] {
    return controllers.flatMap(({ kinds }) => kinds).filter((kind) => !this.owns(kind))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await this.#looking
  }

  async #look(isKnown: () => void): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      const former = [...this.#alive].join()
      await Promise.all(controllers.map(async (controller) => this.#judge(controller)))
      if (signal.aborted) break
      if (former !== [...this.#alive].join()) this.#options.onChange()
      this.#isKnown = true
      isKnown()
      const isUnsure = [...this.#sights].some(([name, { isOld }]) => isOld && this.#alive.has(name))
      await this.#options.clock.sleep(isUnsure ? oldMs : lookMs, signal).catch(() => undefined)
    }
    isKnown()
  }

  async #judge({ name, kinds }: FluxController): Promise<void> {
    const { cluster, namespace, log } = this.#options
    try {
      const lease = await cluster.get(leases, { namespace, name: `${name}-leader-election` }, this.#closing.signal)
      this.#settle({ name, kinds }, this.#isAlive(name, renewalOf(lease)))
    } catch (error) {
      if (this.#closing.signal.aborted) return
      // Who cannot see does not act: what was found out before stays.
      log.warn(
        `the Lease of Flux's ${name} cannot be read; ${this.#alive.has(name) ? 'its kinds are left alone' : 'it still counts as gone'}`,
        { error, namespace },
      )
    }
  }

  #isAlive(name: string, renewal: string | undefined): boolean {
    if (renewal === undefined) {
      this.#sights.delete(name)
      return false
    }
    const { clock } = this.#options
    const now = clock.monotonic()
    const known = this.#sights.get(name)
    if (known?.renewal === renewal) return now - known.at < (known.isOld ? oldMs : silentMs)
    const renewedAt = parseTime(renewal.split(' ')[0] ?? '')
    const isOld = known === undefined && (renewedAt === undefined || clock.now() - renewedAt > silentMs)
    this.#sights.set(name, { renewal, at: now, isOld })
    return true
  }

  #settle({ name, kinds }: FluxController, isAlive: boolean): void {
    const wasAlive = this.#alive.has(name)
    if (isAlive) this.#alive.add(name)
    else this.#alive.delete(name)
    const isNews = wasAlive !== isAlive || (!this.#isKnown && isAlive)
    if (!isNews) return
    const what = kinds.map(({ kind, group }) => `${kind}.${group}`).join(' and ')
    const whose = isAlive ? 'is alive and keeps' : 'is not there; Tagboat reconciles'
    this.#options.log.info(`Flux's ${name} ${whose} ${what}`)
  }
}

function isAmong({ group, kind }: FluxKind, kinds: readonly FluxKind[]): boolean {
  return kinds.some((one) => one.group === group && one.kind === kind)
}

/** Time and holder of a Lease; undefined where nobody holds it. */
function renewalOf(lease: KubeObject | undefined): string | undefined {
  const { renewTime, holderIdentity } = (lease?.spec ?? {}) as Readonly<Record<string, unknown>>
  if (typeof holderIdentity !== 'string' || holderIdentity === '') return undefined
  return `${String(renewTime)} ${holderIdentity}`
}
