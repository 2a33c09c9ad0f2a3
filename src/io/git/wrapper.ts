import type { Operation } from './operation.ts'

/** Linux cuts the first line of a script at 127 bytes (before 5.1), and a path with blanks cannot stand there at all. */
const maxShebang = 120

/**
 * A small program in an operation's private folder, for git and ssh, which call programs by path and without
 * arguments of ours. It is a script of Node, since an image need not have a shell.
 */
export function writeProgram(operation: Operation, name: string, source: string): string {
  const { execPath } = process
  const fits = /^[^\s]+$/.test(execPath) && execPath.length <= maxShebang
  // By its suffix the file is CommonJS, whatever package.json lies above the cache folder.
  return operation.write(`${name}.cjs`, `#!${fits ? execPath : '/usr/bin/env node'}\n${source}\n`, 0o700)
}

/** A program that prints what is in a file beside it: how ssh and ssh-keygen ask for a passphrase. */
export function writeAskpass(operation: Operation, name: string, passphrase: string): string {
  const file = operation.write(`${name}.txt`, `${passphrase}\n`)
  return writeProgram(operation, name, `process.stdout.write(require('node:fs').readFileSync(${JSON.stringify(file)}))`)
}

/** What makes ssh and ssh-keygen use it although nobody sits at a terminal (OpenSSH 8.4; DISPLAY for older ones). */
export function askpassEnvironment(program: string): Readonly<Record<string, string>> {
  return { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' }
}
