import type { ErrorRow } from './row.ts'

/** Errors of webhooks that come in; the sender sees them as an HTTP status. */
export const webhookErrors = {
  WEBHOOK_MALFORMED: {
    retry: 'never',
    reason: 'WebhookMalformed',
    meaning: 'the body of a webhook is no JSON, is nested too deeply, or lacks what its sender always sends',
    remedy: 'compare spec.webhook.type with the sender, and look at the delivery in the settings of the sender',
  },
  WEBHOOK_KEYS_UNAVAILABLE: {
    retry: 'backoff',
    reason: 'WebhookKeysUnavailable',
    meaning: 'the public keys by which the tokens of a webhook are checked could not be fetched',
    remedy: 'let the controller reach www.googleapis.com by https, or announce images by another type of webhook',
  },
} as const satisfies Record<string, ErrorRow>
