import { AppError } from '#core/error.ts'
import { z } from '#core/schema.ts'
import { reveal } from '#core/secret/reveal.ts'
import { Secret } from '#core/secret/secret.ts'
import type { Clock } from '#flow/ports.ts'
import type { Http, HttpAnswer, HttpRequest } from '../http.ts'
import { HttpFailure } from '../http/failure.ts'
import { sendFollowing } from '../http/redirect.ts'
import type { Challenge } from './challenge.ts'
import type { Credential } from './docker/config.ts'
import { counting, redirectRules } from './endpoint.ts'
import type { Call } from './exchange.ts'
import { Flights } from './flights.ts'
import { Lru } from './lru.ts'
import type { RegistryConfig } from './options.ts'
import { rateLimitOf } from './rate-limit.ts'
import { statusErrorOf } from './status-error.ts'
import { isTrusted, ruleOfDerived, type Own } from './trust.ts'

/** For what a token is wanted. */
export interface TokenRequest {
  readonly call: Call
  readonly own: Own
  readonly challenge: Extract<Challenge, { kind: 'bearer' }>
  /** In the order in which they are to be asked for. */
  readonly scopes: readonly string[]
  /** Undefined: an anonymous token. */
  readonly credential: Credential | undefined
}

interface Token {
  readonly value: Secret
  /** Monotonic; from then on a new one is fetched. */
  readonly renewAt: number
}

const tokenMs = 30_000
const answer = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().optional().catch(undefined),
  refresh_token: z.string().optional().catch(undefined),
})

/** Fetches bearer tokens and keeps them, in memory alone, until shortly before they end. */
export class Tokens {
  readonly #tokens = new Lru<Token>(5000)
  /** Refresh tokens that a server gave in exchange for a credential. */
  readonly #refresh = new Lru<Secret>(5000)
  readonly #flights = new Flights<Token>()
  readonly #deps: { readonly http: Http; readonly config: RegistryConfig; readonly clock: Clock }

  constructor(deps: { readonly http: Http; readonly config: RegistryConfig; readonly clock: Clock }) {
    this.#deps = deps
  }

  /**
   * A token that permits the scopes. `REGISTRY_REALM_REFUSED` if the token server must not be contacted, or must not
   * see the credential; `REGISTRY_AUTH_FAILED` if it refuses.
   */
  async get(request: TokenRequest, signal: AbortSignal): Promise<Secret> {
    const key = keyOf(request)
    const known = this.#tokens.get(key)
    if (known !== undefined && known.renewAt > this.#deps.clock.monotonic()) return known.value
    const fetchToken = async (stop: AbortSignal) => {
      const token = await this.#fetch(request, stop)
      this.#tokens.set(key, token)
      return token
    }
    return (await this.#flights.join(key, fetchToken, signal)).value
  }

  /** Forgets a token that was refused. */
  drop(request: TokenRequest): void {
    this.#tokens.delete(keyOf(request))
  }

  async #fetch(request: TokenRequest, signal: AbortSignal): Promise<Token> {
    const { challenge, credential, own } = request
    const { trustedHosts } = this.#deps.config
    if (credential !== undefined && !isTrusted(challenge.realm, own, trustedHosts)) {
      throw new AppError(
        'REGISTRY_REALM_REFUSED',
        `${own.host}: the token server ${challenge.realm.host} is of another domain and may not see the credential`,
        { hint: `if it is the right one, add --trusted-hosts ${challenge.realm.host}` },
      )
    }
    return this.#read(request, await this.#send(request, signal))
  }

  async #send(request: TokenRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { credential, challenge, call } = request
    const refresh = this.#refresh.get(refreshKey(challenge.realm, call)) ?? refreshTokenOf(credential)
    if (refresh === undefined) return this.#ask(request, basicOf(credential), signal)
    const reply = await this.#post(request, refresh, signal)
    // Servers that know no refresh tokens take them for a password.
    if (![400, 404, 405].includes(reply.status)) return reply
    const error = await statusErrorOf(reply, { about: aboutOf(request) })
    if (reply.status === 400 && !error.message.includes('unsupported_grant_type')) throw asRefused(error)
    const username = credential?.kind === 'identity' ? credential.username : ''
    return this.#ask(request, basicHeader(username === '' ? '<token>' : username, refresh), signal)
  }

  /** `GET realm?service=…&scope=…`, the query of the realm in front. */
  #ask(request: TokenRequest, authorization: Secret | undefined, signal: AbortSignal): Promise<HttpAnswer> {
    const { realm, service } = request.challenge
    const query = [
      realm.search.slice(1),
      ...(service === undefined ? [] : [`service=${encodeURIComponent(service)}`]),
      ...request.scopes.map((scope) => `scope=${encodeURIComponent(scope)}`),
    ].filter((part) => part !== '')
    const url = new URL(`?${query.join('&')}`, realm)
    return this.#exchange(request, { method: 'GET', url, headers: {}, ...(authorization && { authorization }) }, signal)
  }

  #post(request: TokenRequest, refresh: Secret, signal: AbortSignal): Promise<HttpAnswer> {
    const { realm, service } = request.challenge
    const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'tagboat', service: service ?? '' })
    form.set('scope', request.scopes.join(' '))
    form.set('refresh_token', reveal(refresh))
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const post = { method: 'POST', url: realm, headers, body: new Secret(form.toString()) } as const
    return this.#exchange(request, post, signal)
  }

  async #exchange(
    request: TokenRequest,
    sent: Pick<HttpRequest, 'method' | 'url' | 'headers' | 'authorization' | 'body'>,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const { own, call } = request
    const { config, http } = this.#deps
    const rule = ruleOfDerived(sent.url, own, config)
    if (typeof rule === 'string') throw realmRefused(own, rule)
    const whole: HttpRequest = {
      ...sent,
      headers: { accept: 'application/json', 'accept-encoding': 'identity', ...sent.headers },
      transport: call.access.transport,
      rule,
      offerCertificate: sent.url.hostname === own.origin.hostname,
      totalMs: tokenMs,
      maxBytes: config.limits.smallBytes,
      label: 'a token',
    }
    try {
      const rules = redirectRules(own, 'the token', config)
      return (await sendFollowing(counting(http, call, 'token'), whole, { rules, signal })).answer
    } catch (error) {
      const isForbidden = error instanceof HttpFailure && error.kind === 'forbidden'
      throw isForbidden ? realmRefused(own, 'an address that may not be contacted') : error
    }
  }

  async #read(request: TokenRequest, reply: HttpAnswer): Promise<Token> {
    const about = aboutOf(request)
    const limit = rateLimitOf(reply, this.#deps.clock.now())
    if (reply.status !== 200) {
      const error = await statusErrorOf(reply, { about })
      throw limit === undefined ? asRefused(error) : new AppError('REGISTRY_RATE_LIMITED', error.message, limit)
    }
    const received = this.#deps.clock.monotonic()
    const parsed = answer.safeParse(jsonOf(await reply.bytes()))
    const text = parsed.data?.token ?? parsed.data?.access_token ?? ''
    if (parsed.data === undefined || text === '' || /[\s\u0000-\u001f]/.test(text)) {
      throw new AppError('REGISTRY_BAD_RESPONSE', `${about}: the answer holds no token`)
    }
    const { refresh_token: refresh = '' } = parsed.data
    if (refresh !== '') this.#refresh.set(refreshKey(request.challenge.realm, request.call), new Secret(refresh))
    const lifeMs = 1000 * Math.max(10, lifeOfJwt(text) ?? parsed.data.expires_in ?? 60)
    return { value: new Secret(text), renewAt: received + Math.max(0.8 * lifeMs, lifeMs - 60_000) }
  }
}

function keyOf({ call, own, challenge, scopes, credential }: TokenRequest): string {
  return JSON.stringify([
    own.origin.origin,
    challenge.realm.href,
    challenge.service ?? null,
    scopes.toSorted((a, b) => (a < b ? -1 : 1)),
    credential === undefined ? 'anon' : call.access.credentialId,
    call.access.transport.id,
  ])
}

function refreshKey(realm: URL, { access }: Call): string {
  return JSON.stringify([realm.href, access.credentialId, access.transport.id])
}

function refreshTokenOf(credential: Credential | undefined): Secret | undefined {
  return credential?.kind === 'identity' ? credential.token : undefined
}

function basicOf(credential: Credential | undefined): Secret | undefined {
  return credential?.kind === 'basic' ? basicHeader(credential.username, credential.password) : undefined
}

/** The value of `Authorization` for a name and a password. */
export function basicHeader(username: string, password: Secret): Secret {
  return new Secret(`Basic ${Buffer.from(`${username}:${reveal(password)}`).toString('base64')}`)
}

/** How long a JSON web token says it lasts, in seconds; by its own two times, so that no clock has to be right. */
function lifeOfJwt(token: string): number | undefined {
  const claims = z.object({ exp: z.number(), iat: z.number() })
  const parsed = claims.safeParse(jsonOf(Buffer.from(token.split('.')[1] ?? '', 'base64url')))
  return parsed.success ? parsed.data.exp - parsed.data.iat : undefined
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

function aboutOf({ challenge, own }: TokenRequest): string {
  return `${own.host}: the token server ${challenge.realm.host}`
}

/** What a token server refuses is a matter of the login, whatever its status; its own faults stay what they are. */
function asRefused(error: AppError): AppError {
  if (error.code === 'REGISTRY_UNAVAILABLE') return error
  return new AppError('REGISTRY_AUTH_FAILED', error.message)
}

function realmRefused(own: Own, why: string): AppError {
  return new AppError('REGISTRY_REALM_REFUSED', `${own.host}: the token server is not contacted: ${why}`)
}
