import { localReference, own, z } from '../schema.ts'

/** Who can announce new tags. */
export const imageSenders = [
  'generic',
  'generic-hmac',
  'generic-oidc',
  'dockerhub',
  'github',
  'gitlab',
  'gitea',
  'harbor',
  'quay',
  'acr',
  'gcr',
  'ecr',
  'nexus',
  'jfrog',
  'distribution',
] as const

/** Who can announce new commits. */
export const sourceSenders = [
  'generic',
  'generic-hmac',
  'generic-oidc',
  'github',
  'gitlab',
  'gitea',
  'bitbucket',
  'cdevents',
] as const

/** Senders that are accepted and not understood yet. */
export const laterSenders = ['generic-oidc', 'cdevents'] as const

/** Everything that `spec.webhook.type` may say. */
export type SenderType = (typeof imageSenders)[number] | (typeof sourceSenders)[number]

/** Senders that are understood. */
export type KnownSender = Exclude<SenderType, (typeof laterSenders)[number]>

/** `webhook`: who announces news, and the Secret by which it is recognised. */
export const webhook = <const Types extends readonly [string, ...string[]]>(types: Types) =>
  z.strictObject({
    type: z.enum(types).meta(own('who sends it')),
    secretRef: localReference().meta(own('Secret whose key `token` (16 bytes or more) proves the sender')),
    events: z.array(z.string()).optional().meta(own('events that count, in any case; default: those that bring news')),
    name: z.string().min(1).max(253).optional().meta(own("part of the hook's path; default: the name of the object")),
  })

/** A parsed `spec.webhook` of either kind. */
export interface WebhookSpec {
  readonly type: SenderType
  readonly secretRef: { readonly name: string }
  readonly events?: readonly string[] | undefined
  readonly name?: string | undefined
}
