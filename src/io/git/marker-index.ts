import { AppError } from '#core/error.ts'
import type { ObjectId, TreeFile } from '#flow/ports.ts'
import type { Batch } from './batch.ts'
import { MirrorCorrupt } from './errors.ts'
import { groupBySize } from './groups.ts'
import { isFile, isLink, isTree, type TreeEntry, type Trees } from './tree.ts'

/** What leads to a file that holds the text: the file itself, a link by such a name, or a folder above one. */
interface Child {
  readonly name: string
  readonly mode: string
  readonly id: ObjectId
  readonly size: number
}

/** What the index asks the mirror. */
export interface MirrorAccess {
  readonly trees: Trees
  readonly batch: Batch
  /** Which of these blobs hold the text; for those too large to be read here. */
  readonly searchLarge: (ids: readonly ObjectId[], text: string) => Promise<ReadonlySet<ObjectId>>
}

/** As it is stored: plain blobs are their ids one after the other. */
interface Stored {
  readonly version: number
  readonly text: string
  readonly base: number
  readonly trees: readonly (readonly [ObjectId, readonly (readonly [string, string, ObjectId, number])[]])[]
  readonly idLength: number
  readonly plain: string
}

const version = 1
const largeBytes = 1_048_576
/** Git cannot check out a path of more than 4096 bytes, so deeper trees hold nothing for us. */
const maxDepth = 2048
/** A tree may name one folder any number of times: ten levels of ten can be ten thousand million files. */
const maxFiles = 200_000
const spareEntries = 20_000

/**
 * Which files of a repository hold a text, by the ids of trees and blobs: what an id stands for never changes, so only
 * what is new is read, whatever branch or commit is asked about. It covers files with the names of manifests
 * (`*.yaml`, `*.yml`, `Kustomization`) and lists symbolic links with such names.
 */
export class MarkerIndex {
  readonly text: string
  /** Of each known tree the children that lead somewhere; a tree without any has an empty list. */
  readonly #trees = new Map<ObjectId, readonly Child[]>()
  /** Blobs with such a name that do not hold the text. */
  readonly #plain = new Set<ObjectId>()
  readonly #marked = new Map<ObjectId, number>()
  /** How large it was when it was begun; what it has grown to since may be about trees that are long gone. */
  #base = 0

  constructor(text: string) {
    this.text = text
  }

  /** The index that `print` made; undefined if the text is not one of this version for this text. */
  static parse(stored: string, text: string): MarkerIndex | undefined {
    let value: Stored
    try {
      value = JSON.parse(stored) as Stored
      if (value.version !== version || value.text !== text || value.idLength < 40) return undefined
    } catch {
      return undefined
    }
    const index = new MarkerIndex(text)
    index.#base = value.base
    for (const [id, children] of value.trees) {
      index.#keep(
        id,
        children.map(([name, mode, blob, size]) => ({ name, mode, id: blob, size })),
      )
    }
    for (let at = 0; at < value.plain.length; at += value.idLength) {
      index.#plain.add(value.plain.slice(at, at + value.idLength))
    }
    return index
  }

  print(): string {
    const trees = [...this.#trees].map(
      ([id, children]) =>
        [id, children.map(({ name, mode, id: blob, size }) => [name, mode, blob, size] as const)] as const,
    )
    const [example = ''] = this.#trees.keys()
    const stored: Stored = {
      version,
      text: this.text,
      base: this.#base,
      trees,
      idLength: example.length,
      plain: [...this.#plain].join(''),
    }
    return JSON.stringify(stored)
  }

  get size(): number {
    return this.#trees.size + this.#plain.size
  }

  /** Has it grown to mostly old things? Then a new one is smaller, and costs one full read. */
  get isOverfull(): boolean {
    return this.#base > 0 && this.size > 2 * this.#base + spareEntries
  }

  /** Learns a tree and all below it. Tells whether anything was new. */
  async learn(root: ObjectId, access: MirrorAccess): Promise<boolean> {
    const unknown = new Map<ObjectId, readonly TreeEntry[]>()
    let level = this.#unknownOf([root], unknown)
    for (let depth = 0; level.length > 0 && depth < maxDepth; depth++) {
      for (const { id, entries } of await access.trees.read(level)) unknown.set(id, entries)
      const below = level.flatMap((id) => (unknown.get(id) ?? []).filter(isTree).map((entry) => entry.id))
      level = this.#unknownOf(below, unknown)
    }
    await this.#classify(unknown, access)
    for (const id of unknown.keys()) this.#build(id, unknown)
    if (this.#base === 0) this.#base = this.size
    return unknown.size > 0
  }

  /** Files below a learnt tree whose path begins with `prefix` (empty, or ending in `/`): those that hold the text, and links. */
  list(root: ObjectId, prefix: string): readonly TreeFile[] {
    const found: TreeFile[] = []
    const visit = (id: ObjectId, above: string): void => {
      for (const child of this.#trees.get(id) ?? []) {
        const path = above + child.name
        if (isTree(child)) visit(child.id, `${path}/`)
        else found.push({ path, mode: fileMode(child.mode), blob: child.id, size: child.size })
        if (found.length > maxFiles) throw new AppError('GIT_TOO_LARGE', `more than ${maxFiles} files with markers`)
      }
    }
    visit(root, prefix)
    return found
  }

  /** The same for a single file; undefined if it is none of those. */
  async lookAt(entry: TreeEntry, path: string, access: MirrorAccess): Promise<TreeFile | undefined> {
    if (!isFile(entry) || !isManifestName(entry.name)) return undefined
    await this.#classify(new Map([['', [entry]]]), access)
    const size = this.#marked.get(entry.id)
    return size === undefined ? undefined : { path, mode: fileMode(entry.mode), blob: entry.id, size }
  }

  #unknownOf(ids: readonly ObjectId[], seen: ReadonlyMap<ObjectId, unknown>): readonly ObjectId[] {
    return [...new Set(ids)].filter((id) => !this.#trees.has(id) && !seen.has(id))
  }

  /** Reads every blob with such a name that is not known yet. */
  async #classify(trees: ReadonlyMap<ObjectId, readonly TreeEntry[]>, access: MirrorAccess): Promise<void> {
    const ids = new Set<ObjectId>()
    for (const entries of trees.values()) {
      for (const entry of entries) if (isFile(entry) && isManifestName(entry.name)) ids.add(entry.id)
    }
    const unknown = [...ids].filter((id) => !this.#plain.has(id) && !this.#marked.has(id))
    for (const some of groupBySize(unknown, () => 0)) await this.#classifySome(some, access)
  }

  async #classifySome(ids: readonly ObjectId[], { batch, searchLarge }: MirrorAccess): Promise<void> {
    const blobs = await batch.headers(ids)
    const found = blobs.filter((blob) => blob !== undefined).filter(({ type }) => type === 'blob')
    if (found.length < ids.length) throw new MirrorCorrupt('a blob is missing')
    const large = found.filter(({ size }) => size > largeBytes).map(({ id }) => id)
    const holding = new Set(await searchLarge(large, this.text))
    const small = found.filter(({ size }) => size <= largeBytes)
    for (const some of groupBySize(small, ({ size }) => size)) {
      const read = await batch.contents(some.map(({ id }) => id))
      for (const blob of read) if (blob?.body.includes(this.text) === true) holding.add(blob.id)
    }
    for (const { id, size } of found) {
      if (holding.has(id)) this.#marked.set(id, size)
      else this.#plain.add(id)
    }
  }

  /** Below a tree that is being learnt everything is either known or being learnt, and a tree cannot contain itself. */
  #build(id: ObjectId, unknown: ReadonlyMap<ObjectId, readonly TreeEntry[]>): readonly Child[] {
    const known = this.#trees.get(id)
    if (known !== undefined) return known
    const children = (unknown.get(id) ?? []).flatMap((entry): readonly Child[] => {
      const { name, mode } = entry
      if (isTree(entry))
        return this.#build(entry.id, unknown).length === 0 ? [] : [{ name, mode, id: entry.id, size: 0 }]
      if (!isManifestName(name)) return []
      if (isLink(entry)) return [{ name, mode, id: entry.id, size: 0 }]
      const size = isFile(entry) ? this.#marked.get(entry.id) : undefined
      return size === undefined ? [] : [{ name, mode, id: entry.id, size }]
    })
    this.#keep(id, children)
    return children
  }

  #keep(id: ObjectId, children: readonly Child[]): void {
    this.#trees.set(id, children)
    for (const child of children) if (isFile(child)) this.#marked.set(child.id, child.size)
  }
}

/** Lower-case `.yaml` or `.yml`, or exactly `Kustomization`, as Flux takes them. */
function isManifestName(name: string): boolean {
  return name.endsWith('.yaml') || name.endsWith('.yml') || name === 'Kustomization'
}

/** Git knows one bit of rights; old trees carry more of them. */
export function fileMode(mode: string): TreeFile['mode'] {
  if (isLink({ mode })) return '120000'
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? '100644' : '100755'
}
