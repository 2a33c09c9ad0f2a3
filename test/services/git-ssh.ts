import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './ports.ts'
import { findProgram, startProgram } from './process.ts'
import { temporaryFolder } from './temporary-folder.ts'

const run = promisify(execFile)

/** A key pair in files, the private part in OpenSSH format. */
export interface SshKey {
  readonly path: string
  readonly privateKey: string
  readonly publicKey: string
}

/** A real sshd that lets one key in. */
export interface GitSshServer extends AsyncDisposable {
  /** `ssh://USER@127.0.0.1:PORT`; a repository's absolute path follows. */
  readonly origin: string
  readonly port: number
  readonly identity: SshKey
  /** The same key, encrypted with this passphrase. */
  readonly encrypted: SshKey & { readonly passphrase: string }
  /** The line of known_hosts for the server at a port: its own, or that of a proxy before it. */
  knownHostsFor(port: number): string
}

/** Makes a key with ssh-keygen: `ed25519`, `ecdsa`, `rsa` with bits. */
export async function makeSshKey(
  folder: string,
  name: string,
  options: readonly string[],
  passphrase = '',
): Promise<SshKey> {
  const path = join(folder, name)
  await run('ssh-keygen', ['-q', '-f', path, '-N', passphrase, '-C', name, ...options])
  return { path, privateKey: await readFile(path, 'utf8'), publicKey: await readFile(`${path}.pub`, 'utf8') }
}

/** Starts sshd on a free loopback port with a throw-away host key and one authorized key. */
export async function serveSsh(): Promise<GitSshServer> {
  const sshd = await findProgram('sshd')
  if (sshd === undefined) throw new Error('no sshd to test with: install openssh-server (apt)')
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder('sshd'))
  const host = await makeSshKey(folder.path, 'host', ['-t', 'ed25519'])
  const identity = await makeSshKey(folder.path, 'identity', ['-t', 'ed25519'])
  const passphrase = 'canary-passphrase-5f1e'
  const encrypted = await makeSshKey(folder.path, 'encrypted', ['-t', 'ed25519'], passphrase)
  await writeFile(join(folder.path, 'authorized_keys'), identity.publicKey + encrypted.publicKey)
  const port = await freePort()
  await writeFile(join(folder.path, 'sshd_config'), configOf(folder.path, port))
  // Debian's sshd, started by hand, misses the folder that its service would have made.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true })
  stack.use(
    await startProgram({
      command: sshd,
      args: ['-D', '-e', '-f', join(folder.path, 'sshd_config')],
      isReady: async () => answers(port),
    }),
  )
  const resources = stack.move()
  return {
    origin: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    port,
    identity,
    encrypted: { ...encrypted, passphrase },
    knownHostsFor: (through) => `[127.0.0.1]:${through} ${host.publicKey}`,
    [Symbol.asyncDispose]: async () => resources.disposeAsync(),
  }
}

function configOf(folder: string, port: number): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin yes',
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    'AcceptEnv GIT_PROTOCOL',
    // The default (sntrup761) costs each connection a quarter of a second.
    'KexAlgorithms curve25519-sha256',
    '',
  ].join('\n')
}

async function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('data', () => resolve(true)).on('error', () => resolve(false))
  const answered = await promise
  socket.destroy()
  return answered
}
