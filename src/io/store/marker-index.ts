import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { FileIndex } from '#core/rewrite/target.ts'
import type { Log, MarkerIndex, ObjectId } from '#flow/ports.ts'

/** What is kept between runs beyond what this run has used, so that the file does not grow for ever. */
const maxKept = 20_000

/** Another number is another format or another way to find markers; such a file is not read. */
const format = 1

interface Content {
  readonly format: number
  readonly program: string
  readonly files: Readonly<Record<string, FileIndex>>
}

/** How the index is kept. */
export interface MarkerIndexOptions {
  /** A file of our own cache; whoever may write there could change the mirrors as well. */
  readonly path: string
  /** Version of the program: another one may find markers in another way. */
  readonly program: string
  readonly log: Log
}

/**
 * Markers by blob id in one JSON file, read at the first question and written when the store is closed. A file that
 * cannot be read, or is of another version, counts as empty; one that cannot be written costs time in the next run.
 */
export class FileMarkerIndex implements MarkerIndex, AsyncDisposable {
  readonly #options: MarkerIndexOptions
  #former: Promise<Map<ObjectId, FileIndex>> | undefined
  readonly #used = new Map<ObjectId, FileIndex>()
  #isChanged = false

  constructor(options: MarkerIndexOptions) {
    this.#options = options
  }

  async load(blob: ObjectId): Promise<FileIndex | undefined> {
    const found = this.#used.get(blob) ?? (await this.#open()).get(blob)
    if (found !== undefined) this.#used.set(blob, found)
    return found
  }

  async save(blob: ObjectId, index: FileIndex): Promise<void> {
    this.#used.set(blob, index)
    this.#isChanged = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isChanged) return
    const others = [...(await this.#open())].filter(([blob]) => !this.#used.has(blob))
    const kept = [...this.#used, ...others].slice(0, Math.max(maxKept, this.#used.size))
    const { program, path, log } = this.#options
    const content: Content = { format, program, files: Object.fromEntries(kept) }
    try {
      await writeWhole(path, JSON.stringify(content))
    } catch (error) {
      log.debug('the index of markers could not be kept', { path, cause: String(error) })
    }
  }

  #open(): Promise<Map<ObjectId, FileIndex>> {
    this.#former ??= this.#read()
    return this.#former
  }

  async #read(): Promise<Map<ObjectId, FileIndex>> {
    try {
      const content = JSON.parse(await readFile(this.#options.path, 'utf8')) as Content
      const isOurs = content.format === format && content.program === this.#options.program
      return new Map(isOurs ? Object.entries(content.files) : [])
    } catch {
      return new Map()
    }
  }
}

/** Under another name first, so that a run that is killed, or one beside it, leaves a whole file. */
async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${process.pid}`
  try {
    await using file = await open(temporary, 'w', 0o600)
    await file.writeFile(text)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await rename(temporary, path)
}
