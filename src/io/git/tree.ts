import { AppError } from '#core/error.ts'
import type { ObjectId } from '#flow/ports.ts'
import type { Batch } from './batch.ts'
import { MirrorCorrupt } from './errors.ts'
import { decodeName } from './names.ts'

/** A line of a tree object. `mode` is git's octal text without leading zeros: `40000` is a tree. */
export interface TreeEntry {
  readonly mode: string
  readonly name: string
  readonly id: ObjectId
  /** Where the bytes of its id begin in the tree object. */
  readonly idAt: number
}

/** A tree with its bytes as they are stored. */
export interface Tree {
  readonly id: ObjectId
  readonly body: Buffer
  readonly entries: readonly TreeEntry[]
}

/** Symbolic links to follow on the way to a root before it counts as a circle. */
const maxLinks = 10

/** Cuts a tree object into its entries (`<mode> <name>\0<id>`), in git's order. */
export function parseTree(body: Buffer, idBytes: number): readonly TreeEntry[] {
  const entries: TreeEntry[] = []
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(0x20, at)
    const end = body.indexOf(0, space)
    if (space < 0 || end < 0 || end + idBytes >= body.length) throw new MirrorCorrupt('a tree object is cut off')
    const idAt = end + 1
    entries.push({
      mode: body.toString('latin1', at, space),
      name: decodeName(body.subarray(space + 1, end)),
      id: body.toString('hex', idAt, idAt + idBytes),
      idAt,
    })
    at = idAt + idBytes
  }
  return entries
}

export function isTree({ mode }: Pick<TreeEntry, 'mode'>): boolean {
  return mode === '40000'
}

/** Regular files, also with the modes of old git versions (`100664`). */
export function isFile({ mode }: Pick<TreeEntry, 'mode'>): boolean {
  return mode.startsWith('100')
}

export function isLink({ mode }: Pick<TreeEntry, 'mode'>): boolean {
  return mode === '120000'
}

/** Reads trees through a batch, each once. */
export class Trees {
  readonly #batch: Batch
  readonly #known = new Map<ObjectId, Tree>()

  constructor(batch: Batch) {
    this.#batch = batch
  }

  /** The tree of a commit. `GIT_COMMIT_MISSING` if the mirror does not have it. */
  async ofCommit(commit: ObjectId): Promise<Tree> {
    const [object] = await this.#batch.contents([`${commit}^{tree}`])
    if (object === undefined) throw new AppError('GIT_COMMIT_MISSING', `commit ${commit} is not in the mirror`)
    return this.#keep(object)
  }

  /** Trees by id, in order. */
  async read(ids: readonly ObjectId[]): Promise<readonly Tree[]> {
    const unknown = [...new Set(ids)].filter((id) => !this.#known.has(id))
    for (const object of await this.#batch.contents(unknown)) {
      if (object?.type !== 'tree') throw new MirrorCorrupt('a tree is missing')
      this.#keep(object)
    }
    return ids.map((id) => this.#known.get(id) ?? { id, body: Buffer.alloc(0), entries: [] })
  }

  /** An entry by its path, no link followed; undefined if there is none. */
  async find(root: Tree, path: string): Promise<TreeEntry | undefined> {
    const segments = path.split('/')
    let tree = root
    for (const [index, segment] of segments.entries()) {
      const entry = tree.entries.find(({ name }) => name === segment)
      if (entry === undefined || index === segments.length - 1) return entry
      if (!isTree(entry)) return undefined
      tree = await this.#one(entry.id)
    }
    return undefined
  }

  /**
   * Where a path leads when symbolic links inside the tree are followed, at most ten: its real path and entry.
   * Undefined for what does not exist, leads out of the tree or goes round in a circle. `''` is the root itself.
   */
  async resolve(root: Tree, path: string): Promise<{ readonly path: string; readonly entry: TreeEntry } | undefined> {
    if (path.split('/').includes('..')) return undefined
    const above: { readonly name: string; readonly entry: TreeEntry }[] = []
    const pending = path.split('/')
    for (let links = 0; pending.length > 0;) {
      const segment = pending.shift() ?? ''
      if (segment === '' || segment === '.') continue
      if (segment === '..') {
        if (above.pop() === undefined) return undefined
        continue
      }
      const entry = await this.#child(above.at(-1)?.entry ?? rootEntry(root), segment)
      if (entry === undefined) return undefined
      if (!isLink(entry)) {
        above.push({ name: segment, entry })
        continue
      }
      const target = ++links > maxLinks ? '/' : await this.#linkTarget(entry)
      if (target.startsWith('/')) return undefined
      pending.unshift(...target.split('/'))
    }
    return { path: above.map(({ name }) => name).join('/'), entry: above.at(-1)?.entry ?? rootEntry(root) }
  }

  #keep({ id, body }: { readonly id: ObjectId; readonly body: Buffer }): Tree {
    const tree = this.#known.get(id) ?? { id, body, entries: parseTree(body, id.length / 2) }
    this.#known.set(id, tree)
    return tree
  }

  async #one(id: ObjectId): Promise<Tree> {
    const [tree] = await this.read([id])
    if (tree === undefined) throw new MirrorCorrupt('a tree is missing')
    return tree
  }

  async #child(parent: TreeEntry, name: string): Promise<TreeEntry | undefined> {
    if (!isTree(parent)) return undefined
    const { entries } = await this.#one(parent.id)
    return entries.find((entry) => entry.name === name)
  }

  async #linkTarget({ id }: TreeEntry): Promise<string> {
    const [object] = await this.#batch.contents([id])
    if (object === undefined) throw new MirrorCorrupt('a link is missing')
    return decodeName(object.body)
  }
}

function rootEntry({ id }: Tree): TreeEntry {
  return { mode: '40000', name: '', id, idAt: 0 }
}
