import { createHash } from 'node:crypto'
import { reveal } from '#core/secret/reveal.ts'
import type { Clock, Log } from '#flow/ports.ts'
import {
  openOrigin,
  type Origin,
  type OriginAnswer,
  type OriginRequest,
  type OriginTls,
  type StreamSink,
} from '../http/origin.ts'
import type { Access, Credentials } from './credentials.ts'
import { httpCodes } from './failure.ts'

export interface ConnectionOptions {
  readonly credentials: Credentials
  readonly userAgent: string
  readonly clock: Pick<Clock, 'monotonic'>
  readonly log: Log
}

/** A request as this identity; who asks is added here. */
export type Asked = Omit<OriginRequest, 'authorization'>

/** Credentials are asked again when they are older. */
const freshMs = 60_000
const requestConnections = 32
/** Each watch holds one, also those of single Secrets; one that waited for a connection would keep others from theirs. */
const watchConnections = 4096

interface Current {
  readonly access: Access
  readonly material: string
  readonly requests: Origin
  readonly watches: Origin
  readonly loadedAt: number
}

/**
 * Connections to one server as one identity: kept, and made anew only when the TLS material changes. Tokens and
 * certificates that rotate are picked up within a minute, and at once after a 401.
 */
export class Connection implements AsyncDisposable {
  readonly #options: ConnectionOptions
  #current: Current | undefined
  #loading: Promise<Current> | undefined
  #closed = false

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  async exchange(asked: Asked, signal: AbortSignal): Promise<OriginAnswer> {
    return this.#asAdmitted(({ requests }, request) => requests.exchange(request, signal), asked)
  }

  async stream(asked: Asked, sink: StreamSink, signal: AbortSignal): Promise<OriginAnswer> {
    return this.#asAdmitted(({ watches }, request) => watches.stream(request, sink, signal), asked)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    const current = this.#current ?? (await this.#loading?.catch(() => undefined))
    await Promise.all([current?.requests[Symbol.asyncDispose](), current?.watches[Symbol.asyncDispose]()])
  }

  async #asAdmitted(
    send: (current: Current, request: OriginRequest) => Promise<OriginAnswer>,
    asked: Asked,
  ): Promise<OriginAnswer> {
    const current = await this.#admitted()
    const answer = await send(current, this.#signed(asked, current.access))
    if (answer.status !== 401) return answer
    // The token may have been replaced since; whoever comes first reloads for all.
    const renewed = this.#current === current ? await this.#reload() : await this.#admitted()
    return send(renewed, this.#signed(asked, renewed.access))
  }

  #signed(asked: Asked, { authorization, headers }: Access): OriginRequest {
    return {
      ...asked,
      authorization,
      path: this.#options.credentials.server.pathname.replace(/\/$/, '') + asked.path,
      headers: { 'user-agent': this.#options.userAgent, ...headers, ...asked.headers },
    }
  }

  /** Those that hold; old ones are renewed behind the caller's back, since they are probably still good. */
  async #admitted(): Promise<Current> {
    const current = this.#current
    if (current === undefined) return this.#reload()
    if (this.#options.clock.monotonic() - current.loadedAt > freshMs && this.#loading === undefined) {
      this.#reload().catch((error: unknown) => {
        this.#options.log.warn('credentials of the API server could not be read again; the former ones are used', {
          error,
        })
      })
    }
    return current
  }

  async #reload(): Promise<Current> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #load(): Promise<Current> {
    const access = await this.#options.credentials.access()
    const material = materialOf(access.tls)
    const former = this.#current
    const loadedAt = this.#options.clock.monotonic()
    if (former?.material === material) {
      this.#current = { ...former, access, loadedAt }
      return this.#current
    }
    const { server, proxy } = this.#options.credentials
    const shared = { origin: server.origin, tls: access.tls, proxy, codes: httpCodes }
    this.#current = {
      access,
      material,
      loadedAt,
      requests: openOrigin({ ...shared, connections: requestConnections }),
      watches: openOrigin({ ...shared, connections: watchConnections }),
    }
    former?.requests.close()
    // Its watches go on until they end by themselves, within ten minutes.
    former?.watches.close()
    if (this.#closed) await this[Symbol.asyncDispose]()
    return this.#current
  }
}

/** Changes whenever connections must be made anew. */
function materialOf({ key, passphrase, ...open }: OriginTls): string {
  const hash = createHash('sha256').update(JSON.stringify(open))
  for (const secret of [key, passphrase]) hash.update('\0').update(secret === undefined ? '' : reveal(secret))
  return hash.digest('hex')
}
