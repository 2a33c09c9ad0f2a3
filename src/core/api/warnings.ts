import type { SecretObject } from '../secret/secret-object.ts'
import type { Condition } from './condition.ts'
import type { AnyResource } from './kinds.ts'
import type { SpecWarning } from './resource.ts'
import { findLaterFields } from './unsupported.ts'

/** What can be said of an object alone: what its reader passed over, fields that wait for a later release, credentials without encryption. */
export function findSpecWarnings(resource: AnyResource): readonly SpecWarning[] {
  const later = findLaterFields(resource)
    .filter(({ effect }) => effect === 'warns')
    .map(({ message }) => ({ reason: 'FeatureNotSupported', message }))
  return [...(resource.warnings ?? []), ...later, ...transportWarnings(resource)]
}

function transportWarnings({ kind, spec }: AnyResource): readonly SpecWarning[] {
  if (kind === 'GitRepository' && /^http:\/\//i.test(spec.url)) {
    // The part before an @ is a credential; it is looked for and never shown.
    const sendsCredential = spec.secretRef !== undefined || /^http:\/\/[^/?#]*@/i.test(spec.url)
    // What never leaves this computer cannot be read on the way.
    if (/^http:\/\/([^/?#]*@)?(localhost|127\.0\.0\.1|\[::1\])([:/?#]|$)/i.test(spec.url)) return []
    return sendsCredential ? [insecure('spec.url: credentials are sent without encryption; use https')] : []
  }
  if (kind !== 'ImageRepository' || spec.insecure !== true) return []
  const sendsCredential = spec.secretRef !== undefined || spec.serviceAccountName !== undefined
  return sendsCredential ? [insecure('spec.insecure: credentials may be sent without encryption')] : []
}

function insecure(message: string): SpecWarning {
  return { reason: 'InsecureTransport', message }
}

const deprecatedKeys: Readonly<Record<string, string>> = { certFile: 'tls.crt', keyFile: 'tls.key', caFile: 'ca.crt' }

/** Keys of a TLS Secret that Flux has replaced; they are still read. `field` is where the Secret is named. */
export function findSecretWarnings(secret: SecretObject, field: string): readonly SpecWarning[] {
  const old = Object.keys(deprecatedKeys).filter((key) => secret.data.has(key))
  if (old.length === 0) return []
  const renames = old.map((key) => `${key} is now ${deprecatedKeys[key] ?? ''}`).join(', ')
  return [{ reason: 'DeprecatedKeys', message: `${field}: Secret ${secret.namespace}/${secret.name}: ${renames}` }]
}

/** The condition SpecWarning, with the reason of the first warning and the messages of all; undefined for none. */
export function specWarningCondition(warnings: readonly SpecWarning[]): Condition | undefined {
  const [first] = warnings
  if (first === undefined) return undefined
  const message = warnings.map((warning) => warning.message).join('; ')
  return { type: 'SpecWarning', status: 'True', reason: first.reason, message }
}
