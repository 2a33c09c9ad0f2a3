import { mkdirSync, readdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError, quoteOutside } from '#core/error.ts'
import type { CommitRequest, ObjectId } from '#flow/ports.ts'
import { openBatch } from './batch.ts'
import { MirrorCorrupt } from './errors.ts'
import { cacheError } from './mirror.ts'
import { newObject, storeObjects, type NewObject } from './new-objects.ts'
import { failed, git, type Operation } from './operation.ts'
import { prepareSigning } from './signing.ts'
import { isFile, isTree, Trees, type Tree } from './tree.ts'
import { makeFolder } from './workspace.ts'

/**
 * Makes a commit in the mirror and gives its id: new blobs, new versions of the folders above them, the commit. The
 * rest of the tree is never read, so the cost follows the edits and not the repository, and all that is written is the
 * new objects. Signed where the request says so, or not made at all.
 */
export async function writeCommit(operation: Operation, request: CommitRequest): Promise<ObjectId> {
  const { probe } = operation.workspace
  const apart = setApart(operation)
  const blobs = new Map(
    [...request.files].map(([path, text]) => {
      return [path, newObject('blob', Buffer.from(text, 'latin1'), request.parent.length)]
    }),
  )
  await probe.at('blob-written')
  const edits = new Map([...blobs].map(([path, { id }]) => [path, id]))
  const { root, written } = await planTrees(operation, request.parent, edits)
  await storeObjects(operation, [...blobs.values(), ...written])
  await probe.at('tree-written')
  const commit = await writeCommitObject(operation, root, request)
  takeIn(apart, join(operation.folder, 'objects'), commit)
  await probe.at('commit-written')
  return commit
}

/** New objects go into the private folder first, so that a commit that is stopped half-way leaves nothing in the mirror. */
function setApart(operation: Operation): string {
  const apart = join(operation.privateFolder(), 'objects')
  makeFolder(apart)
  Object.assign(operation.environment, {
    GIT_OBJECT_DIRECTORY: apart,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: join(operation.folder, 'objects'),
  })
  return apart
}

/**
 * Moves them to the mirror's own, the index of a pack after the pack and the commit last: where it can be seen, all
 * that it reaches is there.
 */
function takeIn(apart: string, objects: string, commit: ObjectId): void {
  const last = join(commit.slice(0, 2), commit.slice(2))
  const stored = readdirSync(apart).flatMap((folder) =>
    readdirSync(join(apart, folder)).map((file) => join(folder, file)),
  )
  try {
    const rank = (name: string): number => (name === last ? 2 : Number(name.endsWith('.idx')))
    for (const name of stored.toSorted((a, b) => rank(a) - rank(b))) {
      mkdirSync(join(objects, dirname(name)), { recursive: true })
      renameSync(join(apart, name), join(objects, name))
    }
  } catch (error) {
    throw cacheError(error, 'cannot store the commit')
  }
}

/**
 * The folders that an edit touches, with the ids of what changed put in place of the old ones. Names, modes and order
 * stay byte for byte, also where an old git wrote them otherwise than today's would. Gives the id of the root.
 */
async function planTrees(
  operation: Operation,
  parent: ObjectId,
  blobs: ReadonlyMap<string, ObjectId>,
): Promise<{ readonly root: ObjectId; readonly written: readonly NewObject[] }> {
  await using batch = openBatch(operation)
  const trees = new Trees(batch)
  const root = await trees.ofCommit(parent)
  const written: NewObject[] = []
  return { root: await replace({ trees, written }, root, editsOf(blobs)), written }
}

/** Paths as folders: a name leads to a new blob or to further names. */
type Edits = Map<string, ObjectId | Edits>

function editsOf(blobs: ReadonlyMap<string, ObjectId>): Edits {
  const root: Edits = new Map()
  for (const [path, id] of blobs) {
    const folders = path.split('/')
    const name = folders.pop() ?? ''
    let folder = root
    for (const segment of folders) {
      const next = folder.get(segment) ?? new Map()
      if (typeof next === 'string') throw absent(path)
      folder.set(segment, next)
      folder = next
    }
    folder.set(name, id)
  }
  return root
}

interface Replacing {
  readonly trees: Trees
  /** New trees, each after those it names. */
  readonly written: NewObject[]
}

async function replace(replacing: Replacing, tree: Tree, edits: Edits): Promise<ObjectId> {
  if (edits.size === 0) return tree.id
  const body = Buffer.from(tree.body)
  for (const [name, edit] of edits) {
    const entry = tree.entries.find((candidate) => candidate.name === name)
    if (entry === undefined || !(typeof edit === 'string' ? isFile(entry) : isTree(entry))) throw absent(name)
    const id = typeof edit === 'string' ? edit : await replaceBelow(replacing, entry.id, edit)
    body.write(id, entry.idAt, 'hex')
  }
  const made = newObject('tree', body, tree.id.length)
  replacing.written.push(made)
  return made.id
}

async function replaceBelow(replacing: Replacing, id: ObjectId, edits: Edits): Promise<ObjectId> {
  const [tree] = await replacing.trees.read([id])
  if (tree === undefined) throw new MirrorCorrupt('a tree is missing')
  return replace(replacing, tree, edits)
}

function absent(path: string): AppError {
  return new AppError('GIT_PATH_MISSING', `'${quoteOutside(path)}' is no regular file of the parent commit`)
}

async function writeCommitObject(operation: Operation, tree: ObjectId, request: CommitRequest): Promise<ObjectId> {
  const { author, parent, signing } = request
  const when = `@${Math.floor(request.at / 1000)} +0000`
  const signer = signing === undefined ? undefined : await prepareSigning(operation, signing)
  Object.assign(operation.environment, {
    GIT_AUTHOR_NAME: oneLine(author.name),
    GIT_AUTHOR_EMAIL: oneLine(author.email),
    GIT_AUTHOR_DATE: when,
    GIT_COMMITTER_NAME: oneLine(author.name),
    GIT_COMMITTER_EMAIL: oneLine(author.email),
    GIT_COMMITTER_DATE: when,
  })
  const args = ['commit-tree', ...(signer?.options ?? []), '-p', parent, '-F', '-', tree]
  const finished = await git(operation, args, messageOf(request.message))
  if (finished.code === 0) return finished.stdout.toString('latin1').trim()
  throw signer === undefined ? failed(operation, finished) : await signer.explain(finished)
}

/** An identity is one line of the commit object; git itself takes `<`, `>` and surrounding signs away. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]/g, '')
}

/** One final line end, no NUL (git would cut there). */
function messageOf(message: string): string {
  return `${message.replaceAll('\0', '').trimEnd()}\n`
}
