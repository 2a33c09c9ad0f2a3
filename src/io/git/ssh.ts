import { reveal } from '#core/secret/reveal.ts'
import type { SshCredentials } from './credentials.ts'
import type { Operation } from './operation.ts'
import { findProgram, programOf } from './workspace.ts'
import { askpassEnvironment, writeAskpass, writeProgram } from './wrapper.ts'

/**
 * The environment that makes git connect with this identity and these host keys and nothing else: no agent, no file of
 * the user's or the system's, no other method than the key.
 */
export function sshEnvironment(operation: Operation, credentials: SshCredentials): Readonly<Record<string, string>> {
  const identity = operation.write('identity', fileText(reveal(credentials.identity)))
  const knownHosts = operation.write('known_hosts', fileText(credentials.knownHosts))
  const { passphrase } = credentials
  const config = operation.write('ssh_config', printSshConfig({ identity, knownHosts, asks: passphrase !== undefined }))
  return {
    ...wrapper(operation, ['-F', config]),
    ...(passphrase === undefined ? {} : askpassEnvironment(writeAskpass(operation, 'passphrase', reveal(passphrase)))),
  }
}

/**
 * The environment for the user's own ssh: their configuration, keys, agent and host keys, but no question at the
 * terminal. Their GIT_SSH_COMMAND or core.sshCommand goes before it. Empty where ssh is not installed.
 */
export function ownSshEnvironment(operation: Operation): Readonly<Record<string, string>> {
  return findProgram('ssh', operation.workspace.searchPath) === undefined
    ? {}
    : wrapper(operation, ['-oBatchMode=yes', '-oConnectTimeout=10', '-oServerAliveInterval=15'])
}

/**
 * GIT_SSH names a program; GIT_SSH_COMMAND would need a shell. The wrapper puts our options before git's and hands
 * over its signals' target too: once ssh runs, ending the operation ends it (its environment names the operation).
 */
function wrapper(operation: Operation, options: readonly string[]): Readonly<Record<string, string>> {
  const ssh = programOf('ssh', operation.workspace.searchPath)
  const source = [
    `const { spawnSync } = require('node:child_process')`,
    `const options = ${JSON.stringify(options)}`,
    `const { status } = spawnSync(${JSON.stringify(ssh)}, [...options, ...process.argv.slice(2)], { stdio: 'inherit' })`,
    `process.exitCode = status ?? 255`,
  ].join('\n')
  return { GIT_SSH: writeProgram(operation, 'ssh', source), GIT_SSH_VARIANT: 'ssh' }
}

interface SshConfig {
  readonly identity: string
  readonly knownHosts: string
  readonly asks: boolean
}

function printSshConfig({ identity, knownHosts, asks }: SshConfig): string {
  const settings: readonly (readonly [string, string])[] = [
    ['BatchMode', asks ? 'no' : 'yes'],
    ['IdentitiesOnly', 'yes'],
    ['IdentityAgent', 'none'],
    ['IdentityFile', quotePath(identity)],
    ['PreferredAuthentications', 'publickey'],
    ['NumberOfPasswordPrompts', '1'],
    ['StrictHostKeyChecking', 'yes'],
    ['UserKnownHostsFile', quotePath(knownHosts)],
    ['GlobalKnownHostsFile', '/dev/null'],
    ['UpdateHostKeys', 'no'],
    ['ConnectTimeout', '10'],
    ['ServerAliveInterval', '15'],
    ['ServerAliveCountMax', '2'],
    ['ControlMaster', 'no'],
    ['ClearAllForwardings', 'yes'],
  ]
  return settings.map(([name, value]) => `${name} ${value}\n`).join('')
}

/** `%` starts a token of ssh_config. */
function quotePath(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`
}

/** OpenSSH refuses a key without its last line end, or with those of Windows. */
function fileText(text: string): string {
  return `${text.replaceAll('\r\n', '\n').trimEnd()}\n`
}
