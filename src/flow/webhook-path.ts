import type { SpecWarning } from '#core/api/resource.ts'
import { findHookProblem } from '#core/api/webhook-secret.ts'
import { hookPath, type HookOwner } from '#core/webhook/hook.ts'
import type { Readers } from './ports.ts'

/** Where a webhook listens, or why it does not. */
export interface WebhookState {
  readonly path: string | undefined
  readonly warnings: readonly SpecWarning[]
}

/** What came of `spec.webhook`, by the Secret that it names now. */
export async function webhookOf(
  owner: HookOwner,
  { resources, hashes }: Pick<Readers, 'resources' | 'hashes'>,
  signal: AbortSignal,
): Promise<WebhookState> {
  const { webhook } = owner.spec
  if (webhook === undefined) return { path: undefined, warnings: [] }
  const { namespace } = owner.metadata
  const secret = await resources.secret(namespace, webhook.secretRef.name, signal)
  const problem = findHookProblem(webhook, { secret, namespace })
  return {
    path: hookPath(owner, { secret, sha256: hashes.sha256 }),
    warnings: problem === undefined ? [] : [problem],
  }
}
