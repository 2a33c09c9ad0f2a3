import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { RemoteUrl } from '#core/secret/remote-url.ts'
import { reveal } from '#core/secret/reveal.ts'
import type { Secret } from '#core/secret/secret.ts'
import { printConfig, type Setting } from './config-text.ts'
import type { Credentials, HttpCredentials, Login } from './credentials.ts'
import type { Operation } from './operation.ts'
import { ownSshEnvironment, sshEnvironment } from './ssh.ts'

/** Credentials with the token of an app already fetched. */
export type Ready<T> = T extends { readonly login: Login } ? Omit<T, 'login'> & { readonly login: ReadyLogin } : T
export type ReadyLogin = Exclude<Login, { readonly kind: 'app' }>

/** The address that git is given: without credentials, with the user of ssh, who is none. */
export function gitAddress(url: RemoteUrl, credentials: { readonly kind: Credentials['kind'] }): string {
  if (url.scheme !== 'ssh') return url.address
  const user = url.user === '' && credentials.kind === 'ssh' ? 'git' : url.user
  return user === '' ? url.address : url.address.replace('://', `://${encodeURIComponent(user)}@`)
}

/**
 * Prepares an operation to talk to a remote. Everything secret goes into files of its private folder: the header with
 * the credential stands in the configuration file that GIT_CONFIG_GLOBAL names, never in an argument, an address or
 * the environment.
 */
export function prepareTransport(operation: Operation, url: RemoteUrl, credentials: Ready<Credentials>): void {
  const own = credentials.kind === 'own'
  const settings: readonly Setting[] = [
    ...(own ? ownSettings(operation) : [['credential', '', 'helper', ''] as const]),
    ...always,
    // The user's url.*.insteadOf may turn one into the other.
    ...(own ? ['https', 'ssh', url.scheme] : [url.scheme]).map(
      (scheme) => ['protocol', scheme, 'allow', 'always'] as const,
    ),
    ...(url.scheme === 'http' || url.scheme === 'https' ? httpSettings(operation, url, credentials) : []),
  ]
  Object.assign(
    operation.environment,
    { HOME: operation.privateFolder() },
    networkEnvironment(operation),
    own ? ownEnvironment(operation) : {},
    credentials.kind === 'ssh' ? sshEnvironment(operation, credentials) : {},
    { GIT_CONFIG_GLOBAL: operation.write('gitconfig', printConfig(settings)) },
  )
}

/** Limits by which curl gives up by itself, also where nobody is left to end it. */
const always: readonly Setting[] = [
  ['protocol', '', 'allow', 'never'],
  ['http', '', 'followRedirects', 'false'],
  ['http', '', 'lowSpeedLimit', '1000'],
  ['http', '', 'lowSpeedTime', '30'],
  ['core', '', 'symlinks', 'false'],
  ['submodule', '', 'recurse', 'false'],
]

function httpSettings(operation: Operation, url: RemoteUrl, credentials: Ready<Credentials>): readonly Setting[] {
  if (credentials.kind !== 'http' && credentials.kind !== 'own') return []
  const scope = `${url.origin}/`
  const authorization = authorizationOf(credentials.login)
  return [
    ...(authorization === undefined
      ? []
      : [['http', scope, 'extraHeader', `Authorization: ${authorization}`] as const]),
    ...(credentials.kind === 'http' ? tlsSettings(operation, scope, credentials) : userSettings(scope, url)),
  ]
}

function tlsSettings(operation: Operation, scope: string, credentials: Ready<HttpCredentials>): readonly Setting[] {
  const { ca, client, proxy } = credentials
  return [
    ...(ca === undefined ? [] : [['http', scope, 'sslCAInfo', operation.write('ca.pem', `${ca}\n`)] as const]),
    ...(client === undefined
      ? []
      : ([
          ['http', scope, 'sslCert', operation.write('client.pem', `${client.cert}\n`)],
          ['http', scope, 'sslKey', operation.write('client.key', reveal(client.key))],
        ] as const)),
    ...(proxy === undefined ? [] : [['http', scope, 'proxy', proxyAddress(proxy)] as const]),
  ]
}

/** A user name without a password is a hint for the user's credential helper. */
function userSettings(scope: string, url: RemoteUrl): readonly Setting[] {
  return url.user === '' ? [] : [['credential', scope, 'username', url.user]]
}

function authorizationOf(login: ReadyLogin): string | undefined {
  if (login.kind === 'anonymous') return undefined
  if (login.kind === 'bearer') return `Bearer ${reveal(login.token)}`
  return `Basic ${Buffer.from(`${login.user}:${reveal(login.password)}`).toString('base64')}`
}

function proxyAddress(proxy: RemoteUrl): string {
  const parts = [proxy.user, proxy.password].filter(
    (part): part is string | Secret => part !== undefined && part !== '',
  )
  const userinfo = parts.map((part) => encodeURIComponent(typeof part === 'string' ? part : reveal(part))).join(':')
  return userinfo === '' ? proxy.address : proxy.address.replace('://', `://${userinfo}@`)
}

/** The user's configuration comes first, so that ours, which follows, counts where both speak. */
function ownSettings(operation: Operation): readonly Setting[] {
  const { environment } = operation.workspace
  const home = environment['HOME']
  const folder = environment['XDG_CONFIG_HOME'] ?? (home === undefined ? undefined : join(home, '.config'))
  const files = [
    environment['GIT_CONFIG_GLOBAL'],
    ...(environment['GIT_CONFIG_GLOBAL'] === undefined
      ? [folder && join(folder, 'git', 'config'), home && join(home, '.gitconfig')]
      : []),
  ]
  return files
    .filter((file): file is string => file !== undefined && file !== '' && existsSync(file))
    .map((file) => ['include', '', 'path', file] as const)
}

/** What the user's helpers, agent and desktop need; of GIT_* only what chooses ssh and tells where programs lie. */
const ownVariables =
  /^(HOME|USER|LOGNAME|PATH|SSH_AUTH_SOCK|SSH_AGENT_PID|GIT_SSH|GIT_SSH_COMMAND|GIT_SSH_VARIANT|GIT_EXEC_PATH|GIT_SSL_\w+|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|GNUPGHOME|KRB5\w*|APPDATA|LOCALAPPDATA|TMPDIR|GH_\w+|GITHUB_TOKEN)$/

function ownEnvironment(operation: Operation): Readonly<Record<string, string>> {
  const entries = Object.entries(operation.workspace.environment).filter(
    (entry): entry is [string, string] => ownVariables.test(entry[0]) && entry[1] !== undefined,
  )
  return {
    ...ownSshEnvironment(operation),
    ...Object.fromEntries(entries),
    GIT_CONFIG_NOSYSTEM: '0',
    GCM_INTERACTIVE: 'never',
  }
}

/** The network as this computer knows it: proxies (curl takes HTTP_PROXY in lower case only) and authorities. */
const networkVariables =
  /^(https_proxy|http_proxy|no_proxy|all_proxy|HTTPS_PROXY|NO_PROXY|ALL_PROXY|SSL_CERT_FILE|SSL_CERT_DIR|GIT_SSL_CAINFO|GIT_SSL_CAPATH)$/

function networkEnvironment(operation: Operation): Readonly<Record<string, string>> {
  const { environment } = operation.workspace
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] => networkVariables.test(entry[0]) && entry[1] !== undefined,
  )
  const plain = environment['http_proxy'] ?? environment['HTTP_PROXY']
  return { ...Object.fromEntries(entries), ...(plain === undefined ? {} : { http_proxy: plain }) }
}
