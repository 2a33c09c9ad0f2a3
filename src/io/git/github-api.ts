import type { RemoteUrl } from '#core/secret/remote-url.ts'
import type { Http } from '#io/http.ts'
import type { AskApi } from './github-app.ts'
import type { Workspace } from './workspace.ts'

/** Answers of the API are a few hundred bytes. */
const maxBytes = 65_536
const codes = {
  unavailable: 'GIT_REMOTE_UNAVAILABLE',
  timeout: 'GIT_TIMEOUT',
  tls: 'GIT_TLS_FAILED',
  tooLarge: 'GIT_REMOTE_UNAVAILABLE',
  malformed: 'GIT_REMOTE_UNAVAILABLE',
  forbidden: 'GIT_CREDENTIALS_INVALID',
} as const

const headers = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' }

/** Connections to GitHub APIs; the HTTP client is only loaded by the first question. */
export class GitHubApi implements AsyncDisposable {
  readonly #workspace: Pick<Workspace, 'environment' | 'clock'>
  #http: Promise<Http> | undefined

  constructor(workspace: Pick<Workspace, 'environment' | 'clock'>) {
    this.#workspace = workspace
  }

  /**
   * Asks on behalf of one remote, whose authority and proxy count here too. The address comes from its Secret: like the
   * remote itself it may be in a private network, but only on this computer if the remote is.
   */
  for(remote: RemoteUrl, { ca, proxy }: { ca: string | undefined; proxy: RemoteUrl | undefined }): AskApi {
    const loopback = remote.host === 'localhost' || remote.host === '::1' || remote.host.startsWith('127.')
    const transport = {
      id: `github-app ${remote.origin} ${ca ?? ''}`,
      ...(ca === undefined ? {} : { ca }),
      ...(proxy === undefined ? {} : { proxy }),
    }
    return async ({ method, url, authorization }, signal) => {
      const http = await this.#open()
      const request = { method, url: new URL(url), authorization, transport, headers }
      const limits = { rule: { loopback, private: true }, offerCertificate: false, totalMs: 30_000, maxBytes }
      const answer = await http.send({ ...request, ...limits, label: 'token of the GitHub App' }, signal)
      return { status: answer.status, body: Buffer.from(await answer.bytes()).toString('utf8') }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const http = await this.#http
    await http?.[Symbol.asyncDispose]()
  }

  async #open(): Promise<Http> {
    this.#http ??= import('#io/http.ts').then(({ openHttp }) =>
      openHttp({ codes, userAgent: 'tagboat', forbiddenHosts: [], ...this.#workspace }),
    )
    return this.#http
  }
}
