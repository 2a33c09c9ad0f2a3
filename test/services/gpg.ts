import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from './temporary-folder.ts'

const run = promisify(execFile)

/** A key ring of its own, with an agent that ends with it. */
export interface GpgHome extends AsyncDisposable {
  readonly path: string
  /** Makes a signing key and gives its fingerprint. */
  makeKey(user: string, options?: { readonly algorithm?: string; readonly passphrase?: string }): Promise<string>
  /** All private keys in it, armoured. */
  exportPrivate(): Promise<string>
}

/** Opens an empty key ring; its path is short, since gpg puts sockets beside the keys. */
export async function openGpgHome(): Promise<GpgHome> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder('gpg'))
  const path = join(folder.path, 'g')
  await mkdir(path, { mode: 0o700 })
  const environment = { ...process.env, GNUPGHOME: path }
  const gpg = async (...args: string[]): Promise<string> => {
    const common = ['--batch', '--no-tty', '--pinentry-mode', 'loopback', '--passphrase', passphraseOfAll]
    return (await run('gpg', [...common, ...args], { env: environment })).stdout
  }
  stack.defer(async () => void (await run('gpgconf', ['--kill', 'all'], { env: environment })))
  let passphraseOfAll = ''
  const resources = stack.move()
  return {
    path,
    makeKey: async (user, { algorithm = 'ed25519', passphrase = '' } = {}) => {
      passphraseOfAll = passphrase
      await gpg('--quick-generate-key', user, algorithm, 'sign', 'never')
      const listed = await gpg('--with-colons', '--list-secret-keys', user)
      return /^fpr:+([0-9A-F]+):/m.exec(listed)?.[1] ?? ''
    },
    exportPrivate: async () => gpg('--armor', '--export-secret-keys'),
    [Symbol.asyncDispose]: async () => resources.disposeAsync(),
  }
}
