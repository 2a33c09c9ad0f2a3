import type { HookOwner } from '#core/webhook/hook.ts'
import { secretData, type SecretObject } from '#core/secret/secret-object.ts'
import { example } from '../api/examples.ts'

export const token = 'a-token-of-enough-bytes'

/** The Secret of a webhook. */
export function hookSecret(data: Readonly<Record<string, string>> = { token }, name = 'hook'): SecretObject {
  return { namespace: 'apps', name, resourceVersion: '1', type: 'Opaque', data: secretData(Object.entries(data)) }
}

/** An ImageRepository or GitRepository `apps/web` with a webhook. */
export function hookOwner(
  kind: HookOwner['kind'],
  webhook: { readonly type: string; readonly events?: readonly string[]; readonly name?: string },
  { metadata = {}, ...fields }: { readonly metadata?: object; readonly [field: string]: unknown } = {},
): HookOwner {
  return example(kind, { webhook: { secretRef: { name: 'hook' }, ...webhook }, ...fields }, metadata) as HookOwner
}
