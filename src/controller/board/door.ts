import { Hono, type Context, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Clock, Log } from '#flow/ports.ts'
import type { AccessToken } from '#io/access-token.ts'
import { Attempts } from './attempts.ts'
import { loginPage } from './login-page.ts'

export interface DoorOptions {
  readonly token: AccessToken
  /** Everything below it is behind the door, e.g. `/queues`. */
  readonly path: string
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
  readonly log: Log
}

const cookie = 'tagboat_dashboard'
/** A day's work; then the token is asked for again. */
const ticketSeconds = 8 * 3600
const mostBytes = 4096

/**
 * Lets in who shows the token as `Authorization: Bearer`, or has shown it in a form and carries the ticket. Changes are
 * taken from pages of our own alone.
 */
export function door(options: DoorOptions): Hono {
  const { token, path, clock } = options
  const attempts = new Attempts()
  const login = `${path}/login`
  const app = new Hono()
  app.get(login, (context) => context.html(loginPage({ action: login, message: undefined })))
  app.post(login, bodyLimit({ maxSize: mostBytes }), async (context) => {
    const { token: given } = await context.req.parseBody()
    const judged = judge(context, typeof given === 'string' ? given.trim() : '', { ...options, attempts })
    if (judged.is !== 'known') {
      const message = judged.is === 'wrong' ? 'this is not the token' : `try again in ${judged.afterSeconds} s`
      return context.html(loginPage({ action: login, message }), judged.is === 'wrong' ? 401 : 429)
    }
    const ticket = token.ticket(clock.now() + ticketSeconds * 1000)
    setCookie(context, cookie, ticket, {
      path,
      httpOnly: true,
      sameSite: 'Strict',
      secure: isSecure(context),
      maxAge: ticketSeconds,
    })
    return context.redirect(path, 303)
  })
  app.post(`${path}/logout`, (context) => {
    deleteCookie(context, cookie, { path })
    return context.redirect(login, 303)
  })
  const guard = guardOf({ ...options, attempts, login })
  app.use(path, guard)
  app.use(`${path}/*`, guard)
  return app
}

interface Judging extends DoorOptions {
  readonly attempts: Attempts
}

type Judged =
  | { readonly is: 'known' }
  | { readonly is: 'wrong' }
  | { readonly is: 'early'; readonly afterSeconds: number }

function judge(context: Context, given: string, { token, attempts, clock, log }: Judging): Judged {
  const address = addressOf(context)
  const now = clock.monotonic()
  const afterSeconds = attempts.waitSeconds(address, now)
  if (afterSeconds !== undefined) return { is: 'early', afterSeconds }
  if (token.matches(given)) {
    attempts.succeeded(address)
    return { is: 'known' }
  }
  attempts.failed(address, now)
  log.warn('a wrong token of the dashboard was shown', { address })
  return { is: 'wrong' }
}

function guardOf(judging: Judging & { readonly login: string }): MiddlewareHandler {
  return async (context, next) => {
    const { token, clock, login } = judging
    const bearer = /^Bearer +(?<token>\S+)$/i.exec(context.req.header('authorization') ?? '')?.groups?.['token']
    if (bearer !== undefined) {
      const judged = judge(context, bearer, judging)
      if (judged.is === 'known') return next()
      if (judged.is === 'wrong') return unknown(context, undefined)
      return context.text('too many wrong tokens\n', 429, { 'retry-after': String(judged.afterSeconds) })
    }
    if (!token.accepts(getCookie(context, cookie) ?? '', clock.now())) return unknown(context, login)
    if (!isFromOwnPage(context)) return context.text('a change must come from a page of this dashboard\n', 403)
    return next()
  }
}

function unknown(context: Context, login: string | undefined): Response {
  const isBrowser = context.req.method === 'GET' && (context.req.header('accept') ?? '').includes('text/html')
  if (isBrowser && login !== undefined) return context.redirect(login, 303)
  return context.text('the token of the dashboard is needed\n', 401, { 'www-authenticate': 'Bearer' })
}

/** A page of another site may make a browser send our cookie where it knows no SameSite; it cannot forge these. */
function isFromOwnPage({ req }: Context): boolean {
  if (req.method === 'GET' || req.method === 'HEAD') return true
  const site = req.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  const origin = URL.parse(req.header('origin') ?? '')
  return origin !== null && origin.host === req.header('host')
}

/** Behind a proxy that ends TLS the browser must not send the ticket without it. */
function isSecure({ req }: Context): boolean {
  return req.header('x-forwarded-proto') === 'https' || new URL(req.url).protocol === 'https:'
}

function addressOf({ env }: Context): string {
  const { incoming } = (env ?? {}) as { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } }
  return incoming?.socket?.remoteAddress ?? ''
}
