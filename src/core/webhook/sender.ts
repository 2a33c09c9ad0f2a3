import { quoteOutside } from '../error.ts'
import type { Tag } from '../image/reference.ts'

/** How a sender proves that it knows the token. */
export type Proof =
  /** It knows the path, which nobody else does. `unless`: a header that must not be there. */
  | { readonly by: 'path'; readonly unless?: string }
  /** HMAC of the body as it came, as hex behind a prefix. Names of headers are lower-case. */
  | {
      readonly by: 'hmac'
      readonly header: string
      readonly prefix: '' | 'sha256=' | 'sha512='
      readonly hash: 'sha1' | 'sha256' | 'sha512'
    }
  /** The token itself, behind a prefix. */
  | { readonly by: 'token'; readonly header: string; readonly prefix: '' | 'Bearer ' }
  /** An ID token of Google for the keys `audience` and `email` of the Secret. */
  | { readonly by: 'google' }

/** What a sender has sent, after its proof was checked. */
export interface Delivery {
  /** A header by its lower-case name. */
  readonly header: (name: string) => string | undefined
  /** The parsed body; undefined for an empty one. */
  readonly payload: unknown
}

/** An image as a registry names it. */
export interface AnnouncedImage {
  /** Undefined: the sender says it without host; then it fits the end of a name, at a `/`. */
  readonly host: string | undefined
  readonly path: string
  /** Legal tags, for people: what is scanned is the whole list. */
  readonly tags: readonly Tag[]
}

/** What a delivery says. Nothing in it is believed: it tells where to look. */
export type News =
  /** `unasked`: an event that brings no news unless `spec.webhook.events` lists it. */
  | { readonly is: 'nothing'; readonly reason: string; readonly unasked?: boolean }
  /** There is something new, and it does not say of what: every object of the path is looked at. */
  | { readonly is: 'unnamed' }
  | { readonly is: 'images'; readonly images: readonly AnnouncedImage[] }
  /** Full names of Git refs, e.g. `refs/heads/main`. */
  | { readonly is: 'refs'; readonly refs: readonly string[] }

/** One kind of sender: how it proves itself and how its news are read. */
export interface Sender {
  /** One of them must hold. */
  readonly proofs: readonly Proof[]
  /** Name of the event, as `spec.webhook.events` lists it; undefined where there is none. */
  readonly event?: (delivery: Delivery) => string | undefined
  /** What is the same when a delivery is sent again; undefined where the sender has no such thing. */
  readonly id?: (delivery: Delivery) => string | undefined
  /** News of images; absent: it has none. `WEBHOOK_MALFORMED`. */
  readonly images?: (delivery: Delivery) => News
  /** News of commits; absent: it has none. `WEBHOOK_MALFORMED`. */
  readonly pushes?: (delivery: Delivery) => News
}

/** A delivery that is answered and does nothing. `reason` holds no outside text. */
export function nothing(reason: string): News {
  return { is: 'nothing', reason }
}

/** An event that is answered and does nothing, by what it is called. */
export function ignored(event: string): News {
  return nothing(`event "${quoteOutside(event, 60)}"`)
}

/** An event that counts only for those who list it. */
export function unasked(event: string | undefined): News {
  return {
    is: 'nothing',
    reason: event === undefined ? 'no event is named' : `event "${quoteOutside(event, 60)}"`,
    unasked: true,
  }
}
