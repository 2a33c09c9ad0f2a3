import { spawn } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from './temporary-folder.ts'

/** A file of a commit: its bytes as latin1 text, or with another mode (`120000`: the text is the link's target). */
type FileContent =
  | string
  | { readonly mode: '100644' | '100755' | '120000'; readonly text: string }
  /** A submodule at this commit. */
  | { readonly mode: '160000'; readonly commit: string }

/** What somebody else commits; null removes a file. */
export type Changes = Readonly<Record<string, FileContent | null>>

/** A commit as it lies in the repository. Times are epoch seconds with zone, e.g. `1700000000 +0000`. */
interface StoredCommit {
  readonly id: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: string
  readonly authored: string
  readonly committer: string
  readonly committed: string
  readonly message: string
}

/** A real bare repository, seen from its server's side. */
export interface BareRepository extends AsyncDisposable {
  readonly path: string
  /** `file:///…` */
  readonly url: string
  /** Runs git in it and gives its output. */
  git(args: readonly string[], input?: string | Buffer): Promise<Buffer>
  /** The commit of a branch or ref, undefined if there is none. */
  tip(ref: string): Promise<string | undefined>
  /** The bytes of a file as latin1 text. */
  read(ref: string, path: string): Promise<string>
  /** Path → `mode id` of every entry. */
  tree(ref: string): Promise<Readonly<Record<string, string>>>
  /** Newest first. */
  commits(ref: string): Promise<readonly StoredCommit[]>
  /** Commits as a person would, on top of the branch (or as its first commit); gives the id. */
  commit(branch: string, changes: Changes, message?: string): Promise<string>
  /** Installs a hook; the script is for sh. */
  hook(name: string, script: string): Promise<void>
}

/** What a repository may differ in. */
export interface RepositoryOptions {
  readonly branch?: string
  readonly format?: 'sha1' | 'sha256'
}

/** Makes a bare repository with one commit of these files; without files it stays empty. */
export async function bareRepository(files: Changes, options: RepositoryOptions = {}): Promise<BareRepository> {
  const { branch = 'main', format = 'sha1' } = options
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder('repository'))
  const path = join(folder.path, 'config.git')
  const run = async (args: readonly string[], input?: string | Buffer): Promise<Buffer> => runGit(path, args, input)
  await mkdir(path)
  await run([
    'init',
    '--bare',
    '--quiet',
    '--template=',
    `--initial-branch=${branch}`,
    `--object-format=${format}`,
    path,
  ])
  for (const [key, value] of serverSettings) await run(['config', key, value])
  const repository = openRepository(path, run)
  if (Object.keys(files).length > 0) await repository.commit(branch, files, 'first commit')
  const resources = stack.move()
  return { ...repository, [Symbol.asyncDispose]: async () => resources.disposeAsync() }
}

const serverSettings = [
  ['http.receivepack', 'true'],
  ['receive.advertisePushOptions', 'true'],
  ['receive.advertiseAtomic', 'true'],
] as const

/** The same view of a repository that exists already. */
function openRepository(
  path: string,
  run = async (args: readonly string[], input?: string | Buffer) => runGit(path, args, input),
): Omit<BareRepository, keyof AsyncDisposable> {
  const text = async (...args: string[]): Promise<string> => (await run(args)).toString('latin1')
  const tip = async (ref: string): Promise<string | undefined> => {
    const found = await text(
      'for-each-ref',
      '--format=%(objectname)',
      ref.startsWith('refs/') ? ref : `refs/heads/${ref}`,
    )
    return found.trim() === '' ? undefined : found.trim()
  }
  return {
    path,
    url: `file://${path}`,
    git: run,
    tip,
    read: async (ref, file) => text('cat-file', 'blob', `${ref}:${file}`),
    tree: async (ref) => parseTree(await text('ls-tree', '-r', '-z', '--full-tree', ref)),
    commits: async (ref) => parseCommits((await run(['log', '-z', `--format=${commitFormat}`, ref])).toString()),
    commit: async (branch, changes, message = 'a change by hand') => {
      const ref = `refs/heads/${branch}`
      await run(['fast-import', '--quiet'], importOf({ ref, from: await tip(ref), changes, message }))
      return (await tip(ref)) ?? ''
    },
    hook: async (name, script) => {
      await mkdir(join(path, 'hooks'), { recursive: true })
      await writeFile(join(path, 'hooks', name), `#!/bin/sh\n${script}\n`)
      await chmod(join(path, 'hooks', name), 0o755)
    },
  }
}

const commitFormat = ['%H', '%T', '%P', '%an <%ae>', '%ad', '%cn <%ce>', '%cd', '%B'].join('%x1f')

function parseCommits(output: string): readonly StoredCommit[] {
  return output
    .split('\0')
    .filter((record) => record !== '')
    .map((record) => {
      const [
        id = '',
        tree = '',
        parents = '',
        author = '',
        authored = '',
        committer = '',
        committed = '',
        message = '',
      ] = record.split('\u001f')
      return { id, tree, parents: parents.split(' ').filter(Boolean), author, authored, committer, committed, message }
    })
}

function parseTree(output: string): Readonly<Record<string, string>> {
  const entries = output.split('\0').filter((line) => line !== '')
  return Object.fromEntries(
    entries.map((line) => {
      const [head = '', path = ''] = line.split('\t')
      const [mode, , id] = head.split(' ')
      return [path, `${mode} ${id}`]
    }),
  )
}

interface Import {
  readonly ref: string
  readonly from: string | undefined
  readonly changes: Changes
  readonly message: string
}

/** The stream of `git fast-import` for one commit; paths and texts are latin1, so that any byte can be made. */
function importOf({ ref, from, changes, message }: Import): Buffer {
  const lines = Object.entries(changes).map(([path, content]) => {
    const quoted = `"${path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`
    if (content === null) return `D ${quoted}\n`
    const file = typeof content === 'string' ? ({ mode: '100644', text: content } as const) : content
    if (file.mode === '160000') return `M 160000 ${file.commit} ${quoted}\n`
    return `M ${file.mode} inline ${quoted}\n${data(file.text)}`
  })
  const start = from === undefined ? '' : `from ${from}\n`
  const head = `commit ${ref}\ncommitter A Person <person@example.com> ${Math.floor(Date.now() / 1000)} +0000\n`
  return Buffer.from(`${head}${data(message)}${start}${lines.join('')}\n`, 'latin1')
}

function data(text: string): string {
  return `data ${text.length}\n${text}\n`
}

/** Git as a server's administrator runs it: dates raw, no configuration of this computer's user. */
async function runGit(folder: string, args: readonly string[], input: string | Buffer = ''): Promise<Buffer> {
  const child = spawn('git', args, {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'log.date',
      GIT_CONFIG_VALUE_0: 'raw',
    },
  })
  const output: Buffer[] = []
  const errors: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  child.stdin.on('error', () => undefined).end(input)
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  child.on('error', reject).on('close', resolve)
  const code = await promise
  if (code !== 0) throw new Error(`git ${args.join(' ')}: ${code}: ${Buffer.concat(errors).toString()}`)
  return Buffer.concat(output)
}
