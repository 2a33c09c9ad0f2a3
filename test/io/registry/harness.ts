import type { Clock, Log, RegistrySource } from '#flow/ports.ts'
import { parseImageName } from '#core/image/reference.ts'
import { Secret } from '#core/secret/secret.ts'
import type { SecretObject } from '#core/secret/secret-object.ts'
import type { Access } from '#io/registry/access.ts'
import { openHttp, type Http, type HttpAnswer } from '#io/http.ts'
import type { HttpCodes } from '#io/http/failure.ts'
import type { Call, Exchange, Question } from '#io/registry/exchange.ts'
import { defaultRegistryConfig, type RegistryConfig } from '#io/registry/options.ts'
import { statusErrorOf } from '#io/registry/status-error.ts'
import type { Reply } from '../../fakes/wire.ts'

/** A clock that stands still until told, and for which every sleep is over at once. */
export interface TestClock extends Clock {
  /** Lets time pass. */
  pass(ms: number): void
  /** What was slept, in order. */
  readonly slept: readonly number[]
}

export function testClock(start = Date.UTC(2026, 10, 24, 12)): TestClock {
  const slept: number[] = []
  let at = 0
  return {
    now: () => start + at,
    monotonic: () => at,
    random: () => 0.5,
    pass: (ms) => void (at += ms),
    slept,
    async sleep(ms, signal) {
      signal.throwIfAborted()
      slept.push(ms)
      at += ms
    },
  }
}

const nothing = () => undefined

/** A log that keeps its warnings. */
export function testLog(): Log & { readonly warnings: readonly string[] } {
  const warnings: string[] = []
  return { warnings, debug: nothing, info: nothing, error: nothing, warn: (message) => void warnings.push(message) }
}

export const signal = new AbortController().signal

export function sourceOf(image: string, extra: Partial<RegistrySource> = {}): RegistrySource {
  return { image: parseImageName(image, 'image'), pullSecrets: [], insecure: false, provider: 'generic', ...extra }
}

/** A Secret of these texts. */
export function secretOf(data: Readonly<Record<string, string>>, name = 'pull'): SecretObject {
  const secrets = Object.entries(data).map(([key, value]): [string, Secret] => [key, new Secret(value)])
  return { namespace: 'apps', name, uid: `uid-${name}`, resourceVersion: '1', type: 'Opaque', data: new Map(secrets) }
}

/** A docker config Secret with one login. */
export function loginSecret(host: string, login: object, name = 'pull'): SecretObject {
  return secretOf({ '.dockerconfigjson': JSON.stringify({ auths: { [host]: login } }) }, name)
}

export function callTo(image: string, access: Partial<Access> = {}): Call {
  return {
    access: {
      image: parseImageName(image, 'image'),
      credential: undefined,
      credentialId: 'anon',
      transport: { id: 'plain' },
      allowsPlain: true,
      ...access,
    },
    requests: 0,
    renewals: 0,
  }
}

export function configOf(config: Partial<RegistryConfig> = {}): RegistryConfig {
  return { ...defaultRegistryConfig, ...config }
}

export function json(value: unknown, headers: Reply['headers'] = {}, status = 200): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(value)),
  }
}

export function reply(status: number, headers: Reply['headers'] = {}, body = ''): Reply {
  return { status, headers, body: Buffer.from(body) }
}

/** An answer as it comes from the line. */
function answerOf({ status, headers, body }: Reply): HttpAnswer {
  return {
    status,
    headers: headers as HttpAnswer['headers'],
    async *pieces() {
      for (let at = 0; at < body.length; at += 7) yield body.subarray(at, at + 7)
    },
    bytes: async () => body,
    head: async (maxBytes) => body.subarray(0, maxBytes),
    discard: async () => undefined,
  }
}

/** An exchange that answers by a script, and keeps what it was asked: `GET /v2/…`. */
export function scripted(script: (question: Question) => Reply): {
  readonly exchange: Exchange
  readonly asked: readonly string[]
} {
  const asked: string[] = []
  const exchange: Exchange = async (ask) => {
    asked.push(`${ask.method} ${ask.origin ?? ''}${ask.target}`)
    const answer = answerOf(script(ask))
    await ask.inspect?.(answer)
    if (answer.status === 200 || (answer.status === 304 && ask.headers !== undefined)) return ask.read(answer)
    throw await statusErrorOf(answer, { about: ask.label })
  }
  return { exchange, asked }
}

/** Connections of a test under the registry's codes. */
export function testHttp(clock: TestClock = testClock()): Http {
  return openHttp({ codes: httpCodes, userAgent: 'tagboat/test', environment: {}, forbiddenHosts: [], clock })
}

/** Under which codes connections fail here. */
export const httpCodes: HttpCodes = {
  unavailable: 'REGISTRY_UNAVAILABLE',
  timeout: 'REGISTRY_TIMEOUT',
  tls: 'REGISTRY_TLS_FAILED',
  tooLarge: 'REGISTRY_TOO_LARGE',
  malformed: 'REGISTRY_BAD_RESPONSE',
  forbidden: 'REGISTRY_HOST_REFUSED',
}
