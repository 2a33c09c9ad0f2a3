import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { Agent, ProxyAgent, type Dispatcher } from 'undici'
import { reveal } from '#core/secret/reveal.ts'
import type { RemoteUrl } from '#core/secret/remote-url.ts'
import type { Secret } from '#core/secret/secret.ts'
import { guardedLookup, type AddressRule } from './address.ts'

/** How connections are made: everything that must not be shared between connections of different kinds. */
export interface Transport {
  /** Names the rest; equal ids share connections. */
  readonly id: string
  /** PEM certificates to trust beside the system's. */
  readonly ca?: string
  /** PEM certificate and key with which we introduce ourselves. */
  readonly client?: { readonly cert: string; readonly key: Secret }
  /** Beats the proxy variables of the environment. */
  readonly proxy?: RemoteUrl
}

/** What decides which agent serves a request. */
export interface Route {
  readonly transport: Transport
  readonly rule: AddressRule
  readonly offerCertificate: boolean
  readonly proxy: RemoteUrl | undefined
}

const connectMs = 10_000
const idleMs = 30_000
const keepAliveMs = 60_000
const closeAfterMs = 600_000
const mib = 1024 * 1024

const shared = {
  connections: 8,
  pipelining: 1,
  headersTimeout: idleMs,
  bodyTimeout: idleMs,
  keepAliveTimeout: keepAliveMs,
  maxHeaderSize: 64 * 1024,
  maxResponseSize: 32 * mib,
}

/** Agents by route, kept between requests and closed after ten idle minutes. */
export class Agents {
  readonly #agents = new Map<string, { readonly dispatcher: Dispatcher; usedAt: number }>()
  readonly #monotonic: () => number

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  /** The dispatcher for a route; the same one for equal routes. */
  of(route: Route): Dispatcher {
    const now = this.#monotonic()
    this.#closeIdle(now)
    const key = keyOf(route)
    const known = this.#agents.get(key)
    if (known !== undefined) {
      known.usedAt = now
      return known.dispatcher
    }
    const dispatcher = route.proxy === undefined ? direct(route) : proxied(route, route.proxy)
    this.#agents.set(key, { dispatcher, usedAt: now })
    return dispatcher
  }

  /** Ends every connection at once. */
  async destroy(): Promise<void> {
    const all = [...this.#agents.values()]
    this.#agents.clear()
    await Promise.all(all.map(({ dispatcher }) => dispatcher.destroy()))
  }

  #closeIdle(now: number): void {
    for (const [key, { dispatcher, usedAt }] of this.#agents) {
      if (now - usedAt < closeAfterMs) continue
      this.#agents.delete(key)
      // Waits for what still runs on it; nobody is interested in how closing went.
      dispatcher.close().catch(() => undefined)
    }
  }
}

function keyOf({ transport, rule, offerCertificate, proxy }: Route): string {
  const through = proxy === undefined ? '' : `${proxy.address} ${proxy.user}`
  const shown = offerCertificate && transport.client !== undefined
  return JSON.stringify([transport.id, rule.loopback, rule.private, shown, through])
}

function direct({ transport, rule, offerCertificate }: Route): Dispatcher {
  const secureContext = contextOf(transport, offerCertificate)
  return new Agent({ ...shared, connect: { timeout: connectMs, secureContext, lookup: guardedLookup(rule) } })
}

function proxied({ transport, offerCertificate }: Route, proxy: RemoteUrl): Dispatcher {
  const secureContext = contextOf(transport, offerCertificate)
  const password = proxy.password === undefined ? '' : reveal(proxy.password)
  const token = `Basic ${Buffer.from(`${proxy.user}:${password}`).toString('base64')}`
  const isSocks = proxy.scheme === 'socks5'
  const login = isSocks ? { username: proxy.user, password } : { token }
  return new ProxyAgent({
    ...shared,
    uri: proxy.origin,
    ...(proxy.user === '' ? {} : login),
    connectTimeout: connectMs,
    requestTls: { secureContext },
    ...(proxy.scheme === 'https' && { proxyTls: { secureContext: contextOf(transport, false) } }),
  })
}

/** One per agent: reading the system's certificates takes longer than a handshake. */
function contextOf({ ca, client }: Transport, offerCertificate: boolean): SecureContext {
  return createSecureContext({
    minVersion: 'TLSv1.2',
    // Node's `ca` replaces the default list, so an own CA is added to it.
    ...(ca !== undefined && { ca: [...getCACertificates('default'), ca] }),
    ...(offerCertificate && client !== undefined && { cert: client.cert, key: reveal(client.key) }),
  })
}
