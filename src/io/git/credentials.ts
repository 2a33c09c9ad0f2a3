import { AppError } from '#core/error.ts'
import { parseRemoteUrl, type RemoteUrl } from '#core/secret/remote-url.ts'
import { reveal } from '#core/secret/reveal.ts'
import type { SecretObject } from '#core/secret/secret-object.ts'
import { Secret } from '#core/secret/secret.ts'
import type { GitRemote } from '#flow/ports.ts'
import type { GitHubApp } from './github-app.ts'
import { keyProblem } from './private-key.ts'

/** How a remote lets us in, before any of it is written down. */
export type Credentials = HttpCredentials | SshCredentials | OwnCredentials | { readonly kind: 'none' }

/** What the user's own git, helpers, agent and keys give; a password in the URL goes before them. */
interface OwnCredentials {
  readonly kind: 'own'
  readonly login: Login
}

export interface HttpCredentials {
  readonly kind: 'http'
  readonly login: Login
  /** PEM of the authorities to trust instead of the system's. */
  readonly ca: string | undefined
  readonly client: { readonly cert: string; readonly key: Secret } | undefined
  readonly proxy: RemoteUrl | undefined
}

export type Login =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'basic'; readonly user: string; readonly password: Secret }
  | { readonly kind: 'bearer'; readonly token: Secret }
  | { readonly kind: 'app'; readonly app: GitHubApp }

export interface SshCredentials {
  readonly kind: 'ssh'
  readonly identity: Secret
  readonly passphrase: Secret | undefined
  readonly knownHosts: string
}

/**
 * The credentials of a remote, by Flux's keys: `username` and `password`, `bearerToken`, `ca.crt` (or `caFile`),
 * `tls.crt` and `tls.key` (or `certFile` and `keyFile`), `identity`, `known_hosts` and `password`, `githubApp…`; those
 * of a proxy `address`, `username`, `password`. Userinfo of the URL fills what the Secret leaves open.
 * `GIT_CREDENTIALS_INVALID` names the Secret and the key that is missing or cannot be used.
 */
export function credentialsOf(remote: GitRemote): Credentials {
  const { url, secret, proxySecret } = remote
  const hasApp = [...(secret?.data.keys() ?? [])].some((key) => key.startsWith('githubApp'))
  if (hasApp && remote.provider !== 'github') {
    throw invalid(secret, `holds keys of a GitHub App, but provider is '${remote.provider}': set provider: github`)
  }
  if (remote.ownCredentials) {
    const given = url.scheme !== 'ssh' && url.password !== undefined
    return { kind: 'own', login: given ? loginOf(url, undefined) : { kind: 'anonymous' } }
  }
  if (url.scheme === 'file') return { kind: 'none' }
  if (url.scheme !== 'ssh') return httpCredentials(remote)
  if (remote.provider === 'github') throw invalid(secret, 'provider github is for https; ssh takes a deploy key')
  if (proxySecret !== undefined) throw invalid(proxySecret, 'is for http and https; ssh cannot go through it')
  return sshCredentials(url, secret)
}

function httpCredentials({ url, secret, proxySecret, provider }: GitRemote): HttpCredentials {
  const client = pair(secret, ['tls.crt', 'tls.key'], ['certFile', 'keyFile'])
  return {
    kind: 'http',
    login: provider === 'github' ? { kind: 'app', app: appOf(secret) } : loginOf(url, secret),
    ca: textOf(secret, 'ca.crt') ?? textOf(secret, 'caFile'),
    client,
    proxy: proxySecret === undefined ? undefined : proxyOf(proxySecret),
  }
}

function loginOf(url: RemoteUrl, secret: SecretObject | undefined): Login {
  const token = valueOf(secret, 'bearerToken')
  if (token !== undefined) return { kind: 'bearer', token }
  const named = textOf(secret, 'username')
  const user = named ?? url.user
  const password = valueOf(secret, 'password') ?? url.password
  if (user === '' && password !== undefined) throw invalid(secret, "key 'username' is missing beside 'password'")
  if (user === '') return { kind: 'anonymous' }
  // Some servers take a token as the user name and no password.
  return { kind: 'basic', user, password: password ?? new Secret('') }
}

function appOf(secret: SecretObject | undefined): GitHubApp {
  if (secret === undefined) {
    throw new AppError(
      'GIT_CREDENTIALS_INVALID',
      'provider github needs a Secret with the keys of a GitHub App (secretRef)',
    )
  }
  const key = required(secret, 'githubAppPrivateKey')
  const id = textOf(secret, 'githubAppInstallationID')
  const owner = textOf(secret, 'githubAppInstallationOwner')
  if (id === undefined && owner === undefined) {
    throw invalid(secret, "key 'githubAppInstallationID' or 'githubAppInstallationOwner' is missing")
  }
  if (id !== undefined && owner !== undefined) {
    throw invalid(secret, "keys 'githubAppInstallationID' and 'githubAppInstallationOwner' exclude each other")
  }
  const problem = keyProblem(reveal(key), false)
  if (problem !== undefined) throw invalid(secret, `key 'githubAppPrivateKey': ${problem}`)
  const baseUrl = textOf(secret, 'githubAppBaseURL') ?? 'https://api.github.com'
  return {
    id: reveal(required(secret, 'githubAppID')).trim(),
    installation: id === undefined ? { owner: owner ?? '' } : { id },
    key,
    baseUrl: parseRemoteUrl(baseUrl, `Secret ${nameOf(secret)}: githubAppBaseURL`, ['https', 'http']).address,
    identity: `${nameOf(secret)} ${secret.resourceVersion}`,
  }
}

function sshCredentials(url: RemoteUrl, secret: SecretObject | undefined): SshCredentials {
  if (secret === undefined) {
    throw new AppError('GIT_CREDENTIALS_INVALID', `${url.origin}: ssh needs a Secret with 'identity' and 'known_hosts'`)
  }
  const identity = required(secret, 'identity')
  const passphrase = valueOf(secret, 'password')
  const problem = keyProblem(reveal(identity), passphrase !== undefined)
  if (problem !== undefined) throw invalid(secret, `key 'identity': ${problem}`)
  return {
    kind: 'ssh',
    identity,
    passphrase,
    knownHosts: reveal(required(secret, 'known_hosts')),
  }
}

function proxyOf(secret: SecretObject): RemoteUrl {
  const address = reveal(required(secret, 'address')).trim()
  const url = parseRemoteUrl(address, `Secret ${nameOf(secret)}: address`, ['http', 'https', 'socks5'])
  const user = textOf(secret, 'username')
  if (user === undefined) return url
  const password = valueOf(secret, 'password')
  const userinfo = [user, ...(password === undefined ? [] : [reveal(password)])].map(encodeURIComponent).join(':')
  return parseRemoteUrl(url.address.replace('://', `://${userinfo}@`), `Secret ${nameOf(secret)}`, [url.scheme])
}

/** Both or none, under either pair of names. */
function pair(
  secret: SecretObject | undefined,
  ...names: readonly (readonly [cert: string, key: string])[]
): { cert: string; key: Secret } | undefined {
  for (const [certName, keyName] of names) {
    const cert = textOf(secret, certName)
    const key = valueOf(secret, keyName)
    if (cert !== undefined && key !== undefined) return { cert, key }
    if (cert !== undefined) throw invalid(secret, `key '${keyName}' is missing beside '${certName}'`)
    if (key !== undefined) throw invalid(secret, `key '${certName}' is missing beside '${keyName}'`)
  }
  return undefined
}

function required(secret: SecretObject, key: string): Secret {
  const value = valueOf(secret, key)
  if (value === undefined) throw invalid(secret, `key '${key}' is missing`)
  return value
}

/** A value without the line end that `echo … | base64` puts there; empty counts as absent. */
function valueOf(secret: SecretObject | undefined, key: string): Secret | undefined {
  const value = secret?.data.get(key)
  if (value === undefined) return undefined
  const text = reveal(value)
  const trimmed = text.replace(/[\r\n]+$/, '')
  if (trimmed === '') return undefined
  // Made anew only where it differs, so that a value that is no secret stays one that is not masked.
  return trimmed === text || text.includes('-----BEGIN') ? value : new Secret(trimmed)
}

function textOf(secret: SecretObject | undefined, key: string): string | undefined {
  const value = secret?.data.get(key)
  const text = value === undefined ? '' : reveal(value).trim()
  return text === '' ? undefined : text
}

function nameOf(secret: SecretObject): string {
  return `${secret.namespace}/${secret.name}`
}

function invalid(secret: SecretObject | undefined, problem: string): AppError {
  const subject = secret === undefined ? 'url' : `Secret ${nameOf(secret)}`
  return new AppError('GIT_CREDENTIALS_INVALID', `${subject}: ${problem}`)
}
