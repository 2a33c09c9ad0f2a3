import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { AppError } from '#core/error.ts'

/** A file of resources, read. `path` is as a person would write it, from the path that was given. */
export interface TextFile {
  readonly path: string
  readonly text: string
}

/** A file in a folder that was not read, and why. */
export interface UnreadFile {
  readonly path: string
  readonly reason: string
}

/** As much as a file that a person writes may have; larger ones in a folder are not resources. */
const maxBytes = 1_048_576

/** A folder within a folder within a folder …; a deeper one is a loop of mounts or an attack. */
const maxDepth = 64

interface Found {
  readonly files: TextFile[]
  readonly unread: UnreadFile[]
  /** Real paths that were read or entered: each counts once, however often it is reached. */
  readonly seen: Set<string>
}

/**
 * Reads every `*.yaml` and `*.yml` below the given paths, in order of the paths and, within a folder, of names by
 * their bytes; `*.test.yaml` (cases of policies), names that begin with a dot and `node_modules` are left out. A path
 * that is a file is read whatever its name. Symbolic links are followed where they stay within the folder given.
 * `RESOURCE_UNREADABLE`: a path does not exist, or a file given by name is too large.
 */
export async function findFiles(
  paths: readonly string[],
): Promise<{ readonly files: readonly TextFile[]; readonly unread: readonly UnreadFile[] }> {
  const found: Found = { files: [], unread: [], seen: new Set() }
  for (const path of paths) {
    const real = await realpath(path).catch((error: unknown) => unreadable(path, error))
    const info = await stat(real).catch((error: unknown) => unreadable(path, error))
    if (info.isDirectory()) await walk(path, { root: real, real, depth: 0 }, found)
    else if (info.size > maxBytes) throw tooLarge(path)
    else await readInto(path, real, found)
  }
  return { files: found.files, unread: found.unread }
}

interface Place {
  /** Real path of the folder that was given; links must not lead out of it. */
  readonly root: string
  readonly real: string
  readonly depth: number
}

async function walk(path: string, place: Place, found: Found): Promise<void> {
  if (found.seen.has(place.real)) return
  found.seen.add(place.real)
  if (place.depth > maxDepth) {
    found.unread.push({ path, reason: `more than ${maxDepth} folders deep` })
    return
  }
  const names = await readdir(place.real).catch((error: unknown) => unreadable(path, error))
  for (const name of names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
    if (!name.startsWith('.') && name !== 'node_modules') await visit(join(path, name), { ...place, name }, found)
  }
}

async function visit(path: string, { name, ...place }: Place & { readonly name: string }, found: Found): Promise<void> {
  const direct = join(place.real, name)
  const link = await lstat(direct).catch((error: unknown) => unreadable(path, error))
  const real = link.isSymbolicLink() ? await realpath(direct).catch(() => undefined) : direct
  const isResource = /\.ya?ml$/.test(name) && !/\.test\.ya?ml$/.test(name)
  if (real === undefined || !isWithin(real, place.root)) {
    const reason = real === undefined ? 'the link leads nowhere' : 'the link leads out of the folder'
    if (isResource) found.unread.push({ path, reason })
    return
  }
  const info = await stat(real).catch((error: unknown) => unreadable(path, error))
  if (info.isDirectory()) return walk(path, { root: place.root, real, depth: place.depth + 1 }, found)
  if (!isResource || !info.isFile()) return undefined
  if (info.size > maxBytes) {
    found.unread.push({ path, reason: `larger than ${maxBytes} bytes` })
    return undefined
  }
  return readInto(path, real, found)
}

async function readInto(path: string, real: string, found: Found): Promise<void> {
  if (found.seen.has(real)) return
  found.seen.add(real)
  const text = await readFile(real, 'utf8').catch((error: unknown) => unreadable(path, error))
  found.files.push({ path, text })
}

function isWithin(real: string, root: string): boolean {
  return real === root || real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)
}

function tooLarge(path: string): AppError {
  return new AppError('RESOURCE_UNREADABLE', `${path}: larger than ${maxBytes} bytes`, {
    hint: 'split the file into smaller ones',
  })
}

function unreadable(path: string, error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  const reason = code === 'ENOENT' ? 'no such file or folder' : `cannot be read (${code})`
  throw new AppError('RESOURCE_UNREADABLE', `${path}: ${reason}`)
}
