import { jsonAnswer, emptyAnswer } from '#cli/demo/registry/answer.ts'
import type { Seen } from '../listener.ts'
import type { Reply } from '../wire.ts'

/** Who is let in, and by which protocol. */
export type FakeAuth = { readonly kind: 'none' } | BasicAuth | BearerAuth

/** User name and password at the registry itself (ECR, some Artifactory and Nexus). */
interface BasicAuth {
  readonly kind: 'basic'
  /** User → password. */
  readonly users: Readonly<Record<string, string>>
  readonly challenge?: Challenge
}

/** A token server (Docker's token protocol). */
export interface BearerAuth {
  readonly kind: 'bearer'
  /** User → password; none: everybody is anonymous. */
  readonly users?: Readonly<Record<string, string>>
  /** Does a token that anyone can have admit? Default true. */
  readonly anonymous?: boolean
  /** An identity token that the token server takes by POST (OAuth 2 refresh token). */
  readonly identityToken?: string
  /** The token server knows no POST: it answers this status. */
  readonly postStatus?: number
  /** A token that is accepted although no token server gave it (`registrytoken`). */
  readonly registryToken?: string
  /** Address of the token server; default this registry's own `/token`. */
  readonly realm?: string
  readonly service?: string
  /** Seconds; absent: the answer does not say. */
  readonly expiresIn?: number
  /** Requests that one token is good for. */
  readonly uses?: number
  /** Name of the token in the answer; default `token`. */
  readonly field?: 'token' | 'access_token'
  readonly challenge?: Challenge
}

/** The `WWW-Authenticate` headers of a 401. */
export type Challenge = (parts: {
  readonly realm: string
  readonly service: string
  readonly scope: string
}) => string | readonly string[]

/** The doorkeeper of one registry. */
export interface Door {
  /** The refusal of a request, undefined when it may pass. `repository` is undefined for `/v2/`. */
  refuse(request: Seen, repository: string | undefined): Reply | undefined
  /** What the token server says. */
  token(request: Seen): Reply
  /** From now on no token that was given before admits. */
  expireTokens(): void
}

/** The doorkeeper for a way to log in; `url` is the registry's own address. */
export function openDoor(auth: FakeAuth, url: () => string): Door {
  const tokens = new Map<string, { readonly scope: string; uses: number }>()
  return {
    refuse: (request, repository) => {
      if (auth.kind === 'none') return undefined
      if (auth.kind === 'basic') return isUser(auth.users, request) ? undefined : refuseBasic(auth)
      return isAdmitted(auth, tokens, request, repository) ? undefined : refuseBearer(auth, url(), repository)
    },
    token: (request) => (auth.kind === 'bearer' ? giveToken(auth, tokens, request) : emptyAnswer(404)),
    expireTokens: () => tokens.clear(),
  }
}

function isUser(users: Readonly<Record<string, string>>, request: Seen): boolean {
  const credentials = credentialsOf(request)
  return credentials !== undefined && users[credentials.user] === credentials.password
}

function credentialsOf(request: Seen): { readonly user: string; readonly password: string } | undefined {
  const encoded = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  const [user = '', password = ''] = Buffer.from(encoded, 'base64').toString().split(/:(.*)/s)
  return { user, password }
}

function refuseBasic(auth: BasicAuth): Reply {
  const challenge = auth.challenge ?? (() => 'Basic realm="registry"')
  return unauthorized(challenge({ realm: '', service: '', scope: '' }))
}

function isAdmitted(
  auth: BearerAuth,
  tokens: ReadonlyMap<string, { readonly scope: string; uses: number }>,
  request: Seen,
  repository: string | undefined,
): boolean {
  const text = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (text === undefined) return false
  if (auth.registryToken !== undefined && text === auth.registryToken) return true
  const token = tokens.get(text)
  if (token === undefined || token.uses <= 0) return false
  token.uses -= 1
  return repository === undefined || token.scope.split(' ').some((scope) => scope === `repository:${repository}:pull`)
}

function refuseBearer(auth: BearerAuth, url: string, repository: string | undefined): Reply {
  const parts = {
    realm: auth.realm ?? `${url}/token`,
    service: auth.service ?? 'registry.test',
    scope: repository === undefined ? '' : `repository:${repository}:pull`,
  }
  const scope = parts.scope === '' ? '' : `,scope="${parts.scope}"`
  const usual = `Bearer realm="${parts.realm}",service="${parts.service}"${scope}`
  return unauthorized(auth.challenge?.(parts) ?? usual)
}

function unauthorized(challenge: string | readonly string[]): Reply {
  const { status, headers, body } = jsonAnswer(401, { errors: [{ code: 'UNAUTHORIZED', message: 'log in first' }] })
  return { status, headers: challenge.length === 0 ? headers : { ...headers, 'www-authenticate': challenge }, body }
}

function giveToken(
  auth: BearerAuth,
  tokens: Map<string, { readonly scope: string; uses: number }>,
  request: Seen,
): Reply {
  const form = request.method === 'POST' ? new URLSearchParams(new TextDecoder().decode(request.body)) : request.query
  if (request.method === 'POST' && auth.postStatus !== undefined) return emptyAnswer(auth.postStatus)
  if (!mayHaveToken(auth, request, form)) return jsonAnswer(401, { details: 'incorrect username or password' })
  const token = `token-${tokens.size + 1}-${Math.random().toString(36).slice(2)}`
  tokens.set(token, { scope: form.getAll('scope').join(' '), uses: auth.uses ?? Infinity })
  const life = auth.expiresIn === undefined ? {} : { expires_in: auth.expiresIn }
  return jsonAnswer(200, { [auth.field ?? 'token']: token, ...life })
}

function mayHaveToken(auth: BearerAuth, request: Seen, form: URLSearchParams): boolean {
  if (request.method === 'POST') {
    return form.get('grant_type') === 'refresh_token' && form.get('refresh_token') === auth.identityToken
  }
  if (request.headers.authorization === undefined) return auth.anonymous ?? true
  return isUser(auth.users ?? {}, request) || hasIdentityToken(auth, request)
}

/** Where there is no POST, an identity token goes as a password, under whatever user name. */
function hasIdentityToken({ identityToken }: BearerAuth, request: Seen): boolean {
  return identityToken !== undefined && credentialsOf(request)?.password === identityToken
}
