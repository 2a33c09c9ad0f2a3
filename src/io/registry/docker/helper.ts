import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { AppError, quoteOutside } from '#core/error.ts'
import { z } from '#core/schema.ts'
import { Secret } from '#core/secret/secret.ts'
import type { Environment } from '../../http/proxy.ts'
import type { Credential } from './config.ts'

const timeoutMs = 10_000
const maxOutput = 64 * 1024
const nameGrammar = /^[a-z0-9][a-z0-9._-]*$/

const answer = z.object({ Username: z.string(), Secret: z.string() })

/**
 * Asks `docker-credential-<name>` for the credential of a host; undefined if it has none.
 * The host goes in by stdin, no shell is involved, and variables of our own stay here. `REGISTRY_LOGIN_FAILED` if the
 * helper is missing, fails, says too much, or takes longer than ten seconds; its whole process group is then ended.
 */
export async function askHelper(
  name: string,
  host: string,
  { environment, signal }: { readonly environment: Environment; readonly signal: AbortSignal },
): Promise<Credential | undefined> {
  const program = `docker-credential-${name}`
  if (!nameGrammar.test(name)) throw failed(`"${quoteOutside(program)}" is not the name of a credential helper`)
  const path = await findProgram(program, environment)
  if (path === undefined) throw failed(`${program} is not on the PATH`)
  const { code, output } = await run(path, host, { environment: childEnvironment(environment), signal })
  if (code !== 0) {
    // The protocol has no code for it: helpers say "credentials not found in native keychain" and the like.
    if (/credentials not found/i.test(output)) return undefined
    throw failed(`${program} failed with exit code ${code ?? 'none'}`)
  }
  return credentialOf(program, output)
}

function credentialOf(program: string, output: string): Credential | undefined {
  const parsed = answer.safeParse(jsonOf(output))
  if (!parsed.success) throw failed(`${program} did not answer with Username and Secret`)
  const { Username: username, Secret: secret } = parsed.data
  if (secret === '') return undefined
  if (username === '<token>') return { kind: 'identity', username: '', token: new Secret(secret) }
  return { kind: 'basic', username, password: new Secret(secret) }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function findProgram(program: string, environment: Environment): Promise<string | undefined> {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder))
  for (const folder of folders) {
    const path = join(folder, program)
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  return undefined
}

function childEnvironment(environment: Environment): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('TAGBOAT_')))
}

interface Run {
  readonly environment: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

async function run(path: string, input: string, { environment, signal }: Run) {
  signal.throwIfAborted()
  const child = spawn(path, ['get'], { env: environment, stdio: ['pipe', 'pipe', 'ignore'], detached: true })
  const ended = Promise.withResolvers<number | null>()
  let output = ''
  let why: string | undefined
  const stop = (reason: string) => {
    why ??= reason
    killGroup(child.pid)
  }
  const timer = setTimeout(() => stop(`gave no answer within ${timeoutMs / 1000} s`), timeoutMs)
  const onAbort = () => stop('was stopped')
  signal.addEventListener('abort', onAbort, { once: true })
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    output += piece
    if (output.length > maxOutput) stop(`answered with more than ${maxOutput} bytes`)
  })
  child.stdin.on('error', () => undefined).end(input)
  child.once('error', () => ended.reject(failed(`${path} could not be started`)))
  child.once('close', (code) => ended.resolve(code))
  try {
    const code = await ended.promise
    signal.throwIfAborted()
    if (why !== undefined) throw failed(`${path} ${why}`)
    return { code, output }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

/** The helper may have started others; `detached` made it the leader of their group. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

function failed(message: string): AppError {
  return new AppError('REGISTRY_LOGIN_FAILED', message)
}
