import { createPrivateKey, sign } from 'node:crypto'
import { AppError, quoteOutside } from '#core/error.ts'
import { reveal } from '#core/secret/reveal.ts'
import { Secret } from '#core/secret/secret.ts'

/** A question to a GitHub API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  /** Value of the header `Authorization`. */
  readonly authorization: Secret
}

/** One exchange with a GitHub API: no redirect followed, body limited, certificates checked. */
export type AskApi = (
  request: ApiRequest,
  signal: AbortSignal,
) => Promise<{ readonly status: number; readonly body: string }>

/** The keys of a Secret for a GitHub App. */
export interface GitHubApp {
  readonly id: string
  /** The installation by its id, or by whom it belongs to. */
  readonly installation: { readonly id: string } | { readonly owner: string }
  readonly key: Secret
  /** `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise server. */
  readonly baseUrl: string
  /** Changes whenever the Secret does; part of the cache's key. */
  readonly identity: string
}

interface Token {
  readonly token: Secret
  readonly expiresAt: number
}

/** GitHub refuses a token that was issued in its future, and one that lives longer than ten minutes. */
const clockSkewMs = 60_000
const lifetimeMs = 540_000
/** A push that starts with a token must be able to finish with it. */
const renewBeforeMs = 300_000

/** Installation tokens, kept in memory until five minutes before they expire (they live for an hour). */
export class InstallationTokens {
  readonly #now: () => number
  readonly #tokens = new Map<string, Token>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** The token to log in with. `GIT_AUTH_FAILED` if the API refuses, `GIT_REMOTE_UNAVAILABLE` if it does not answer. */
  async of(app: GitHubApp, ask: AskApi, signal: AbortSignal): Promise<Secret> {
    const key = JSON.stringify([app.identity, app.baseUrl, app.id, app.installation])
    const known = this.#tokens.get(key)
    if (known !== undefined && known.expiresAt - renewBeforeMs > this.#now()) return known.token
    const claim = signedClaim(app, this.#now())
    const exchange = async (method: ApiRequest['method'], path: string): Promise<Answer> => {
      const url = app.baseUrl.replace(/\/+$/, '') + path
      const { status, body } = await ask({ method, url, authorization: claim }, signal)
      return { status, json: parseObject(body) }
    }
    const fresh = await askToken(app, exchange)
    this.#tokens.set(key, { token: fresh.token, expiresAt: fresh.expiresAt ?? this.#now() })
    return fresh.token
  }
}

interface Answer {
  readonly status: number
  readonly json: Readonly<Record<string, unknown>>
}

type Exchange = (method: ApiRequest['method'], path: string) => Promise<Answer>

async function askToken(app: GitHubApp, exchange: Exchange): Promise<{ token: Secret; expiresAt: number | undefined }> {
  const { installation } = app
  const id = 'id' in installation ? installation.id : await findInstallation(installation.owner, exchange)
  const answer = await exchange('POST', `/app/installations/${encodeURIComponent(id)}/access_tokens`)
  const { token, expires_at: expiry } = answer.json
  if (answer.status !== 201 || typeof token !== 'string') throw refusal(`for installation ${id}`, answer)
  const expiresAt = Date.parse(String(expiry))
  return { token: new Secret(token), expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt }
}

/** An owner is an organisation or a user; which, only the API knows. */
async function findInstallation(owner: string, exchange: Exchange): Promise<string> {
  const name = encodeURIComponent(owner)
  const organisation = await exchange('GET', `/orgs/${name}/installation`)
  const found = organisation.status === 404 ? await exchange('GET', `/users/${name}/installation`) : organisation
  if (found.status !== 200 || typeof found.json['id'] !== 'number') throw refusal(`for owner ${owner}`, found)
  return String(found.json['id'])
}

/** A JSON web token (RFC 7519) that says we are the app, signed by its key (RS256). */
function signedClaim(app: GitHubApp, now: number): Secret {
  const times = { iat: Math.floor((now - clockSkewMs) / 1000), exp: Math.floor((now + lifetimeMs) / 1000) }
  const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ ...times, iss: app.id })}`
  try {
    const signature = sign('RSA-SHA256', Buffer.from(text), createPrivateKey(reveal(app.key)))
    return new Secret(`Bearer ${text}.${signature.toString('base64url')}`)
  } catch {
    // The original may quote the key.
    throw new AppError('GIT_CREDENTIALS_INVALID', `githubAppPrivateKey: expected an RSA private key in PEM format`)
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function parseObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function refusal(what: string, { status, json }: Answer): AppError {
  const said = typeof json['message'] === 'string' ? `: ${quoteOutside(json['message'])}` : ''
  const message = `token of the GitHub App ${what}: the API answered ${status}${said}`
  if (status >= 500 || status === 429) return new AppError('GIT_REMOTE_UNAVAILABLE', message)
  return new AppError('GIT_AUTH_FAILED', message, {
    hint: 'check app id, installation and private key, and that the app is installed with access to contents',
  })
}
