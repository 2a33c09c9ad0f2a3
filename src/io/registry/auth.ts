import { AppError, quoteOutside } from '#core/error.ts'
import { reveal } from '#core/secret/reveal.ts'
import { Secret } from '#core/secret/secret.ts'
import type { Clock, Log } from '#flow/ports.ts'
import type { HttpAnswer } from '../http.ts'
import { orAborted } from '../http/deadline.ts'
import { isConnectionLost, type HttpFailure } from '../http/failure.ts'
import { header, headerValues } from '../http/headers.ts'
import { orDiscard, type Followed } from '../http/redirect.ts'
import { pickChallenge, type Challenge } from './challenge.ts'
import type { Credential } from './docker/config.ts'
import type { ApiRequest, Endpoint } from './endpoint.ts'
import type { Call } from './exchange.ts'
import type { HostMemory } from './host-memory.ts'
import { Lru } from './lru.ts'
import { demandedScopes, scopeFor } from './scopes.ts'
import { basicHeader, type TokenRequest, type Tokens } from './tokens.ts'

/** What logging in works with. */
export interface AuthDeps {
  readonly endpoint: Endpoint
  readonly tokens: Tokens
  readonly memory: HostMemory
  readonly clock: Clock
  readonly log: Log
  readonly smallBytes: number
}

type Unsent = Omit<ApiRequest, 'authorization'>

const challengeMs = 3_600_000
const pingMs = 30_000
const maxRenewals = 3

/** A 401: what it demands, and which kind of login had been sent. */
interface Refusal {
  readonly answer: HttpAnswer
  readonly challenge: Challenge
  readonly sent: Challenge['kind'] | undefined
}

/** Sends requests to registries with whatever login they demand. */
export class Auth {
  readonly #deps: AuthDeps
  readonly #challenges = new Lru<{ readonly challenge: Challenge | undefined; readonly until: number }>(5000)
  /** First requests under way: others to the same origin wait for what they learn, or for how they failed. */
  readonly #first = new Map<string, Promise<HttpFailure | undefined>>()
  /** Scopes that a registry demanded for a repository, the last demand first. */
  readonly #demanded = new Lru<readonly string[]>(5000)
  readonly #warned = new Lru<true>(5000)

  constructor(deps: AuthDeps) {
    this.#deps = deps
  }

  /**
   * The answer to a request, logged in if the registry demands it; a 401 or 403 that remains is given as it is.
   * `REGISTRY_CHALLENGE_UNSUPPORTED`, `REGISTRY_REALM_REFUSED`, `REGISTRY_AUTH_FAILED` and what tokens fail with.
   */
  async send(request: Unsent, signal: AbortSignal): Promise<HttpAnswer> {
    const key = keyOf(request.call)
    for (let first = this.#first.get(key); first !== undefined; first = this.#first.get(key)) {
      const lost = await orAborted(first, signal, () => undefined)
      // One after the other would wait as long for a server that answers nobody.
      if (lost !== undefined) throw lost.of({ host: request.call.access.image.host, label: request.label })
    }
    if (this.#known(key) !== undefined) return this.#sendKnowing(request, signal)
    const { promise, resolve } = Promise.withResolvers<HttpFailure | undefined>()
    this.#first.set(key, promise)
    try {
      return await this.#sendFirst(request, signal)
    } catch (error) {
      if (isConnectionLost(error)) resolve(error)
      throw error
    } finally {
      this.#first.delete(key)
      resolve(undefined)
    }
  }

  /** Bare, because nobody knows yet what the registry demands. */
  async #sendFirst(request: Unsent, signal: AbortSignal): Promise<HttpAnswer> {
    const { answer, strayed } = await this.#sendWith(request, undefined, signal)
    if (strayed) return answer
    const offered = await orDiscard(answer, () => this.#offered(request.call, answer))
    const asksElsewhere = offered === undefined && [401, 403, 404].includes(answer.status)
    const challenge = asksElsewhere ? await orDiscard(answer, () => this.#ping(request, signal)) : offered
    this.#keep(request.call, challenge)
    if (challenge === undefined) return answer.status === 401 ? this.#lastResort(request, answer, signal) : answer
    return this.#answerChallenge(request, { answer, challenge, sent: undefined }, signal)
  }

  async #sendKnowing(request: Unsent, signal: AbortSignal): Promise<HttpAnswer> {
    const known = this.#known(keyOf(request.call))?.challenge
    const authorization = await this.#authorization(request.call, known, signal)
    const { answer, strayed } = await this.#sendWith(request, authorization, signal)
    if (answer.status !== 401 || strayed) return answer
    const challenge = await orDiscard(answer, () => this.#offered(request.call, answer))
    if (challenge === undefined) return authorization === undefined ? this.#lastResort(request, answer, signal) : answer
    const sent = authorization === undefined ? undefined : known?.kind
    return this.#answerChallenge(request, { answer, challenge, sent }, signal)
  }

  /** Meets the challenge of a refusal, at most twice: with a first login, and with one for what is demanded then. */
  async #answerChallenge(request: Unsent, refusal: Refusal, signal: AbortSignal): Promise<HttpAnswer> {
    const { call } = request
    const { challenge, answer, sent } = refusal
    this.#keep(call, challenge)
    this.#noteDemand(call, challenge)
    if (sent !== undefined && !this.#mayRenew(call, challenge, sent)) return answer
    const authorization = await orDiscard(answer, () => this.#authorization(call, challenge, signal))
    if (authorization === undefined) return answer
    await answer.discard()
    const next = await this.#sendWith(request, authorization, signal)
    if (next.strayed || sent !== undefined) return next.answer
    const demanded = await orDiscard(next.answer, () => this.#offered(call, next.answer))
    if (demanded === undefined) return next.answer
    return this.#answerChallenge(request, { answer: next.answer, challenge: demanded, sent: challenge.kind }, signal)
  }

  /** A token that was refused is replaced, three times a call; a password that was refused is not sent again. */
  #mayRenew(call: Call, challenge: Challenge, sent: Challenge['kind']): boolean {
    const isSpent = challenge.kind === 'basic' ? sent === 'basic' : call.access.credential?.kind === 'bearer'
    if (isSpent || call.renewals >= maxRenewals) return false
    call.renewals += 1
    if (challenge.kind === 'bearer') this.#deps.tokens.drop(this.#tokenRequest(call, challenge))
    return true
  }

  /** A 401 that demands nothing: a password, if there is one, once. */
  async #lastResort(request: Unsent, answer: HttpAnswer, signal: AbortSignal): Promise<HttpAnswer> {
    const authorization = basicFor(request.call.access.credential)
    if (authorization === undefined) return answer
    await answer.discard()
    return (await this.#sendWith(request, authorization, signal)).answer
  }

  async #sendWith(request: Unsent, authorization: Secret | undefined, signal: AbortSignal): Promise<Followed> {
    const { endpoint, memory } = this.#deps
    const anonymous = async (refusal: HttpAnswer) => this.#strangersToken(request.call, refusal, signal)
    const followed = await endpoint.send({ request: { ...request, authorization }, anonymous, signal })
    const { answer, strayed } = followed
    // What another host says is not about this registry.
    if (strayed) return followed
    const offered = pickChallenge(headerValues(answer.headers, 'www-authenticate'))
    const { host } = request.call.access.image
    memory.notice({ host, headers: answer.headers, challenge: typeof offered === 'object' ? offered : undefined })
    this.#warn(request.call, answer)
    this.#deps.log.debug(`${request.method} ${request.target.split('?', 1)[0]}: ${answer.status}`, { host })
    return followed
  }

  /** A token for the target of a redirect: by its own challenge, without any credential of ours. */
  async #strangersToken(call: Call, refusal: HttpAnswer, signal: AbortSignal): Promise<Secret | undefined> {
    const challenge = pickChallenge(headerValues(refusal.headers, 'www-authenticate'))
    if (typeof challenge !== 'object' || challenge.kind !== 'bearer') return undefined
    const scopes = challenge.scope === '' ? [] : [challenge.scope]
    const own = this.#deps.endpoint.own(call)
    return bearer(await this.#deps.tokens.get({ call, own, challenge, scopes, credential: undefined }, signal))
  }

  #offered(call: Call, answer: HttpAnswer): Challenge | undefined {
    if (answer.status !== 401) return undefined
    const challenge = pickChallenge(headerValues(answer.headers, 'www-authenticate'))
    if (challenge !== 'unsupported') return challenge
    throw new AppError(
      'REGISTRY_CHALLENGE_UNSUPPORTED',
      `${call.access.image.host}: demands a login of an unknown kind`,
    )
  }

  /** What `/v2/` demands: for registries that answer 403 or 404 where they should ask for a login. */
  async #ping({ call }: Unsent, signal: AbortSignal): Promise<Challenge | undefined> {
    const ping: Unsent = {
      call,
      kind: 'ping',
      method: 'GET',
      target: '/v2/',
      headers: { 'accept-encoding': 'identity' },
      label: 'the registry itself',
      totalMs: pingMs,
      maxBytes: this.#deps.smallBytes,
    }
    const { answer, strayed } = await this.#sendWith(ping, undefined, signal)
    await answer.discard()
    return strayed ? undefined : this.#offered(call, answer)
  }

  async #authorization(call: Call, challenge: Challenge | undefined, signal: AbortSignal): Promise<Secret | undefined> {
    const { credential } = call.access
    if (challenge === undefined) return undefined
    if (challenge.kind === 'basic') return basicFor(credential)
    if (credential?.kind === 'bearer') return bearer(credential.token)
    return bearer(await this.#deps.tokens.get(this.#tokenRequest(call, challenge), signal))
  }

  #tokenRequest(call: Call, challenge: Extract<Challenge, { kind: 'bearer' }>): TokenRequest {
    const { image, credential } = call.access
    const own = scopeFor(image.path, this.#deps.memory.provider(image.host).actions)
    const demanded = this.#demanded.get(repositoryKey(call)) ?? []
    const scopes = [...demanded, ...(demanded.includes(own) ? [] : [own])]
    return { call, own: this.#deps.endpoint.own(call), challenge, scopes, credential }
  }

  /** Some servers look at the first scope alone, so what was demanded last goes in front. */
  #noteDemand(call: Call, challenge: Challenge): void {
    if (challenge.kind === 'basic') return
    const demanded = demandedScopes(challenge.scope, call.access.image.path)
    const key = repositoryKey(call)
    const before = (this.#demanded.get(key) ?? []).filter((scope) => !demanded.includes(scope))
    if (demanded.length > 0) this.#demanded.set(key, [...demanded, ...before].slice(0, 4))
  }

  #known(key: string): { readonly challenge: Challenge | undefined } | undefined {
    const known = this.#challenges.get(key)
    return known !== undefined && known.until > this.#deps.clock.monotonic() ? known : undefined
  }

  #keep(call: Call, challenge: Challenge | undefined): void {
    this.#challenges.set(keyOf(call), { challenge, until: this.#deps.clock.monotonic() + challengeMs })
  }

  /** `Warning: 299` is for people (OCI distribution specification), once for each repository. */
  #warn(call: Call, { headers }: HttpAnswer): void {
    const text = header(headers, 'warning')
    if (text === undefined || !text.startsWith('299 ') || this.#warned.get(repositoryKey(call))) return
    this.#warned.set(repositoryKey(call), true)
    this.#deps.log.warn(`${call.access.image.host} warns: ${quoteOutside(text)}`, { image: call.access.image.path })
  }
}

function keyOf({ access }: Call): string {
  return JSON.stringify([access.image.host, access.transport.id])
}

function repositoryKey({ access }: Call): string {
  return JSON.stringify([access.image.host, access.image.path])
}

function bearer(token: Secret): Secret {
  return new Secret(`Bearer ${reveal(token)}`)
}

function basicFor(credential: Credential | undefined): Secret | undefined {
  if (credential?.kind === 'basic') return basicHeader(credential.username, credential.password)
  if (credential?.kind === 'identity') return basicHeader(credential.username || '<token>', credential.token)
  return undefined
}
