import type { GitRepository } from '#core/api/git-repository.ts'
import { AppError } from '#core/error.ts'
import { parseRemoteUrl } from '#core/secret/remote-url.ts'
import type { SecretObject } from '#core/secret/secret-object.ts'
import { parseDuration } from '#core/time.ts'
import type { GitRemote, Readers } from './ports.ts'

type Needs = Pick<Readers, 'resources' | 'log' | 'settings'>

/** Schemes of a GitRepository; `file` only ever comes from the command line's `--repo`. */
const schemes = ['https', 'http', 'ssh', 'file']

/**
 * The remote that a GitRepository stands for, with its Secrets. `GIT_PROVIDER_UNSUPPORTED` for the cloud logins that
 * do not exist yet, `RESOURCE_SECRET_MISSING` for a Secret that is named and does not exist (with the user's own
 * credentials allowed: a warning, and those are used).
 */
export async function gitRemote(repository: GitRepository, readers: Needs, signal: AbortSignal): Promise<GitRemote> {
  const { spec } = repository
  if (spec.provider === 'aws' || spec.provider === 'azure') {
    throw new AppError(
      'GIT_PROVIDER_UNSUPPORTED',
      `spec.provider: login to Git by ${spec.provider} is not supported yet`,
    )
  }
  const [secret, proxySecret] = await Promise.all([
    namedSecret(repository, 'secretRef', { readers, signal }),
    namedSecret(repository, 'proxySecretRef', { readers, signal }),
  ])
  return {
    url: parseRemoteUrl(spec.url, 'spec.url', schemes),
    provider: spec.provider,
    ownCredentials: readers.settings.ownCredentials && secret === undefined,
    timeoutMs: parseDuration(spec.timeout),
    ...(secret === undefined ? {} : { secret }),
    ...(proxySecret === undefined ? {} : { proxySecret }),
  }
}

async function namedSecret(
  repository: GitRepository,
  field: 'secretRef' | 'proxySecretRef',
  { readers, signal }: { readers: Needs; signal: AbortSignal },
): Promise<SecretObject | undefined> {
  const name = repository.spec[field]?.name
  if (name === undefined) return undefined
  const { namespace } = repository.metadata
  const secret = await readers.resources.secret(namespace, name, signal)
  if (secret !== undefined) return secret
  const message = `GitRepository ${namespace}/${repository.metadata.name}: spec.${field}: Secret ${namespace}/${name} does not exist`
  if (!readers.settings.ownCredentials) throw new AppError('RESOURCE_SECRET_MISSING', message)
  readers.log.warn(`${message}; using your own credentials`, { namespace })
  return undefined
}
