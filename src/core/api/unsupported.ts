import { AppError } from '../error.ts'
import type { AnyResource, ResourceKind } from './kinds.ts'
import { printPath, type Path } from './fields.ts'
import { laterSenders } from './webhook.ts'

/**
 * A field whose behaviour this release does not have. `stalls`: the object is refused, since going on without it
 * would do something else than asked; `warns`: everything else of the object works and a condition says so.
 */
export interface LaterField {
  /** Within `spec`, for docs and messages. */
  readonly path: readonly string[]
  /** Values for which this holds; absent: whenever the field is set to something other than `false`. */
  readonly values?: readonly string[]
  readonly effect: 'stalls' | 'warns'
  /** What does not happen, and what to do instead. */
  readonly message: string
}

const cloudLogin = (values: readonly string[], instead: string): LaterField => ({
  path: ['provider'],
  values,
  effect: 'stalls',
  message: `logins of cloud providers are not supported yet; ${instead}`,
})

const webhook = (what: string): LaterField => ({
  path: ['webhook', 'type'],
  values: laterSenders,
  effect: 'warns',
  message: `webhooks of this type are not supported yet; ${what} are found by polling every spec.interval`,
})

/** Every field that is accepted and waits for a later release. docs/resources.md shows them from here. */
export const laterFields: Readonly<Record<ResourceKind, readonly LaterField[]>> = {
  ImageRepository: [
    cloudLogin(['aws', 'azure', 'gcp'], 'use provider generic with secretRef, or your own docker credentials'),
    webhook('new tags'),
  ],
  ImagePolicy: [],
  ImageUpdateAutomation: [],
  GitRepository: [
    cloudLogin(['aws', 'azure'], 'use provider generic with secretRef'),
    { path: ['verify'], effect: 'warns', message: 'signatures of commits are not verified yet' },
    {
      path: ['recurseSubmodules'],
      effect: 'warns',
      message: 'submodules are not supported yet; they are never entered',
    },
    { path: ['include'], effect: 'warns', message: 'files of other repositories are not added yet' },
    {
      path: ['ignore'],
      effect: 'warns',
      message: 'patterns are not applied yet; image automation reads update.path as it is',
    },
    {
      path: ['sparseCheckout'],
      effect: 'warns',
      message: 'all folders are seen for now; image automation reads update.path as it is',
    },
    webhook('new commits'),
  ],
}

/** A later field as it is set in an object. */
export interface LaterUse {
  readonly path: Path
  readonly effect: LaterField['effect']
  /** `spec.verify: signatures of commits are not verified yet` */
  readonly message: string
}

/** The later fields that an object sets, in the order of the table. */
export function findLaterFields(resource: AnyResource): readonly LaterUse[] {
  return laterFields[resource.kind].flatMap(({ path, values, effect, message }) => {
    const value = path.reduce<unknown>(
      (at, name) => (at as Readonly<Record<string, unknown>> | undefined)?.[name],
      resource.spec,
    )
    const isSet = values === undefined ? value !== undefined && value !== false : values.includes(String(value))
    const full = ['spec', ...path]
    return isSet ? [{ path: full, effect, message: `${printPath(full)}: ${message}` }] : []
  })
}

/**
 * Refuses an object that asks for something without which it must not be worked on: `RESOURCE_NOT_SUPPORTED`, which
 * stalls. A ServiceAccount for a cloud login is refused as Flux does with its feature gate off.
 */
export function requireSupported(resource: AnyResource): void {
  const refusal = findLaterFields(resource).find(({ effect }) => effect === 'stalls')
  if (refusal === undefined) return
  if (resource.kind === 'ImageRepository' && resource.spec.serviceAccountName !== undefined) {
    throw new AppError(
      'RESOURCE_NOT_SUPPORTED',
      'to use spec.serviceAccountName for provider authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller',
      { reason: 'FeatureGateDisabled', hint: refusal.message },
    )
  }
  const reason = resource.kind === 'GitRepository' ? { reason: 'InvalidProviderConfiguration' } : {}
  throw new AppError('RESOURCE_NOT_SUPPORTED', refusal.message, reason)
}
