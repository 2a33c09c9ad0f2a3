import { AppError } from '#core/error.ts'
import { apiOrigin } from '#core/image/reference.ts'
import type { Secret } from '#core/secret/secret.ts'
import type { Http, HttpRequest } from '../http.ts'
import { HttpFailure } from '../http/failure.ts'
import { sendFollowing, type Followed, type RedirectRules } from '../http/redirect.ts'
import type { Call } from './exchange.ts'
import type { HostMemory } from './host-memory.ts'
import type { RegistryConfig } from './options.ts'
import type { RequestKind } from './seen.ts'
import { ruleOfDerived, ruleOfRegistry, type Own } from './trust.ts'

/** A request to the registry of a call; everything that the call itself tells is left out. */
export interface ApiRequest extends Pick<HttpRequest, 'method' | 'headers' | 'label' | 'totalMs' | 'maxBytes'> {
  readonly call: Call
  readonly kind: RequestKind
  /** Path with query. */
  readonly target: string
  readonly authorization?: Secret | undefined
}

/** A request with what it takes to send it. */
export interface Sending {
  readonly request: ApiRequest
  /** Answers a 401 of a foreign target of a redirect. */
  readonly anonymous: NonNullable<RedirectRules['anonymous']>
  readonly signal: AbortSignal
}

/** Sends requests to registries: by HTTPS, or by plain HTTP where that is permitted and nothing else answers. */
export class Endpoint {
  readonly #http: Http
  readonly #memory: HostMemory
  readonly #config: RegistryConfig

  constructor(http: Http, memory: HostMemory, config: RegistryConfig) {
    this.#http = http
    this.#memory = memory
    this.#config = config
  }

  /** The registry of a call, as it is spoken to at present. */
  own({ access }: Call): Own {
    const { host } = access.image
    const scheme = this.#memory.scheme(host).scheme ?? 'https'
    const origin = this.#memory.options(host)?.api ?? apiOrigin(host, scheme)
    return { host, origin: new URL(origin), allowsPlain: access.allowsPlain }
  }

  /** Sends and follows redirects. */
  async send(sending: Sending): Promise<Followed> {
    const { access } = sending.request.call
    const { host } = access.image
    if (this.#memory.options(host)?.api !== undefined) return this.#sendTo(this.own(sending.request.call), sending)
    const { scheme, spokeTls } = this.#memory.scheme(host)
    const mayBePlain = access.allowsPlain && !spokeTls
    if (scheme === 'http' && mayBePlain) return this.#sendAs('http', sending)
    try {
      return await this.#sendAs('https', sending)
    } catch (error) {
      if (mayBePlain && speaksNoTls(error)) return this.#sendAs('http', sending)
      throw access.allowsPlain ? error : withPlainHint(error)
    }
  }

  async #sendAs(scheme: 'https' | 'http', sending: Sending): Promise<Followed> {
    const { access } = sending.request.call
    const { host } = access.image
    try {
      const own = { host, origin: new URL(apiOrigin(host, scheme)), allowsPlain: access.allowsPlain }
      const followed = await this.#sendTo(own, sending)
      this.#memory.spoke(host, scheme)
      return followed
    } catch (error) {
      if (scheme === 'http') this.#memory.forgetScheme(host)
      throw error
    }
  }

  async #sendTo(own: Own, { request, anonymous, signal }: Sending): Promise<Followed> {
    const { call, kind, target, authorization, ...rest } = request
    const first: HttpRequest = {
      ...rest,
      url: new URL(target, own.origin),
      transport: call.access.transport,
      rule: ruleOfRegistry(this.#config),
      offerCertificate: true,
      ...(authorization !== undefined && { authorization }),
    }
    const rules = { ...redirectRules(own, rest.label, this.#config), anonymous }
    return sendFollowing(counting(this.#http, call, kind), first, { rules, signal })
  }
}

/** Counts what was sent; a connection that was never made costs nobody a request. */
export function counting(http: Http, call: Call, kind: RequestKind): Pick<Http, 'send'> {
  return {
    async send(request, signal) {
      const ended = call.meter?.(call.access.image.host, kind)
      try {
        const answer = await http.send(request, signal)
        call.requests += 1
        ended?.(answer.status)
        return answer
      } catch (error) {
        if (!speaksNoTls(error)) call.requests += 1
        ended?.(0)
        throw error
      }
    },
  }
}

function speaksNoTls(error: unknown): boolean {
  return error instanceof HttpFailure && (error.kind === 'refused' || error.kind === 'not-tls')
}

function withPlainHint(error: unknown): unknown {
  if (!(error instanceof HttpFailure) || error.kind !== 'not-tls') return error
  return new AppError(error.code, error.message, { hint: 'spec.insecure: true permits plain HTTP for this host' })
}

/** Where a redirect of a registry, or of its token server, may lead. */
export function redirectRules(own: Own, label: string, config: RegistryConfig): RedirectRules {
  const refused = (why: string) =>
    new AppError('REGISTRY_REDIRECT_REFUSED', `${own.host}: ${label}: redirect refused: ${why}`)
  return {
    refused,
    judge(url) {
      const rule = ruleOfDerived(url, own, config)
      if (typeof rule === 'string') throw refused(rule)
      return rule
    },
  }
}
