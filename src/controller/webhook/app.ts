import { hash } from 'node:crypto'
import { Hono, type Context } from 'hono'
import { isAppError, quoteOutside } from '#core/error.ts'
import { concerns, type Hook } from '#core/webhook/hook.ts'
import { newsFor } from '#core/webhook/news.ts'
import { parsePayload } from '#core/webhook/payload.ts'
import type { Delivery } from '#core/webhook/sender.ts'
import { senders } from '#core/webhook/senders/index.ts'
import type { Clock, Log } from '#flow/ports.ts'
import { orAborted, startDeadline } from '#io/http/deadline.ts'
import { Announcer, type Announce } from './announcer.ts'
import { Deliveries } from './deliveries.ts'
import { GoogleTokens, type FetchKeys } from './google-tokens.ts'
import { readBody } from './incoming.ts'
import { RateLimits } from './limits.ts'
import { isProven } from './proof.ts'

/** What the receiver of webhooks works with. */
export interface WebhookOptions {
  /** The hooks under a path; rejects while that is not known. */
  readonly lookup: (path: string, signal: AbortSignal) => Promise<readonly Hook[]>
  /** Told of an object for which there may be news: at once, then at most once a second. */
  readonly announce: Announce
  /** The keys by which tokens of Google are checked. */
  readonly googleKeys: FetchKeys
  readonly clock: Clock
  readonly log: Log
  /** Told of every answer: what `spec.webhook.type` says (`unknown` for no hook) and the HTTP status. */
  readonly onSeen?: (type: string, code: number) => void
  /** Ends what is under way. */
  readonly signal: AbortSignal
  /** Of one delivery; default 5 s. */
  readonly deadlineMs?: number
}

/** What a sender is told, and what is said of it in the log. */
interface Answer {
  readonly code: 200 | 400 | 401 | 404 | 408 | 413 | 415 | 429 | 503
  readonly matched?: number
  /** For the sender; nothing that helps who has no proof. */
  readonly error?: string
  readonly retryAfterS?: number
}

interface Receiver {
  readonly options: WebhookOptions
  readonly google: GoogleTokens
  readonly announcer: Announcer
  readonly limits: RateLimits
  readonly deliveries: Deliveries
}

const suspendedS = 60
const busyS = 10

/**
 * `POST /hook/<sha256>`: takes what registries and Git servers announce. A hint and nothing else: it makes the objects
 * of the path be looked at that the payload names. Answers `{"matched": n}`, also for pings and events of no interest;
 * 400, 401, 404, 405, 408, 413, 415, 429, and 503 with Retry-After where the news could not be noted.
 */
export function webhookApp(options: WebhookOptions): Hono {
  const monotonic = () => options.clock.monotonic()
  const receiver: Receiver = {
    options,
    google: new GoogleTokens(options.googleKeys, options.clock),
    announcer: new Announcer(options),
    limits: new RateLimits(monotonic),
    deliveries: new Deliveries(monotonic),
  }
  const app = new Hono()
  app.post('/hook/:id{[0-9a-f]{64}}', async (context) => receive(context, receiver))
  app.all('/hook/:id{[0-9a-f]{64}}', (context) => {
    context.header('allow', 'POST')
    return context.json({ error: 'method not allowed' }, 405)
  })
  return app
}

async function receive(context: Context, receiver: Receiver): Promise<Response> {
  const { options } = receiver
  const deadline = startDeadline(options.signal, options.deadlineMs ?? 5000)
  const seen = { type: 'unknown' }
  try {
    const answer = await answerTo(context.req.raw, {
      ...receiver,
      path: context.req.path,
      seen,
      signal: deadline.signal,
    })
    options.onSeen?.(seen.type, answer.code)
    if (answer.retryAfterS !== undefined) context.header('retry-after', String(answer.retryAfterS))
    const { code, matched, error } = answer
    return context.json(error === undefined ? { matched } : { error }, code)
  } finally {
    deadline.clear()
  }
}

interface Call extends Receiver {
  readonly path: string
  readonly seen: { type: string }
  readonly signal: AbortSignal
}

const busy = (why: string): Answer => ({ code: 503, error: why, retryAfterS: busyS })

async function answerTo(request: Request, call: Call): Promise<Answer> {
  const { options, path, limits, seen, signal } = call
  // The path is as good as the token, so the log shows its beginning alone.
  const known = { hook: path.slice('/hook/'.length, '/hook/'.length + 8) }
  try {
    const hooks = await orAborted(options.lookup(path, signal), signal, () => undefined)
    const [first] = hooks
    if (first === undefined) return { code: 404, error: 'not found' }
    seen.type = first.sender
    const waitMs = limits.take(path)
    if (waitMs > 0) return { code: 429, error: 'too many deliveries', retryAfterS: Math.ceil(waitMs / 1000) }
    const answer = await answerToKnown(request, hooks, call)
    if (answer.error !== undefined)
      options.log.warn(`webhook: ${answer.code}: ${answer.error}`, { ...known, type: seen.type })
    return answer
  } catch (error) {
    if (isAppError(error) && error.code === 'WEBHOOK_MALFORMED') {
      options.log.warn(error.message, { ...known, type: seen.type })
      return { code: 400, error: error.message }
    }
    options.log.warn('webhook: not taken now; the sender is asked to come again', { ...known, type: seen.type, error })
    return busy('not ready')
  }
}

const refusals = {
  400: 'the body is not UTF-8',
  408: 'the body did not come in time',
  413: 'the body has more than 1 MiB',
  415: 'expected application/json',
} as const

async function answerToKnown(request: Request, hooks: readonly Hook[], call: Call): Promise<Answer> {
  const { google, signal } = call
  const body = await readBody(request, signal)
  if (typeof body === 'number') return { code: body, error: refusals[body] }
  const claim = { headers: request.headers, bytes: body.bytes }
  const proofs = await Promise.all(hooks.map(async (hook) => isProven(hook, claim, { google, signal })))
  const proven = hooks.filter((_hook, index) => proofs[index])
  if (proven.length === 0) return { code: 401, error: 'not verified' }
  const awake = proven.filter(({ suspended }) => !suspended)
  const [first] = awake
  if (first === undefined) return { code: 503, error: 'suspended', retryAfterS: suspendedS }
  const header = (name: string): string | undefined => request.headers.get(name) ?? undefined
  const delivery = { header, payload: parsePayload(body.text) }
  const id = senders[first.sender].id?.(delivery)
  if (id === undefined) return tellAll(awake, delivery, call)
  // Of whatever length the sender has made it.
  return tellOnce(hash('sha256', `${call.path} ${id}`), { awake, delivery, call })
}

interface Proven {
  readonly awake: readonly Hook[]
  readonly delivery: Delivery
  readonly call: Call
}

/** A delivery that is sent again does nothing more, unless it came to nothing before. */
async function tellOnce(id: string, { awake, delivery, call }: Proven): Promise<Answer> {
  if (!call.deliveries.add(id)) return { code: 200, matched: 0 }
  try {
    return await tellAll(awake, delivery, call)
  } catch (error) {
    call.deliveries.remove(id)
    throw error
  }
}

/** Makes every object be looked at that the news concern. */
async function tellAll(awake: readonly Hook[], delivery: Delivery, call: Call): Promise<Answer> {
  const { announcer, options, signal } = call
  const concerned = awake.filter((hook) => {
    const news = newsFor(hook, delivery)
    const isConcerned = concerns(news, hook)
    const why = news.is === 'nothing' ? `ignored: ${news.reason}` : isConcerned ? news.is : 'names others'
    options.log.debug(`webhook: ${quoteOutside(why)}`, { ...hook.object, type: hook.sender })
    return isConcerned
  })
  await Promise.all(
    concerned.map(async ({ object, sender }) => {
      await announcer.tell(object, signal)
      options.log.info('webhook: there may be news', { ...object, type: sender })
    }),
  )
  return { code: 200, matched: concerned.length }
}
