import type { Clock } from '#flow/ports.ts'
import { Lru } from './lru.ts'
import type { HostOptions } from './options.ts'
import { providerOf, providers } from './providers/index.ts'
import type { Clue, Provider } from './providers/provider.ts'

const dayMs = 86_400_000

interface Traits {
  provider: Provider
  /** How the host was last spoken to. */
  scheme: 'https' | 'http' | undefined
  /** Once true, plain HTTP is never tried again. */
  spokeTls: boolean
  pageSize: { readonly value: number | undefined; readonly until: number } | undefined
  headWorks: boolean
  lacksReferrersUntil: number
  lacksPushTimesUntil: Map<string, number>
}

/** What was learnt about hosts while the process lives; losing it costs requests and nothing else. */
export class HostMemory {
  readonly #traits = new Lru<Traits>(5000)
  readonly #options: ReadonlyMap<string, HostOptions>
  readonly #clock: Pick<Clock, 'monotonic'>

  constructor(options: readonly HostOptions[], clock: Pick<Clock, 'monotonic'>) {
    this.#options = new Map(options.map((option) => [option.host.toLowerCase(), option]))
    this.#clock = clock
  }

  /** What the user says about a host. */
  options(host: string): HostOptions | undefined {
    return this.#options.get(host)
  }

  provider(host: string): Provider {
    return this.#of(host).provider
  }

  /** Learns the software from an answer where the host name did not tell it; true if that changed anything. */
  notice(clue: Clue): boolean {
    const traits = this.#of(clue.host)
    if (traits.provider.name !== 'generic' || this.#options.get(clue.host)?.provider !== undefined) return false
    traits.provider = providerOf(clue)
    return traits.provider.name !== 'generic'
  }

  scheme(host: string): Pick<Traits, 'scheme' | 'spokeTls'> {
    return this.#of(host)
  }

  spoke(host: string, scheme: 'https' | 'http'): void {
    const traits = this.#of(host)
    traits.scheme = scheme
    traits.spokeTls ||= scheme === 'https'
  }

  /** Forgets how a host was spoken to, because that failed. */
  forgetScheme(host: string): void {
    this.#of(host).scheme = undefined
  }

  /** The page size to begin with: the user's, what worked within a day, or the provider's. Undefined: no figure. */
  pageSize(host: string): number | undefined {
    const own = this.#options.get(host)?.pageSize
    if (own !== undefined) return own === 0 ? undefined : own
    const { pageSize, provider } = this.#of(host)
    return pageSize !== undefined && pageSize.until > this.#clock.monotonic() ? pageSize.value : provider.pageSize
  }

  keepPageSize(host: string, value: number | undefined): void {
    this.#of(host).pageSize = { value, until: this.#clock.monotonic() + dayMs }
  }

  headWorks(host: string): boolean {
    return this.#of(host).headWorks
  }

  keepHeadWorks(host: string): void {
    this.#of(host).headWorks = true
  }

  hasReferrers(host: string): boolean {
    return this.#of(host).lacksReferrersUntil <= this.#clock.monotonic()
  }

  keepNoReferrers(host: string): void {
    this.#of(host).lacksReferrersUntil = this.#clock.monotonic() + dayMs
  }

  hasPushTimes(host: string, repository: string): boolean {
    return (this.#of(host).lacksPushTimesUntil.get(repository) ?? -1) <= this.#clock.monotonic()
  }

  keepNoPushTimes(host: string, repository: string): void {
    this.#of(host).lacksPushTimesUntil.set(repository, this.#clock.monotonic() + dayMs)
  }

  #of(host: string): Traits {
    const known = this.#traits.get(host)
    if (known !== undefined) return known
    const named = this.#options.get(host)?.provider
    const traits: Traits = {
      provider: providers.find(({ name }) => name === named) ?? providerOf({ host, headers: {} }),
      scheme: undefined,
      spokeTls: false,
      pageSize: undefined,
      headWorks: false,
      lacksReferrersUntil: -1,
      lacksPushTimesUntil: new Map(),
    }
    this.#traits.set(host, traits)
    return traits
  }
}
