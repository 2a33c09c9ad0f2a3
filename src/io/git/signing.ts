import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#core/error.ts'
import { reveal } from '#core/secret/reveal.ts'
import type { CommitRequest } from '#flow/ports.ts'
import { printConfig } from './config-text.ts'
import { excerpt, type Failure } from './errors.ts'
import { stopped, type Operation } from './operation.ts'
import { endOperations } from './processes.ts'
import { keyProblem } from './private-key.ts'
import { programOf } from './workspace.ts'
import { askpassEnvironment, writeAskpass } from './wrapper.ts'

type Signing = NonNullable<CommitRequest['signing']>

/** The path of a unix socket has at most 108 bytes, and the agent's names are up to 22 of them. */
const maxHomePath = 80

/**
 * Prepares an operation to sign, and gives the options for commit-tree. Keys and passphrases go into files of a private
 * folder; arguments name only a fingerprint. `GIT_SIGNING_KEY_INVALID` for a key that cannot be used.
 */
export async function signingOptions(operation: Operation, signing: Signing): Promise<readonly string[]> {
  return signing.type === 'ssh' ? prepareSsh(operation, signing) : prepareGpg(operation, signing)
}

/** The error for a commit that was not made because it could not be signed. */
export function signingErrors(operation: Operation, failure: Failure): AppError {
  if (operation.signal.aborted) return stopped(operation)
  const text = excerpt(failure.stderr, 300)
  const isPassphrase = /passphrase|pinentry|incorrect|No secret key|Inappropriate ioctl/i.test(failure.stderr)
  const isMissing = /cannot run|No such file or directory$/m.test(failure.stderr)
  if (isMissing) return new AppError('GIT_PROGRAM_MISSING', `signing the commit: ${text}`)
  return new AppError(isPassphrase ? 'GIT_SIGNING_KEY_INVALID' : 'GIT_SIGNING_FAILED', `signing the commit: ${text}`)
}

function prepareSsh(operation: Operation, { key, passphrase }: Signing): readonly string[] {
  const text = reveal(key)
  const problem = keyProblem(text, passphrase !== undefined)
  if (problem !== undefined) throw new AppError('GIT_SIGNING_KEY_INVALID', `signing key: ${problem}`)
  programOf('ssh-keygen', operation.workspace.searchPath)
  const file = operation.write('signing-key', `${text.replaceAll('\r\n', '\n').trimEnd()}\n`)
  configure(operation, [
    ['gpg', '', 'format', 'ssh'],
    ['user', '', 'signingKey', file],
  ])
  if (passphrase !== undefined) {
    const askpass = writeAskpass(operation, 'signing-passphrase', reveal(passphrase))
    Object.assign(operation.environment, askpassEnvironment(askpass))
  }
  return ['-S']
}

async function prepareGpg(operation: Operation, { key, passphrase }: Signing): Promise<readonly string[]> {
  const gpg = programOf('gpg', operation.workspace.searchPath)
  const home = gpgHome(operation)
  const options = ['batch', 'no-tty', 'pinentry-mode loopback']
  if (passphrase !== undefined) {
    const file = join(home, 'passphrase')
    writeFileSync(file, `${reveal(passphrase)}\n`, { mode: 0o600 })
    options.push(`passphrase-file ${file}`)
  }
  writeFileSync(join(home, 'gpg.conf'), `${options.join('\n')}\n`, { mode: 0o600 })
  operation.environment['GNUPGHOME'] = home
  configure(operation, [['gpg', '', 'format', 'openpgp']])
  await runGpg(operation, gpg, ['--import'], reveal(key))
  const listed = await runGpg(operation, gpg, ['--with-colons', '--list-secret-keys'])
  const fingerprints = primaryFingerprints(listed)
  if (fingerprints.length > 1) {
    throw new AppError(
      'GIT_SIGNING_KEY_INVALID',
      'multiple entities read from secret, could not determine which signing key to use',
    )
  }
  const [fingerprint] = fingerprints
  if (fingerprint === undefined)
    throw new AppError('GIT_SIGNING_KEY_INVALID', 'signing key: no OpenPGP private key found in it')
  return [`-S${fingerprint}`]
}

/** Each `sec` line is followed by the fingerprint of the primary key, field 10 (GnuPG, doc/DETAILS). */
function primaryFingerprints(listed: string): readonly string[] {
  const lines = listed.split('\n').map((line) => line.split(':'))
  return lines.flatMap(([type], index) => {
    const fingerprint = lines.slice(index + 1).find(([next]) => next === 'fpr')?.[9]
    return type === 'sec' && fingerprint !== undefined && /^[0-9A-F]{40,64}$/.test(fingerprint) ? [fingerprint] : []
  })
}

function gpgHome(operation: Operation): string {
  const usual = join(operation.privateFolder(), 'gnupg')
  if (usual.length <= maxHomePath) {
    mkdirSync(usual, { mode: 0o700 })
    return usual
  }
  const short = mkdtempSync(join(operation.workspace.environment['TMPDIR'] ?? '/tmp', 'tagboat-'))
  operation.onEnd(() => rmSync(short, { recursive: true, force: true }))
  return short
}

/** gpg itself, not git: its input is the key. The agent that it starts ends with the operation. */
async function runGpg(operation: Operation, gpg: string, args: readonly string[], input = ''): Promise<string> {
  operation.onEnd(async () => endOperations((id) => id === operation.id))
  const child = spawn(gpg, args, { env: { ...operation.environment }, detached: true, signal: operation.signal })
  const output: Buffer[] = []
  const errors: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  child.stdin.on('error', () => undefined).end(input)
  const { promise, resolve } = Promise.withResolvers<number | null>()
  child.on('error', () => undefined).on('close', resolve)
  const code = await promise
  if (operation.signal.aborted) throw stopped(operation)
  if (code === 0) return Buffer.concat(output).toString()
  const text = excerpt(Buffer.concat(errors).toString(), 300)
  throw new AppError('GIT_SIGNING_KEY_INVALID', `signing key: ${text}`)
}

function configure(operation: Operation, settings: Parameters<typeof printConfig>[0]): void {
  operation.environment['GIT_CONFIG_GLOBAL'] = operation.write('gitconfig', printConfig(settings))
}
