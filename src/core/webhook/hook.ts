import type { GitReference } from '../api/git-repository.ts'
import type { AnyResource } from '../api/kinds.ts'
import { keyOf, type ObjectRef } from '../api/object-ref.ts'
import { laterSenders, type KnownSender, type SenderType, type WebhookSpec } from '../api/webhook.ts'
import { findHookProblem } from '../api/webhook-secret.ts'
import { isAppError } from '../error.ts'
import { parseSpecImage, type ImageName } from '../image/reference.ts'
import { hashAfterSecret } from '../secret/secret-hash.ts'
import type { SecretObject } from '../secret/secret-object.ts'
import type { News } from './sender.ts'
import { isAnnounced } from './images.ts'
import { follows } from './refs.ts'

/** One object that listens under a path. */
export interface Hook {
  /** `/hook/` and 64 hex digits. */
  readonly path: string
  readonly object: ObjectRef
  readonly sender: KnownSender
  /** With the key `token`, and what else the sender's proof needs. */
  readonly secret: SecretObject
  /** Lower-case names of the events that count; empty: those that bring news. */
  readonly events: readonly string[]
  /** What it is interested in. */
  readonly follows: { readonly images: readonly ImageName[] } | { readonly refs: readonly GitReference[] }
  readonly suspended: boolean
}

/** Objects that can have a hook. */
export type HookOwner = Extract<AnyResource, { readonly kind: 'ImageRepository' | 'GitRepository' }>

/** What more is known of an object than it says itself. */
export interface HookContext {
  readonly secret: SecretObject | undefined
  readonly sha256: (text: string) => string
  /** What else of a GitRepository is read or pushed to: by the automations that use it. */
  readonly refs?: readonly GitReference[]
}

/**
 * The hook of an object; undefined where it has no webhook, or one that is not understood, or whose Secret does not
 * suffice, or names no image.
 */
export function hookOf(owner: HookOwner, { secret, sha256, refs = [] }: HookContext): Hook | undefined {
  const { webhook } = owner.spec
  if (webhook === undefined || secret === undefined || !isKnown(webhook.type)) return undefined
  const path = hookPath(owner, { secret, sha256 })
  const interest = interestOf(owner, refs)
  if (path === undefined || interest === undefined) return undefined
  return {
    path,
    object: keyOf(owner),
    sender: webhook.type,
    secret,
    events: (webhook.events ?? []).map((event) => event.toLowerCase()),
    follows: interest,
    suspended: owner.spec.suspend === true,
  }
}

/**
 * `/hook/` + SHA-256 of token, name and namespace, as Flux's Receivers have it; undefined where there is no hook.
 * Objects of a namespace with the same Secret and name share it.
 */
export function hookPath(owner: HookOwner, { secret, sha256 }: Omit<HookContext, 'refs'>): string | undefined {
  const { metadata } = owner
  const webhook: WebhookSpec | undefined = owner.spec.webhook
  const token = secret?.data.get('token')
  if (webhook === undefined || token === undefined || !isKnown(webhook.type)) return undefined
  if (findHookProblem(webhook, { secret, namespace: metadata.namespace }) !== undefined) return undefined
  return `/hook/${hashAfterSecret(token, (webhook.name ?? metadata.name) + metadata.namespace, sha256)}`
}

function isKnown(type: SenderType): type is KnownSender {
  return !laterSenders.some((later) => later === type)
}

function interestOf(owner: HookOwner, refs: readonly GitReference[]): Hook['follows'] | undefined {
  if (owner.kind === 'GitRepository') return { refs: [owner.spec.ref ?? {}, ...refs] }
  const { image, scanFrom } = owner.spec
  try {
    const names = scanFrom === undefined ? [image] : [image, scanFrom]
    return { images: names.map((name) => parseSpecImage(name, 'spec.image')) }
  } catch (error) {
    // The object itself says what is wrong with the name.
    if (isAppError(error)) return undefined
    throw error
  }
}

/** Are these news of what the object of the hook is interested in? */
export function concerns(news: News, hook: Hook): boolean {
  if (news.is === 'nothing') return false
  if (news.is === 'unnamed') return true
  if (news.is === 'refs') {
    return 'refs' in hook.follows && hook.follows.refs.some((one) => news.refs.some((ref) => follows(one, ref)))
  }
  const { follows: interest } = hook
  return 'images' in interest && news.images.some((one) => interest.images.some((image) => isAnnounced(one, image)))
}
