import { spawn } from 'node:child_process'
import { stopped, type Operation } from './operation.ts'
import type { Finished } from './run.ts'

/**
 * Runs a program beside git (gpg, ssh-keygen) to its end, in the operation's environment. What it leaves running, such
 * as gpg's agent, ends with the operation, by the variable in its environment.
 */
export async function runProgram(
  operation: Operation,
  program: string,
  args: readonly string[],
  input = '',
): Promise<Finished> {
  const { environment, signal } = operation
  const child = spawn(program, args, { env: { ...environment }, detached: true, signal })
  const output: Buffer[] = []
  const errors: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  child.stdin.on('error', () => undefined).end(input)
  const { promise, resolve } = Promise.withResolvers<number | null>()
  child.on('error', (error) => errors.push(Buffer.from(error.message))).on('close', resolve)
  const code = await promise
  if (signal.aborted) throw stopped(operation)
  return { code: code ?? -1, stdout: Buffer.concat(output), stderr: Buffer.concat(errors).toString() }
}
