import type { ImageUpdateAutomation } from '#core/api/image-update-automation.ts'
import { AppError } from '#core/error.ts'
import type { CommitRequest, Readers } from './ports.ts'

/** Flux's keys in the Secret: where the private key and its passphrase stand. */
const keys = {
  gpg: { key: 'git.asc', passphrase: 'passphrase' },
  ssh: { key: 'identity', passphrase: 'password' },
} as const

/**
 * The signing key of an automation; undefined: commits are not signed. `GIT_SIGNING_KEY_INVALID` (Stalled) where the
 * Secret lacks the key, `RESOURCE_SECRET_MISSING` where there is no Secret; texts are Flux's.
 */
export async function signingOf(
  { spec, metadata }: ImageUpdateAutomation,
  readers: Pick<Readers, 'resources'>,
  signal: AbortSignal,
): Promise<CommitRequest['signing']> {
  const signing = spec.git?.commit.signingKey
  if (signing === undefined) return undefined
  const type = signing.type === 'ssh' ? 'ssh' : 'gpg'
  const { name } = signing.secretRef
  const secret = await readers.resources.secret(metadata.namespace, name, signal)
  if (secret === undefined) {
    const message = `failed configuring source manager: could not find signing key secret '${name}'`
    throw new AppError('RESOURCE_SECRET_MISSING', message, { reason: 'SourceManagerFailed' })
  }
  const key = secret.data.get(keys[type].key)
  if (key === undefined) {
    throw new AppError(
      'GIT_SIGNING_KEY_INVALID',
      `signing key secret '${name}' does not contain a '${keys[type].key}' key`,
    )
  }
  const passphrase = secret.data.get(keys[type].passphrase)
  return { type, key, ...(passphrase === undefined ? {} : { passphrase }) }
}
