import { expect, it } from 'vitest'
import { findHookProblem } from '#core/api/webhook-secret.ts'
import { hookSecret } from '../webhook/examples.ts'

const long = 'x'.repeat(16)

it.each([
  ['github', { token: long }, undefined],
  ['github', undefined, 'WebhookSecretIncomplete does not exist'],
  ['github', { key: long }, 'WebhookSecretIncomplete has no key token'],
  ['github', { token: 'x'.repeat(15) }, 'WeakToken token has less than 16 bytes'],
  ['dockerhub', { token: '' }, 'WeakToken token has less than 16 bytes'],
  ['gcr', { token: long }, 'WebhookSecretIncomplete has no key audience and email'],
  ['gcr', { token: long, audience: 'a' }, 'WebhookSecretIncomplete has no key email'],
  ['gcr', { token: long, audience: 'a', email: 'e' }, undefined],
  // It is not supported at all, which is said elsewhere.
  ['generic-oidc', undefined, undefined],
] as const)('%s with %j: %s', (type, data, want) => {
  const secret = data === undefined ? undefined : hookSecret(data)
  const problem = findHookProblem({ type, secretRef: { name: 'hook' } }, { secret, namespace: 'apps' })
  const [reason = '', ...words] = want?.split(' ') ?? []
  expect(problem?.reason).toBe(want === undefined ? undefined : reason)
  const where = want === undefined ? '' : 'spec.webhook.secretRef: Secret apps/hook'
  expect(problem?.message ?? '').toContain(words.join(' '))
  expect((problem?.message ?? '').startsWith(where)).toBe(true)
})
