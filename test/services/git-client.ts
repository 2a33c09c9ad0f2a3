import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseRemoteUrl } from '#core/secret/remote-url.ts'
import type { SecretObject } from '#core/secret/secret-object.ts'
import { Secret } from '#core/secret/secret.ts'
import type { GitRemote, ProbePoint } from '#flow/ports.ts'
import { systemClock } from '#io/clock.ts'
import { openGit, type Git, type GitOptions } from '#io/git/open.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The edge to Git on a cache folder of its own. */
export interface TestGit extends AsyncDisposable {
  readonly git: Git
  readonly cacheDir: string
  /** Everything that was logged, as text. */
  readonly logged: readonly string[]
  /** Opens another one on the same cache, as a second process would. */
  again(): Git
}

/** What a test may change. */
export interface TestGitOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly at?: (point: ProbePoint) => Promise<void>
  readonly maxFetchBytes?: number
}

/** Opens the edge; leaving the scope closes it and removes its cache. */
export async function openTestGit(options: TestGitOptions = {}): Promise<TestGit> {
  const folder = await temporaryFolder('git')
  const logged: string[] = []
  const opened: Git[] = []
  const cacheDir = join(folder.path, 'cache')
  const again = (): Git => {
    const git = openGit(optionsOf(cacheDir, options, logged))
    opened.push(git)
    return git
  }
  return {
    git: again(),
    cacheDir,
    logged,
    again,
    [Symbol.asyncDispose]: async () => {
      for (const git of opened) await git[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

function optionsOf(cacheDir: string, options: TestGitOptions, logged: string[]): GitOptions {
  const write = (message: string, fields?: object): void =>
    void logged.push(`${message} ${JSON.stringify(fields ?? {})}`)
  return {
    cacheDir,
    environment: options.environment ?? { PATH: process.env['PATH'] },
    clock: systemClock,
    log: { debug: write, info: write, warn: write, error: write },
    probe: { at: options.at ?? (async () => undefined) },
    ...(options.maxFetchBytes === undefined ? {} : { maxFetchBytes: options.maxFetchBytes }),
  }
}

/** A Secret of namespace `apps`. */
export function secretOf(values: Readonly<Record<string, string>>, name = 'git'): SecretObject {
  const data = new Map(Object.entries(values).map(([key, value]) => [key, new Secret(value)]))
  return { namespace: 'apps', name, resourceVersion: '1', type: 'Opaque', data }
}

/** A remote by its address. */
export function remoteOf(url: string, more: Partial<Omit<GitRemote, 'url'>> = {}): GitRemote {
  const parsed = parseRemoteUrl(url, 'url', ['https', 'http', 'ssh', 'file'])
  return { url: parsed, provider: 'generic', ownCredentials: false, timeoutMs: 20_000, ...more }
}

/** Asks a remote for its main branch, with an edge of its own. */
export async function lookAt(remote: GitRemote, options: TestGitOptions = {}): Promise<string | undefined> {
  await using client = await openTestGit(options)
  const { refs } = await client.git.remoteRefs(remote, ['refs/heads/main'], AbortSignal.timeout(20_000))
  return refs.get('refs/heads/main')
}

/** Command lines of processes that the edge on this cache started and that still run; empty without /proc. */
export function leftProcesses(cacheDir: string): readonly string[] {
  return processes()
    .filter(({ environment }) => environment.includes(cacheDir))
    .map(({ command }) => command)
}

/** Every process that can be seen, with its command line and environment (NUL-separated). */
export function processes(): readonly { readonly command: string; readonly environment: string }[] {
  const ids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name) && name !== String(process.pid))
  return ids.map((id) => ({ command: readProc(id, 'cmdline'), environment: readProc(id, 'environ') }))
}

function readProc(id: string, file: string): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, 'latin1')
  } catch {
    // It has ended, or belongs to somebody else.
    return ''
  }
}
