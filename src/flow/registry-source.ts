import type { ImageRepository } from '#core/api/image-repository.ts'
import { AppError } from '#core/error.ts'
import { apiOrigin, parseSpecImage } from '#core/image/reference.ts'
import type { SecretObject } from '#core/secret/secret-object.ts'
import type { Readers, RegistrySource } from './ports.ts'

type Needs = Pick<Readers, 'resources' | 'log' | 'settings'>

/**
 * Where and as whom the tags of an ImageRepository are read: from `scanFrom` if it is set, with the Secrets that the
 * object names, those of its ServiceAccount after `secretRef`.
 * `REGISTRY_REF_INVALID` for a bad image, `RESOURCE_SECRET_MISSING` for a Secret that is named and does not exist
 * (with the user's own credentials allowed: a warning, and those are used).
 */
export async function registrySource(
  repository: ImageRepository,
  readers: Needs,
  signal: AbortSignal,
): Promise<RegistrySource> {
  const { spec } = repository
  const image =
    spec.scanFrom === undefined
      ? parseSpecImage(spec.image, 'spec.image')
      : parseSpecImage(spec.scanFrom, 'spec.scanFrom')
  const secret = (reference: { name: string } | undefined, field: string) =>
    reference === undefined ? undefined : namedSecret(repository, { name: reference.name, field }, { readers, signal })
  const [pull, cert, proxy] = await Promise.all([
    secret(spec.secretRef, 'spec.secretRef'),
    secret(spec.certSecretRef, 'spec.certSecretRef'),
    secret(spec.proxySecretRef, 'spec.proxySecretRef'),
  ])
  return {
    image,
    pullSecrets: [...(pull === undefined ? [] : [pull]), ...(await accountSecrets(repository, readers, signal))],
    insecure: spec.insecure ?? false,
    provider: spec.provider,
    ...(cert === undefined ? {} : { certSecret: cert }),
    ...(proxy === undefined ? {} : { proxySecret: proxy }),
  }
}

/**
 * Under which key a list of tags is shared: API origin, repository path, and which Secrets were used, in which
 * version. Lists are never shared across credentials or transports.
 */
export function scanKey(source: RegistrySource): string {
  return JSON.stringify([
    apiOrigin(source.image.host, 'https'),
    source.image.path,
    source.pullSecrets.map(identity),
    identity(source.certSecret),
    identity(source.proxySecret),
    source.insecure,
    source.provider,
  ])
}

function identity(secret: SecretObject | undefined): string {
  return secret === undefined ? '' : `${secret.namespace}/${secret.name}/${secret.uid ?? ''}#${secret.resourceVersion}`
}

async function namedSecret(
  repository: ImageRepository,
  { name, field }: { name: string; field: string },
  { readers, signal }: { readers: Needs; signal: AbortSignal },
): Promise<SecretObject | undefined> {
  const { namespace } = repository.metadata
  const secret = await readers.resources.secret(namespace, name, signal)
  if (secret !== undefined) return secret
  const message = `${field}: Secret ${namespace}/${name} does not exist`
  if (!readers.settings.ownCredentials) throw new AppError('RESOURCE_SECRET_MISSING', message)
  readers.log.warn(`${message}; using your own credentials`, { name: repository.metadata.name, namespace })
  return undefined
}

/** The imagePullSecrets of the named account; one of several that is missing is a warning, not an error. */
async function accountSecrets(
  repository: ImageRepository,
  readers: Needs,
  signal: AbortSignal,
): Promise<readonly SecretObject[]> {
  const account = repository.spec.serviceAccountName
  if (account === undefined || repository.spec.provider !== 'generic') return []
  const { namespace } = repository.metadata
  const names = await readers.resources.pullSecrets(namespace, account, signal)
  if (names === undefined) {
    const message = `spec.serviceAccountName: ServiceAccount ${namespace}/${account} does not exist`
    if (!readers.settings.ownCredentials) throw new AppError('RESOURCE_SECRET_MISSING', message)
    readers.log.warn(`${message}; using your own credentials`, { namespace })
    return []
  }
  const secrets = await Promise.all(names.map((name) => readers.resources.secret(namespace, name, signal)))
  for (const [index, name] of names.entries()) {
    if (secrets[index] === undefined)
      readers.log.warn(`imagePullSecret ${namespace}/${name} does not exist`, { namespace })
  }
  return secrets.filter((secret) => secret !== undefined)
}
