import { denyRepository, denySource } from '#core/api/access.ts'
import type { GitRepository } from '#core/api/git-repository.ts'
import { referenceKeys } from '#core/api/group.ts'
import type { ImagePolicy } from '#core/api/image-policy.ts'
import type { ImageRepository } from '#core/api/image-repository.ts'
import type { ImageUpdateAutomation } from '#core/api/image-update-automation.ts'
import { AppError } from '#core/error.ts'
import type { Readers, Resource } from './ports.ts'
import { inWords, type Words } from './words.ts'

type Needs = Pick<Readers, 'resources' | 'settings'>
type Reference = Parameters<typeof referenceKeys>[1]

/** Flux's words for a policy whose repository cannot be used. */
const repositoryWords: Words = {
  prefix: 'failed to get the referred ImageRepository: ',
  reason: 'DependencyNotReady',
  of: ['RESOURCE_INVALID', 'CLUSTER_'],
}

/**
 * The ImageRepository of a policy, in the policy's family of groups first. `RESOURCE_REFERENCE_MISSING` where there is
 * none, `RESOURCE_ACCESS_DENIED` where another namespace does not permit it; texts and reasons are Flux's.
 */
export async function repositoryOf(policy: ImagePolicy, readers: Needs, signal: AbortSignal): Promise<ImageRepository> {
  const reference = { kind: 'ImageRepository', ...policy.spec.imageRepositoryRef } as const
  const found = await inWords(repositoryWords, async () => lookUp(policy, reference, { readers, signal }))
  const repository = found?.kind === 'ImageRepository' ? found : undefined
  const referrer = await referrerOf(policy, readers, signal)
  const referred = { namespace: namespaceOf(policy, reference), name: reference.name, found: repository }
  const denied = denyRepository(referrer, referred, readers.settings.crossNamespaceRefs)
  const { prefix } = repositoryWords
  if (denied !== undefined) {
    throw new AppError(denied.code, `${prefix}${denied.message}`, { hint: denied.hint, retry: 'interval' })
  }
  if (repository === undefined) {
    const message = `${prefix}referenced ImageRepository does not exist`
    throw new AppError('RESOURCE_REFERENCE_MISSING', message, { reason: 'DependencyNotReady', retry: 'interval' })
  }
  return repository
}

/**
 * The GitRepository of an automation, in the group it names, else in its own family of groups first.
 * `RESOURCE_REFERENCE_MISSING` where there is none, `RESOURCE_ACCESS_DENIED` (Stalled, as in Flux) where another
 * namespace does not permit it.
 */
export async function sourceOf(
  automation: ImageUpdateAutomation,
  readers: Needs,
  signal: AbortSignal,
): Promise<GitRepository> {
  const reference = automation.spec.sourceRef
  const found = await lookUp(automation, reference, { readers, signal })
  const repository = found?.kind === 'GitRepository' ? found : undefined
  const referrer = await referrerOf(automation, readers, signal)
  const namespace = namespaceOf(automation, reference)
  const referred = { namespace, name: reference.name, found: repository }
  const denied = denySource(referrer, referred, readers.settings.crossNamespaceRefs)
  if (denied !== undefined) throw denied
  if (repository === undefined) {
    const message = `failed configuring source manager: referenced git repository '${namespace}/${reference.name}' does not exist`
    throw new AppError('RESOURCE_REFERENCE_MISSING', message, { reason: 'SourceManagerFailed', retry: 'interval' })
  }
  return repository
}

async function lookUp(
  from: ImagePolicy | ImageUpdateAutomation,
  reference: Reference,
  { readers, signal }: { readonly readers: Needs; readonly signal: AbortSignal },
): Promise<Resource | undefined> {
  for (const key of referenceKeys(from, reference)) {
    const found = await readers.resources.get(key, signal)
    if (found !== undefined) return found
  }
  return undefined
}

async function referrerOf(from: ImagePolicy | ImageUpdateAutomation, readers: Needs, signal: AbortSignal) {
  const { namespace } = from.metadata
  return { namespace, namespaceLabels: await readers.resources.namespaceLabels(namespace, signal) }
}

function namespaceOf(from: ImagePolicy | ImageUpdateAutomation, { namespace }: Reference): string {
  return namespace === undefined || namespace === '' ? from.metadata.namespace : namespace
}
