import { isAppError } from '#core/error.ts'
import type { GitRemote } from '#flow/ports.ts'
import { credentialsOf, type Credentials, type Login } from './credentials.ts'
import { GitHubApi } from './github-api.ts'
import { InstallationTokens } from './github-app.ts'
import { openOperation, type Operation } from './operation.ts'
import { gitAddress, prepareTransport, type Ready, type ReadyLogin } from './transport.ts'
import type { Workspace } from './workspace.ts'

/** An operation that can reach its remote. */
export interface Connected {
  readonly operation: Operation
  /** As git is given it. */
  readonly address: string
}

/** What an operation with a remote is about. */
export interface Purpose {
  /** "fetch from"; the address follows in messages. */
  readonly what: string
  readonly mirror?: string
  readonly signal: AbortSignal
}

/** Opens operations that reach their remotes; keeps tokens of apps and what redirects taught. */
export class Connections implements AsyncDisposable {
  readonly #workspace: Workspace
  readonly #tokens: InstallationTokens
  readonly #api: GitHubApi
  /** Addresses by those that redirected to them. */
  readonly #moved = new Map<string, string>()
  readonly #warned = new Set<string>()

  constructor(workspace: Workspace) {
    this.#workspace = workspace
    this.#tokens = new InstallationTokens(() => workspace.clock.now())
    this.#api = new GitHubApi(workspace)
  }

  /**
   * Does something with a remote. Redirects are not followed, so that no credential goes astray; but where a path lacks
   * `.git` and the server answers with one (GitLab does), the path with it is tried, which stays on the same server.
   */
  async use<T>(remote: GitRemote, purpose: Purpose, work: (connected: Connected) => Promise<T>): Promise<T> {
    const credentials = await this.#ready(remote, purpose.signal)
    const written = gitAddress(remote.url, credentials)
    const address = this.#moved.get(written) ?? written
    try {
      return await this.#attempt({ remote, credentials, purpose, address }, work)
    } catch (error) {
      const isRedirect = isAppError(error) && error.code === 'GIT_REDIRECTED'
      if (!isRedirect || /\.git\/*$|\?/.test(address)) throw error
      const other = `${address.replace(/\/+$/, '')}.git`
      const result = await this.#attempt({ remote, credentials, purpose, address: other }, work)
      this.#moved.set(written, other)
      return result
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#api[Symbol.asyncDispose]()
  }

  async #attempt<T>(
    { remote, credentials, purpose, address }: Attempt,
    work: (connected: Connected) => Promise<T>,
  ): Promise<T> {
    const { mirror, signal } = purpose
    await using operation = openOperation(this.#workspace, {
      what: `${purpose.what} ${remote.url.toString()}`,
      signal,
      timeoutMs: remote.timeoutMs,
      ...(mirror === undefined ? {} : { mirror }),
    })
    prepareTransport(operation, remote.url, credentials)
    return await work({ operation, address })
  }

  async #ready(remote: GitRemote, signal: AbortSignal): Promise<Ready<Credentials>> {
    const credentials = credentialsOf(remote)
    if (credentials.kind === 'none' || credentials.kind === 'ssh') return credentials
    this.#warnIfOpen(remote, credentials.login)
    const login = await this.#logIn(remote, credentials, signal)
    return { ...credentials, login }
  }

  /** GitHub takes the token of an app as the password of this user. */
  async #logIn(
    remote: GitRemote,
    credentials: Exclude<Credentials, { kind: 'none' | 'ssh' }>,
    signal: AbortSignal,
  ): Promise<ReadyLogin> {
    const { login } = credentials
    if (login.kind !== 'app') return login
    const through = credentials.kind === 'http' ? credentials : { ca: undefined, proxy: undefined }
    const limited = AbortSignal.any([signal, AbortSignal.timeout(remote.timeoutMs)])
    const token = await this.#tokens.of(login.app, this.#api.for(remote.url, through), limited)
    return { kind: 'basic', user: 'x-access-token', password: token }
  }

  #warnIfOpen({ url }: GitRemote, login: Login): void {
    const isLocal = ['localhost', '127.0.0.1', '::1'].includes(url.host)
    if (url.scheme !== 'http' || isLocal || login.kind === 'anonymous' || this.#warned.has(url.origin)) return
    this.#warned.add(url.origin)
    this.#workspace.log.warn('credentials go over http, where anybody on the way can read them', {
      remote: url.toString(),
    })
  }
}

interface Attempt {
  readonly remote: GitRemote
  readonly credentials: Ready<Credentials>
  readonly purpose: Purpose
  readonly address: string
}
