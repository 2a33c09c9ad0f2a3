import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, quoteOutside } from '#core/error.ts'
import { matchesGlob } from '#core/rewrite/glob.ts'
import type { ObjectId, TreeFile, TreeQuery } from '#flow/ports.ts'
import { openBatch, type Batch } from './batch.ts'
import { MirrorCorrupt } from './errors.ts'
import { groupBySize } from './groups.ts'
import { fileMode, MarkerIndex, type MirrorAccess } from './marker-index.ts'
import type { Mirror } from './mirror.ts'
import { failed, git, type Operation } from './operation.ts'
import { isFile, isLink, isTree, Trees, type Tree, type TreeEntry } from './tree.ts'

const maxVisited = 2_000_000

/** A root of a query as it really lies in the tree. */
interface Root {
  readonly path: string
  readonly entry: TreeEntry
}

/** Files of a commit that a query asks for, by path, with their texts. */
export async function findFiles(
  mirror: Mirror,
  operation: Operation,
  { commit, query }: { readonly commit: ObjectId; readonly query: TreeQuery },
): Promise<readonly TreeFile[]> {
  await using batch = openBatch(operation)
  const trees = new Trees(batch)
  const root = await trees.ofCommit(commit)
  const access: MirrorAccess = { trees, batch, searchLarge: async (ids, text) => searchLarge(operation, ids, text) }
  const found = new Map<string, TreeFile>()
  const roots = await resolveRoots(trees, { root, commit, paths: query.roots })
  const index = openIndex(mirror, query.contains)
  let isNew = false
  for (const { path, entry } of roots) {
    if (isTree(entry)) isNew = (await index.learn(entry.id, access)) || isNew
    const files = isTree(entry) ? index.list(entry.id, prefixOf(path)) : [await index.lookAt(entry, path, access)]
    for (const file of files) if (file !== undefined) found.set(file.path, file)
  }
  if (isNew) saveIndex(mirror, index)
  for (const file of await findByGlobs(access, roots, query.globs)) found.set(file.path, file)
  const ordered = [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return await readTexts(batch, ordered, query.maxBytes)
}

/** Texts of single paths at a commit; links are not followed, and what is no regular file is left out. */
export async function readPaths(
  operation: Operation,
  commit: ObjectId,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  await using batch = openBatch(operation)
  const trees = new Trees(batch)
  const root = await trees.ofCommit(commit)
  const wanted: { readonly path: string; readonly id: ObjectId }[] = []
  for (const path of new Set(paths)) {
    const entry = await trees.find(root, path)
    if (entry !== undefined && isFile(entry)) wanted.push({ path, id: entry.id })
  }
  const blobs = await batch.contents(wanted.map(({ id }) => id))
  return new Map(wanted.map(({ path }, index) => [path, textOf(blobs[index])]))
}

async function resolveRoots(
  trees: Trees,
  { root, commit, paths }: { readonly root: Tree; readonly commit: ObjectId; readonly paths: readonly string[] },
): Promise<readonly Root[]> {
  const roots: Root[] = []
  for (const path of new Set(paths)) {
    const found = await trees.resolve(root, path)
    if (found === undefined) {
      throw new AppError(
        'GIT_PATH_MISSING',
        `path '${quoteOutside(path)}' does not exist at commit ${commit.slice(0, 12)}`,
      )
    }
    roots.push(found)
  }
  return roots
}

/** Every path below the roots is compared with the globs; folders above which no glob can match are not entered. */
async function findByGlobs(
  { trees, batch }: MirrorAccess,
  roots: readonly Root[],
  globs: readonly string[],
): Promise<readonly TreeFile[]> {
  if (globs.length === 0) return []
  const starts = globs.map(fixedStart)
  const found: (Root & { readonly entry: TreeEntry })[] = []
  let level = roots
  let visited = 0
  while (level.length > 0) {
    found.push(...level.filter(({ path, entry }) => !isTree(entry) && globs.some((glob) => matchesGlob(glob, path))))
    const folders = level.filter(({ path, entry }) => isTree(entry) && starts.some((start) => mayHold(path, start)))
    const bodies = await trees.read(folders.map(({ entry }) => entry.id))
    level = bodies.flatMap(({ entries }, index) =>
      entries.map((entry) => ({ path: prefixOf(folders[index]?.path ?? '') + entry.name, entry })),
    )
    visited += level.length
    if (visited > maxVisited) throw new AppError('GIT_TOO_LARGE', `more than ${maxVisited} files below the roots`)
  }
  const files = found.filter(({ entry }) => isFile(entry))
  const headers = await batch.headers(files.map(({ entry }) => entry.id))
  const sizes = new Map(files.map(({ path }, index) => [path, headers[index]?.size ?? 0]))
  return found
    .filter(({ entry }) => isFile(entry) || isLink(entry))
    .map(({ path, entry }) => ({ path, mode: fileMode(entry.mode), blob: entry.id, size: sizes.get(path) ?? 0 }))
}

/** The folders of a glob before its first sign: `apps/web` of `apps/web/*.yaml`. */
function fixedStart(glob: string): string {
  const parts = glob.replace(/^(?:\.?\/)+/, '').split('/')
  const wild = parts.findIndex((part) => /[*?]/.test(part))
  return parts.slice(0, wild === -1 ? -1 : wild).join('/')
}

function mayHold(folder: string, start: string): boolean {
  return folder === start || prefixOf(start).startsWith(prefixOf(folder)) || folder.startsWith(prefixOf(start))
}

function prefixOf(folder: string): string {
  return folder === '' ? '' : `${folder}/`
}

async function readTexts(batch: Batch, files: readonly TreeFile[], maxBytes: number): Promise<readonly TreeFile[]> {
  const readable = files.filter(({ mode, size }) => mode !== '120000' && size <= maxBytes)
  const texts = new Map<ObjectId, string>()
  for (const some of groupBySize(readable, ({ size }) => size)) {
    const blobs = await batch.contents(some.map(({ blob }) => blob))
    for (const [index, { blob }] of some.entries()) texts.set(blob, textOf(blobs[index]))
  }
  const isReadable = new Set(readable)
  return files.map((file) => (isReadable.has(file) ? { ...file, text: texts.get(file.blob) ?? '' } : file))
}

/** One character a byte, so that offsets are bytes and nothing is lost. */
function textOf(blob: { readonly body: Buffer } | undefined): string {
  if (blob === undefined) throw new MirrorCorrupt('a blob is missing')
  return blob.body.toString('latin1')
}

/** Large files are searched by git, so that none of their bytes come here. (grep knows no --end-of-options; ids are hex.) */
async function searchLarge(
  operation: Operation,
  ids: readonly ObjectId[],
  text: string,
): Promise<ReadonlySet<ObjectId>> {
  if (ids.length === 0) return new Set()
  const args = ['grep', '--text', '--fixed-strings', '--files-with-matches', '-e', text, ...ids]
  const finished = await git(operation, args)
  // 1 says that none holds it.
  if (finished.code > 1 || finished.code < 0) throw failed(operation, finished)
  return new Set(finished.stdout.toString('latin1').split('\n'))
}

/** The index of a mirror for a text: in memory, else from disk, else empty. */
function openIndex(mirror: Mirror, text: string): MarkerIndex {
  const known = mirror.indexes.get(text)
  const index = known ?? readIndex(mirror, text) ?? new MarkerIndex(text)
  const open = index.isOverfull ? new MarkerIndex(text) : index
  mirror.indexes.set(text, open)
  return open
}

function readIndex(mirror: Mirror, text: string): MarkerIndex | undefined {
  try {
    return MarkerIndex.parse(readFileSync(indexFile(mirror, text), 'utf8'), text)
  } catch {
    // There is none yet, or it cannot be read: it is made anew.
    return undefined
  }
}

/** Losing it costs one full read, so a failure is not one of the operation; two writers leave one of two good files. */
function saveIndex(mirror: Mirror, index: MarkerIndex): void {
  const file = indexFile(mirror, index.text)
  const own = `${file}.${randomBytes(6).toString('hex')}`
  try {
    mkdirSync(join(mirror.folder, 'tagboat'), { recursive: true, mode: 0o700 })
    writeFileSync(own, index.print(), { mode: 0o600 })
    renameSync(own, file)
  } catch {
    // Without space or rights the index stays in memory.
  }
}

function indexFile(mirror: Mirror, text: string): string {
  return join(mirror.folder, 'tagboat', `markers-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`)
}
