import type { Http, HttpAnswer } from '../http.ts'
import { sendFollowing } from '../http/redirect.ts'
import type { Auth } from './auth.ts'
import { counting, redirectRules, type ApiRequest } from './endpoint.ts'
import type { Exchange, Question } from './exchange.ts'
import type { HostMemory } from './host-memory.ts'
import { hostOf } from './limits.ts'
import type { RegistryConfig } from './options.ts'
import { statusErrorOf } from './status-error.ts'
import { ruleOfRegistry } from './trust.ts'

/** What the innermost exchange works with. */
export interface AuthorizedDeps {
  readonly auth: Auth
  readonly http: Http
  readonly memory: HostMemory
  readonly config: RegistryConfig
}

/** The exchange that really asks: logged in as the call demands; another origin is asked without any credential. */
export function authorized(deps: AuthorizedDeps): Exchange {
  return async (ask, signal) => {
    const request = requestOf(ask)
    const answer = await (ask.origin === undefined
      ? deps.auth.send(request, signal)
      : sendElsewhere(request, ask.origin, { ...deps, signal }))
    await ask.inspect?.(answer)
    const isRevalidated = answer.status === 304 && ask.headers !== undefined
    if (answer.status === 200 || isRevalidated) return ask.read(answer)
    throw await statusErrorOf(answer, {
      about: `${hostOf(ask)}: ${ask.label}`,
      hint: ask.origin === undefined ? hintOf(ask, answer.status, deps.memory) : undefined,
    })
  }
}

function requestOf(ask: Question): Omit<ApiRequest, 'authorization'> {
  const { call, method, target, accept, headers, label, totalMs, maxBytes, kind } = ask
  // What is hashed comes as it is; lists are worth compressing.
  const encoding = kind === 'tags' || kind === 'push-times' ? 'gzip' : 'identity'
  return {
    call,
    kind,
    method,
    target,
    label,
    totalMs,
    maxBytes,
    headers: { accept, 'accept-encoding': encoding, ...headers },
  }
}

interface Elsewhere extends Pick<AuthorizedDeps, 'http' | 'config'> {
  readonly signal: AbortSignal
}

async function sendElsewhere(
  { call, kind, target, ...rest }: Omit<ApiRequest, 'authorization'>,
  origin: string,
  { http, config, signal }: Elsewhere,
): Promise<HttpAnswer> {
  const own = { host: new URL(origin).host, origin: new URL(origin), allowsPlain: false }
  const request = {
    ...rest,
    url: new URL(target, origin),
    transport: call.access.transport,
    rule: ruleOfRegistry(config),
    offerCertificate: false,
  }
  const rules = redirectRules(own, rest.label, config)
  return (await sendFollowing(counting(http, call, kind), request, { rules, signal })).answer
}

function hintOf({ call }: Question, status: number, memory: HostMemory): string | undefined {
  const { image, credentialId } = call.access
  if (status !== 401 && status !== 403 && status !== 404) return undefined
  const isAnonymous = credentialId === 'anon' && status !== 404
  if (isAnonymous)
    return `no credential for ${image.host} was found: give one by spec.secretRef, or by \`docker login\``
  return memory.provider(image.host).hint?.(status, image.path)
}
