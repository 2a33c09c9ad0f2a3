import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { remoteOf } from '../../services/git-client.ts'
import type { GitRemote } from '#flow/ports.ts'
import { systemClock } from '#io/clock.ts'
import { openGit, type Git } from '#io/git/open.ts'

/** A bare repository of YAML files, a hundred in each folder, and a mirror of it that was fetched. */
export interface LargeRepository {
  readonly path: string
  readonly cacheDir: string
  readonly remote: GitRemote
  readonly tip: string
  /** A new edge on the same cache, which knows only what is on disk. */
  open(): Git
}

export const signal = new AbortController().signal
const folder = mkdtempSync(join(tmpdir(), 'tagboat-bench-git-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const made = new Map<string, Promise<LargeRepository>>()

/** Made once a process for each size. */
export async function largeRepository(files: number, marked: number): Promise<LargeRepository> {
  const key = `${files}-${marked}`
  const repository = made.get(key) ?? make(key, files, marked)
  made.set(key, repository)
  return repository
}

async function make(key: string, files: number, marked: number): Promise<LargeRepository> {
  const path = join(folder, `${key}.git`)
  const cacheDir = join(folder, `${key}-cache`)
  await run(folder, ['init', '--bare', '--quiet', '--initial-branch=main', path])
  await importFiles(path, files, marked)
  const remote = { ...remoteOf(`file://${path}`), timeoutMs: 600_000 }
  const open = (): Git =>
    openGit({ cacheDir, environment: { PATH: process.env['PATH'] }, clock: systemClock, log, probe })
  await using git = open()
  const { refs } = await git.remoteRefs(remote, ['refs/heads/main'], signal)
  await git.fetch(remote, refs, signal)
  return { path, cacheDir, remote, tip: refs.get('refs/heads/main') ?? '', open }
}

const silent = (): void => undefined
const log = { debug: silent, info: silent, warn: silent, error: silent }
const probe = { at: async (): Promise<void> => undefined }

/** 1.4 KiB each, of which about one line is new to git's compression: what manifests are like. */
export function fileAt(
  index: number,
  every: number,
  version: number,
): { readonly path: string; readonly text: string } {
  const marker = index % every === 0 ? ' # {"$imagepolicy": "apps:web"}' : ''
  const lines = [
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:',
    `  name: app-${index}\n  namespace: team-${index % 50}\nspec:\n  template:\n    spec:\n      containers:`,
    `        - name: app\n          image: registry.example.com/team/app-${index}:1.0.${version}${marker}`,
    ...Array.from({ length: 22 }, (_, line) => `          # line ${line} of a manifest that has its share of text`),
  ]
  return { path: `clusters/c${index % 10}/d${Math.floor(index / 100)}/f${index}.yaml`, text: `${lines.join('\n')}\n` }
}

async function importFiles(path: string, files: number, marked: number): Promise<void> {
  const child = spawn('git', ['fast-import', '--quiet'], { cwd: path, stdio: ['pipe', 'ignore', 'inherit'] })
  const closed = once(child, 'close')
  const write = async (text: string): Promise<void> => {
    if (!child.stdin.write(text)) await once(child.stdin, 'drain')
  }
  await write('commit refs/heads/main\ncommitter A <a@example.com> 1700000000 +0000\ndata 5\nfirst\n')
  for (let index = 0; index < files; index++) {
    const file = fileAt(index, files / marked, 0)
    await write(`M 100644 inline ${file.path}\ndata ${file.text.length}\n${file.text}\n`)
  }
  child.stdin.end('\n')
  const [code] = (await closed) as [number]
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`)
}

/** Runs git as a person would, and gives its output. */
export async function run(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
): Promise<string> {
  const child = spawn('git', args, {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  // Most commands do not read it.
  child.stdin.on('error', () => undefined).end(input)
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}`)
  return output.trim()
}
