import { AppError } from '#core/error.ts'
import type { Clock } from '#flow/ports.ts'
import { openHttp } from '#io/http.ts'
import type { FetchKeys } from './google-tokens.ts'

/** `jwks_uri` of accounts.google.com/.well-known/openid-configuration. */
const address = 'https://www.googleapis.com/oauth2/v3/certs'
const maxBytes = 64 * 1024
const totalMs = 4000

const code = 'WEBHOOK_KEYS_UNAVAILABLE'
const codes = { unavailable: code, timeout: code, tls: code, tooLarge: code, malformed: code, forbidden: code } as const

export interface GoogleKeysOptions {
  readonly clock: Pick<Clock, 'monotonic'>
  /** For its proxy variables. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly userAgent: string
  /** Default: Google's. */
  readonly address?: string
  /** Default: the system's authorities alone. */
  readonly ca?: string
}

/** Fetches the keys with which Google signs ID tokens. `WEBHOOK_KEYS_UNAVAILABLE`. */
export function openGoogleKeys(options: GoogleKeysOptions): AsyncDisposable & { readonly fetch: FetchKeys } {
  const http = openHttp({ codes, forbiddenHosts: [], ...options })
  const url = new URL(options.address ?? address)
  const ca = options.ca === undefined ? {} : { ca: options.ca }
  const request = {
    method: 'GET',
    url,
    headers: { accept: 'application/json' },
    transport: { id: 'google-keys', ...ca },
    // Only a test serves them from this computer.
    rule: { loopback: options.address !== undefined, private: false },
    offerCertificate: false,
    totalMs,
    maxBytes,
    label: 'keys of Google',
  } as const
  return {
    fetch: async (signal) => {
      const answer = await http.send(request, signal)
      const text = Buffer.from(await answer.bytes()).toString('utf8')
      if (answer.status !== 200) throw new AppError(code, `${url.host} answered ${answer.status} for its keys`)
      try {
        return JSON.parse(text) as unknown
      } catch {
        throw new AppError(code, `${url.host}: the answer for its keys is not JSON`)
      }
    },
    [Symbol.asyncDispose]: async () => http[Symbol.asyncDispose](),
  }
}
