import { AppError, isAppError } from '#core/error.ts'
import type { ObjectEvent } from '#core/api/condition.ts'
import { Secret } from '#core/secret/secret.ts'
import { backoffMs } from '#core/status/backoff.ts'
import type { Clock, Log } from '#flow/ports.ts'
import { openHttp, type Http, type HttpAnswer } from '#io/http.ts'
import { header } from '#io/http/headers.ts'
import type { HttpCodes } from '#io/http/failure.ts'
import type { Environment } from '#io/http/proxy.ts'
import { retryAfterMs } from '#io/registry/retry-after.ts'
import { fluxEvent, type Told } from './notify/flux-event.ts'

/** Tells Flux's notification-controller what is told about objects, so that its Alerts go on as before. */
export interface Notifier extends AsyncDisposable {
  /** Returns at once. The oldest event is dropped when more than 1,000 wait. */
  notify(about: Told, event: ObjectEvent): void
  /** Events that have not been taken yet. */
  waiting(): number
}

export interface NotifierOptions {
  /** `http://notification-controller.flux-system.svc.cluster.local./` */
  readonly address: string
  /** Name of this process in the events. */
  readonly identity: string
  readonly userAgent: string
  /** For the proxy variables. */
  readonly environment: Environment
  readonly clock: Clock
  readonly log: Log
  /** An event is given up. */
  readonly onDropped: () => void
}

const mostWaiting = 1000
/** What happened longer ago is no news any more. */
const oldestMs = 3_600_000
/** The receiver gives itself 15 s to find out whom an event concerns. */
const totalMs = 20_000
const mostBytes = 64 * 1024
const pauses = { minMs: 1000, maxMs: 60_000 }
const longestPauseMs = 300_000
/** At the end of the process, for what still waits. */
const partingMs = 3000

const codes: HttpCodes = {
  unavailable: 'EVENTS_UNAVAILABLE',
  timeout: 'EVENTS_UNAVAILABLE',
  tls: 'EVENTS_UNAVAILABLE',
  tooLarge: 'EVENTS_UNAVAILABLE',
  malformed: 'EVENTS_UNAVAILABLE',
  forbidden: 'EVENTS_UNAVAILABLE',
}

/** Nothing is contacted yet. `USAGE_INVALID` for an address that cannot be read. */
export function openNotifier(options: NotifierOptions): Notifier {
  const { userAgent, environment, clock } = options
  const url = addressOf(options.address)
  const http = openHttp({ codes, userAgent, environment, forbiddenHosts: [], clock })
  return new Posting(options, { url, http })
}

function addressOf(text: string): URL {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new AppError('USAGE_INVALID', '--events-addr: expected an address such as http://host/, without credentials')
  }
  return url
}

interface Waiting {
  readonly about: Told
  readonly event: ObjectEvent
  /** Epoch milliseconds. */
  readonly at: number
}

/** How an event was received; a pause means that it is to be sent again. */
type Received = 'taken' | 'refused' | { readonly pauseMs: number }

/** One event after the other, since a recovery that overtakes its failure would tell the contrary. */
class Posting implements Notifier {
  readonly #options: NotifierOptions
  readonly #way: { readonly url: URL; readonly http: Http }
  readonly #waiting: Waiting[] = []
  /** Ends pauses, and then whatever is under way. */
  readonly #closing = new AbortController()
  readonly #ending = new AbortController()
  readonly #running: Promise<void>
  #bell = Promise.withResolvers<void>()
  #failures = 0

  constructor(options: NotifierOptions, way: { readonly url: URL; readonly http: Http }) {
    this.#options = options
    this.#way = way
    this.#running = this.#run()
  }

  notify(about: Told, event: ObjectEvent): void {
    if (this.#closing.signal.aborted) return this.#drop('the process ends')
    this.#waiting.push({ about, event, at: this.#options.clock.now() })
    if (this.#waiting.length > mostWaiting) {
      this.#waiting.shift()
      this.#drop(`more than ${mostWaiting} events wait`)
    }
    this.#bell.resolve()
  }

  waiting(): number {
    return this.#waiting.length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    this.#bell.resolve()
    const timer = setTimeout(() => this.#ending.abort(), partingMs)
    await this.#running
    clearTimeout(timer)
    while (this.#waiting.shift() !== undefined) this.#drop('the process ends')
    await this.#way.http[Symbol.asyncDispose]()
  }

  async #run(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const [next] = this.#waiting
      if (next === undefined && this.#closing.signal.aborted) return
      if (next === undefined) await this.#rung()
      else await this.#tell(next)
    }
  }

  async #rung(): Promise<void> {
    await this.#bell.promise
    this.#bell = Promise.withResolvers<void>()
  }

  async #tell(next: Waiting): Promise<void> {
    const received = this.#isOld(next) ? 'refused' : await this.#post(next)
    if (typeof received === 'object') return this.#pause(received.pauseMs)
    // It may have been pushed out meanwhile, and counted then.
    const isFirst = this.#waiting[0] === next
    if (isFirst) this.#waiting.shift()
    if (isFirst && received === 'refused') this.#drop('it was refused, or is older than an hour')
  }

  /** At the end of the process each event has one more chance, and the first that fails is the last. */
  async #pause(ms: number): Promise<void> {
    if (this.#closing.signal.aborted) this.#ending.abort()
    else await this.#options.clock.sleep(ms, this.#closing.signal).catch(() => undefined)
  }

  #isOld({ at }: Waiting): boolean {
    return this.#options.clock.now() - at > oldestMs
  }

  async #post({ about, event, at }: Waiting): Promise<Received> {
    const { identity } = this.#options
    try {
      const answer = await this.#send(JSON.stringify(fluxEvent(about, event, { instance: identity, at })))
      await answer.discard()
      return this.#judge(answer)
    } catch (error) {
      if (isAppError(error)) return this.#failed(error)
      this.#options.log.error('an event could not be sent', { error })
      return 'refused'
    }
  }

  async #send(body: string): Promise<HttpAnswer> {
    const { http, url } = this.#way
    return http.send(
      {
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json', accept: '*/*' },
        body: new Secret(body, { masked: false }),
        transport: { id: 'events' },
        rule: { loopback: true, private: true },
        offerCertificate: false,
        totalMs,
        maxBytes: mostBytes,
        label: 'the receiver of events',
      },
      this.#ending.signal,
    )
  }

  #judge({ status, headers }: HttpAnswer): Received {
    const { host } = this.#way.url
    if (status < 300 || isRepetition({ status, headers })) {
      if (this.#failures > 0) this.#options.log.info(`${host} takes events again`, { waiting: this.#waiting.length })
      this.#failures = 0
      return 'taken'
    }
    if (status === 429) {
      const asked = retryAfterMs(header(headers, 'retry-after') ?? '', this.#options.clock.now())
      return { pauseMs: Math.min(asked, longestPauseMs) }
    }
    if (status >= 500 || status === 408) {
      return this.#failed(new AppError('EVENTS_UNAVAILABLE', `${host}: the receiver of events answered ${status}`))
    }
    const error = new AppError('EVENTS_REFUSED', `${host}: the receiver of events answered ${status}`)
    this.#options.log.warn(error.message, { error })
    return 'refused'
  }

  /** The first failure in a row is worth a line, the others are more of the same. */
  #failed(error: AppError): Received {
    this.#failures += 1
    const level = this.#failures === 1 ? 'warn' : 'debug'
    this.#options.log[level](`events are held back: ${error.message}`, { error, waiting: this.#waiting.length })
    return { pauseMs: backoffMs(this.#failures, this.#options.clock.random(), pauses) }
  }

  #drop(why: string): void {
    this.#options.log.debug(`an event is dropped: ${why}`)
    this.#options.onDropped()
  }
}

/**
 * notification-controller lets one event through in five minutes and answers 429 to its repetitions, with a limit of 1:
 * it knows the event, so that it need not be sent again (Flux's own controllers do not either). Any other 429 is a plea.
 */
function isRepetition({ status, headers }: Pick<HttpAnswer, 'status' | 'headers'>): boolean {
  return status === 429 && header(headers, 'x-ratelimit-limit') === '1'
}
