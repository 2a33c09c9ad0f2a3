import { constants } from 'node:fs'
import { chmod, lstat, open, readdir, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AppError } from '#core/error.ts'

/** A file or link of a working tree. `path` is as a person would write it; `place` is where it really is. */
export interface TreeEntry {
  readonly path: string
  readonly place: string
  /** As Git writes it; `120000` for a symbolic link, which is never followed. */
  readonly mode: '100644' | '100755' | '120000'
  readonly size: number
}

/**
 * Lists the files and links at and below the given paths, in order of their paths, each once. A path that is itself a
 * link is followed, since a person named it; links below it are not, and `.git` is passed over.
 * `REWRITE_PATH_UNREADABLE`.
 */
export async function listTree(cwd: string, paths: readonly string[]): Promise<readonly TreeEntry[]> {
  const found = new Map<string, TreeEntry>()
  for (const path of paths) {
    const place = await realpath(resolve(cwd, path)).catch((error: unknown) => unreadable(path, error))
    await collect(path, place, found)
  }
  return [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

async function collect(path: string, place: string, found: Map<string, TreeEntry>): Promise<void> {
  const info = await lstat(place).catch((error: unknown) => unreadable(path, error))
  if (info.isDirectory()) {
    const names = await readdir(place).catch((error: unknown) => unreadable(path, error))
    for (const name of names) if (name !== '.git') await collect(join(path, name), join(place, name), found)
    return
  }
  const mode = info.isSymbolicLink() ? '120000' : info.mode & 0o111 ? '100755' : '100644'
  if ((info.isFile() || info.isSymbolicLink()) && !found.has(place))
    found.set(place, { path, place, mode, size: info.size })
}

/** The content of a file as latin1 text. A link that took its place meanwhile is refused. `REWRITE_PATH_UNREADABLE`. */
export async function readTreeFile(entry: TreeEntry): Promise<string> {
  try {
    await using file = await open(entry.place, constants.O_RDONLY | constants.O_NOFOLLOW)
    return await file.readFile('latin1')
  } catch (error) {
    return unreadable(entry.path, error)
  }
}

/**
 * Puts latin1 text in the place of a file's content in one step, so that nobody ever sees half of it: written beside
 * it, then renamed over it. The mode stays. `REWRITE_NOT_WRITTEN`: the file is as it was.
 */
export async function writeTreeFile(entry: TreeEntry, text: string): Promise<void> {
  const temporary = join(dirname(entry.place), `.${basename(entry.place)}.${process.pid.toString()}.tagboat`)
  try {
    const { mode } = await lstat(entry.place)
    {
      await using file = await open(temporary, 'wx', 0o600)
      await file.writeFile(text, 'latin1')
      await file.sync()
    }
    await chmod(temporary, mode & 0o7777)
    await rename(temporary, entry.place)
  } catch (error) {
    await rm(temporary, { force: true })
    throw new AppError('REWRITE_NOT_WRITTEN', `${entry.path}: could not be written (${codeOf(error)})`)
  }
}

function unreadable(path: string, error: unknown): never {
  const code = codeOf(error)
  const reason = code === 'ENOENT' ? 'no such file or folder' : `cannot be read (${code})`
  throw new AppError('REWRITE_PATH_UNREADABLE', `${path}: ${reason}`)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
