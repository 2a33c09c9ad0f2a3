import { secretBytes } from '../secret/secret-hash.ts'
import type { SecretObject } from '../secret/secret-object.ts'
import type { SpecWarning } from './resource.ts'
import { laterSenders, type WebhookSpec } from './webhook.ts'

/** Shorter tokens could be guessed. */
const leastTokenBytes = 16

/** Why the Secret of a webhook does not suffice, so that there is no hook; undefined where it does. */
export function findHookProblem(
  { type, secretRef }: WebhookSpec,
  { secret, namespace }: { readonly secret: SecretObject | undefined; readonly namespace: string },
): SpecWarning | undefined {
  if (laterSenders.some((later) => later === type)) return undefined
  const named = `spec.webhook.secretRef: Secret ${namespace}/${secretRef.name}`
  if (secret === undefined) return incomplete(`${named} does not exist; there is no hook without it`)
  const token = secret.data.get('token')
  if (token === undefined) return incomplete(`${named} has no key token; there is no hook without it`)
  if (secretBytes(token) < leastTokenBytes) {
    const message = `${named}: token has less than ${leastTokenBytes} bytes; there is no hook until it is longer`
    return { reason: 'WeakToken', message }
  }
  const missing = type === 'gcr' ? ['audience', 'email'].filter((key) => !secret.data.has(key)) : []
  return missing.length === 0
    ? undefined
    : incomplete(`${named} has no key ${missing.join(' and ')}, by which tokens of Google are checked`)
}

function incomplete(message: string): SpecWarning {
  return { reason: 'WebhookSecretIncomplete', message }
}
