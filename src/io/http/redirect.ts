import type { AppError } from '#core/error.ts'
import type { Secret } from '#core/secret/secret.ts'
import type { Http, HttpAnswer, HttpRequest } from '../http.ts'
import type { AddressRule } from './address.ts'
import { HttpFailure } from './failure.ts'
import { header } from './headers.ts'

/** What the owner of a request says about where it may lead. */
export interface RedirectRules {
  /** The rule for a target; throws if it may not be followed. */
  judge(target: URL): AddressRule
  /** The error for a redirect that is not followed. */
  refused(why: string): AppError
  /** For a 401 of a foreign target: an `Authorization` got without any credential of ours, or undefined. */
  anonymous?(refusal: HttpAnswer): Promise<Secret | undefined>
}

/** Under which rules, and until when. */
export interface Following {
  readonly rules: RedirectRules
  readonly signal: AbortSignal
}

/** `strayed`: the answer came from another origin than the one that was asked. */
export interface Followed {
  readonly answer: HttpAnswer
  readonly strayed: boolean
}

const maxHops = 3
const redirects = new Set([301, 302, 303, 307, 308])
/** What another origin may see of our headers; the user agent is added to every request. */
const harmless = new Set(['accept', 'accept-encoding', 'range'])

/**
 * Sends a request and follows its redirects, at most three. Once the origin has changed no credential, client
 * certificate or other header of ours goes along any more, even where the chain leads back. A POST is followed within
 * its origin alone, and only where it stays a POST (307, 308).
 */
export async function sendFollowing(
  http: Pick<Http, 'send'>,
  first: HttpRequest,
  { rules, signal }: Following,
): Promise<Followed> {
  let request = first
  let strayed = false
  let hops = 0
  let asked = false
  for (;;) {
    const answer = await sendHop(http, request, { isFirst: hops === 0, rules, signal })
    const mayAsk = answer.status === 401 && strayed && !asked
    const token = mayAsk ? await orDiscard(answer, () => rules.anonymous?.(answer)) : undefined
    asked ||= answer.status === 401
    if (token !== undefined) {
      await answer.discard()
      request = { ...request, authorization: token }
      continue
    }
    if (!isFollowed(request, answer)) return { answer, strayed }
    await answer.discard()
    hops += 1
    if (hops > maxHops) throw rules.refused(`more than ${maxHops} redirects`)
    const target = targetOf(answer, request.url)
    if (target === null) throw rules.refused('a redirect without a usable address')
    strayed ||= target.origin !== request.url.origin
    if (strayed && request.method === 'POST') throw rules.refused('a login is not sent on to another host')
    request = redirected(request, target, { strayed, rule: rules.judge(target) })
  }
}

/** Work over an answer that is still unread: if it fails, nobody will read the answer any more. */
export async function orDiscard<T>(answer: HttpAnswer, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await answer.discard()
    throw error
  }
}

/** That the address of a redirect is forbidden is no fault of the address that was asked. */
async function sendHop(
  http: Pick<Http, 'send'>,
  request: HttpRequest,
  { isFirst, rules, signal }: Following & { readonly isFirst: boolean },
): Promise<HttpAnswer> {
  try {
    return await http.send(request, signal)
  } catch (error) {
    const isForbidden = error instanceof HttpFailure && error.kind === 'forbidden'
    throw isForbidden && !isFirst ? rules.refused('an address that may not be contacted') : error
  }
}

function targetOf({ headers }: HttpAnswer, from: URL): URL | null {
  const location = header(headers, 'location') ?? ''
  return location === '' ? null : URL.parse(location, from.href)
}

function isFollowed(request: HttpRequest, answer: HttpAnswer): boolean {
  if (!redirects.has(answer.status)) return false
  return request.method !== 'POST' || answer.status === 307 || answer.status === 308
}

function redirected(
  request: HttpRequest,
  url: URL,
  { strayed, rule }: { readonly strayed: boolean; readonly rule: AddressRule },
): HttpRequest {
  if (!strayed) return { ...request, url, rule }
  const { authorization: _kept, body: _unsent, ...rest } = request
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => harmless.has(name)))
  return { ...rest, url, rule, headers, offerCertificate: false }
}
