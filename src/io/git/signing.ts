import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#core/error.ts'
import { reveal } from '#core/secret/reveal.ts'
import type { CommitRequest } from '#flow/ports.ts'
import { printConfig, type Setting } from './config-text.ts'
import { excerpt, type Failure } from './errors.ts'
import { stopped, type Operation } from './operation.ts'
import { keyProblem } from './private-key.ts'
import { endOperations } from './processes.ts'
import { runProgram } from './program.ts'
import { programOf } from './workspace.ts'
import { askpassEnvironment, writeAskpass } from './wrapper.ts'

type Signing = NonNullable<CommitRequest['signing']>

/** The path of a unix socket has at most 108 bytes, and the agent's names are up to 22 of them. */
const maxHomePath = 80

/** What makes commit-tree sign, and says why it did not. */
export interface Signer {
  /** For commit-tree; they name a fingerprint at most. */
  readonly options: readonly string[]
  /** The error for a commit that was not made because it could not be signed. */
  explain(failure: Failure): Promise<AppError>
}

/**
 * Prepares an operation to sign. Keys and passphrases go into files of its private folder.
 * `GIT_SIGNING_KEY_INVALID` for a key that cannot be used.
 */
export async function prepareSigning(operation: Operation, signing: Signing): Promise<Signer> {
  return signing.type === 'ssh' ? prepareSsh(operation, signing) : prepareGpg(operation, signing)
}

async function prepareSsh(operation: Operation, { key, passphrase }: Signing): Promise<Signer> {
  const text = reveal(key)
  const problem = keyProblem(text, passphrase !== undefined)
  if (problem !== undefined) throw invalidKey(problem)
  const file = operation.write('signing-key', `${text.replaceAll('\r\n', '\n').trimEnd()}\n`)
  if (passphrase !== undefined) {
    const askpass = writeAskpass(operation, 'signing-passphrase', reveal(passphrase))
    Object.assign(operation.environment, askpassEnvironment(askpass))
  }
  await writePublicKey(operation, file)
  configure(operation, [
    ['gpg', '', 'format', 'ssh'],
    ['user', '', 'signingKey', file],
  ])
  return { options: ['-S'], explain: async ({ stderr }) => explain(operation, stderr) }
}

/** ssh-keygen signs with a PEM key only where the public key lies beside it; making that proves the passphrase too. */
async function writePublicKey(operation: Operation, file: string): Promise<void> {
  const program = programOf('ssh-keygen', operation.workspace.searchPath)
  const { code, stdout, stderr } = await runProgram(operation, program, ['-y', '-f', file])
  if (code !== 0) throw invalidKey(excerpt(stderr, 200))
  operation.write('signing-key.pub', stdout)
}

async function prepareGpg(operation: Operation, { key, passphrase }: Signing): Promise<Signer> {
  const program = programOf('gpg', operation.workspace.searchPath)
  const home = gpgHome(operation)
  operation.onEnd(async () => endOperations((id) => id === operation.id))
  const options = ['batch', 'no-tty', 'pinentry-mode loopback']
  if (passphrase !== undefined) {
    const file = join(home, 'passphrase')
    writeFileSync(file, `${reveal(passphrase)}\n`, { mode: 0o600 })
    options.push(`passphrase-file ${file}`)
  }
  writeFileSync(join(home, 'gpg.conf'), `${options.join('\n')}\n`, { mode: 0o600 })
  operation.environment['GNUPGHOME'] = home
  configure(operation, [['gpg', '', 'format', 'openpgp']])
  const gpg = async (args: readonly string[], input = ''): Promise<string> => {
    const { code, stdout, stderr } = await runProgram(operation, program, args, input)
    if (code !== 0) throw invalidKey(excerpt(stderr, 200))
    return stdout.toString()
  }
  await gpg(['--import'], reveal(key))
  const fingerprint = onlyFingerprint(await gpg(['--with-colons', '--list-secret-keys']))
  return {
    options: [`-S${fingerprint}`],
    explain: async ({ stderr }) => {
      // git 2.39 keeps what gpg said to itself, so it is asked again.
      const { stderr: said } = await runProgram(
        operation,
        program,
        ['--detach-sign', '-o', '-', '-u', fingerprint],
        'x',
      )
      return explain(operation, `${said}\n${stderr}`)
    },
  }
}

/** Each `sec` line is followed by the fingerprint of the primary key, field 10 (GnuPG, doc/DETAILS). */
function onlyFingerprint(listed: string): string {
  const lines = listed.split('\n').map((line) => line.split(':'))
  const found = lines.flatMap(([type], index) => {
    const fingerprint = lines.slice(index + 1).find(([next]) => next === 'fpr')?.[9]
    return type === 'sec' && fingerprint !== undefined && /^[0-9A-F]{40,64}$/.test(fingerprint) ? [fingerprint] : []
  })
  const [fingerprint] = found
  if (fingerprint === undefined) throw invalidKey('no OpenPGP private key found in it')
  if (found.length === 1) return fingerprint
  throw invalidKey('multiple entities read from secret, could not determine which signing key to use')
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

function configure(operation: Operation, settings: readonly Setting[]): void {
  operation.environment['GIT_CONFIG_GLOBAL'] = operation.write('gitconfig', printConfig(settings))
}

function explain(operation: Operation, stderr: string): AppError {
  if (operation.signal.aborted) return stopped(operation)
  // gpg wants to ask at a terminal where no passphrase was given.
  if (/can't get input/.test(stderr)) return invalidKey('an encrypted key without its passphrase')
  if (/passphrase|pinentry|incorrect|No secret key|Inappropriate ioctl/i.test(stderr))
    return invalidKey(excerpt(stderr, 200))
  return new AppError('GIT_SIGNING_FAILED', `signing the commit: ${excerpt(stderr, 300)}`)
}

function invalidKey(problem: string): AppError {
  return new AppError('GIT_SIGNING_KEY_INVALID', `signing key: ${problem}`)
}
