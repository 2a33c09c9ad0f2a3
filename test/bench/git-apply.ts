import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ObjectId, TreeQuery } from '#flow/ports.ts'
import type { Figure, Measurement } from './figure.ts'
import { fileAt, largeRepository, run, signal, type LargeRepository } from './git/large-repository.ts'

const marked = 50
const query: TreeQuery = { roots: [''], contains: '$imagepolicy', globs: [], maxBytes: 1_048_576 }
let version = 0

/** Looks, finds the marked files, changes one line in each, commits and pushes: as often as asked, each on the last. */
async function apply(repository: LargeRepository): Promise<number> {
  await using git = repository.open()
  version += 1
  const { remote } = repository
  const start = performance.now()
  const { refs } = await git.remoteRefs(remote, ['refs/heads/main'], signal)
  await git.fetch(remote, refs, signal)
  const parent = refs.get('refs/heads/main') ?? ''
  const files = await git.files(remote, parent, query, signal)
  const edits = new Map(files.map(({ path, text = '' }) => [path, text.replace(/:1\.0\.\d+/, `:1.0.${version}`)]))
  const author = { name: 'Tagboat', email: 'tagboat@example.com' }
  const commit = await git.commit(remote, { parent, files: edits, message: 'update', author, at: 0 }, signal)
  const pushed = await git.push(
    remote,
    { updates: [{ commit, ref: 'refs/heads/main', expect: 'fast-forward' }], options: [] },
    signal,
  )
  const took = performance.now() - start
  if (edits.size !== marked || pushed.kind !== 'pushed') throw new Error(`${edits.size} edits were ${pushed.kind}`)
  return took
}

/** The same commit by way of a whole index, which is how `git add` and libraries do it, and no push. */
async function commitByIndex({ path }: LargeRepository, files: number): Promise<number> {
  const start = performance.now()
  const env = { GIT_INDEX_FILE: join(path, 'bench-index') }
  await run(path, ['read-tree', 'main'], env)
  const paths = Array.from({ length: marked }, (_, index) => fileAt((index * files) / marked, files / marked, 0))
  const lines: string[] = []
  for (const { path: name, text } of paths) {
    const blob = await run(path, ['hash-object', '-w', '--stdin'], env, `${text}# ${version}\n`)
    lines.push(`100644 ${blob}\t${name}\n`)
  }
  await run(path, ['update-index', '--index-info'], env, lines.join(''))
  await run(path, ['write-tree'], env)
  return performance.now() - start
}

/** Bytes of everything that the mirror's object store holds. */
function storedBytes({ cacheDir }: LargeRepository): number {
  const mirrors = join(cacheDir, 'git', 'mirrors')
  const [mirror = ''] = readdirSync(mirrors)
  const files = readdirSync(join(mirrors, mirror, 'objects'), { recursive: true, withFileTypes: true })
  return files
    .filter((file) => file.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}

async function warm(quick: boolean): Promise<{ repository: LargeRepository; files: number }> {
  const files = quick ? 20_000 : 100_000
  const repository = await largeRepository(files, marked)
  await using git = repository.open()
  await git.files(repository.remote, await tipOf(repository), query, signal)
  return { repository, files }
}

async function tipOf({ path }: LargeRepository): Promise<ObjectId> {
  return run(path, ['rev-parse', 'main'])
}

export const figures: readonly Figure[] = [
  {
    name: 'apply of 50 edits to a 100,000-file repository, local bare remote',
    unit: 'ms',
    reach: '≤ 1500 ms',
    run: async ({ quick }): Promise<Measurement> => {
      const { repository, files } = await warm(quick)
      const value = await apply(repository)
      const against = { name: 'the commit alone, through a whole index', value: await commitByIndex(repository, files) }
      return { value, ok: value <= 1500, against }
    },
  },
  {
    name: 'disk that such an apply takes in the mirror',
    unit: 'KiB',
    reach: '≤ 200 KiB: 50 files, the folders above them and a commit',
    repeats: 1,
    run: async ({ quick }): Promise<Measurement> => {
      const { repository } = await warm(quick)
      const before = storedBytes(repository)
      await apply(repository)
      const value = (storedBytes(repository) - before) / 1024
      return { value, ok: value <= 200, against: { name: 'the whole store before it', value: before / 1024 } }
    },
  },
]
