import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { keyText, type ObjectRef } from '#core/api/object-ref.ts'
import { specSchemas, type ResourceKind } from '#core/api/kinds.ts'
import { statusSchemas } from '#core/api/status-schemas.ts'
import { AppError, quoteOutside } from '#core/error.ts'
import { z } from '#core/schema.ts'

/** Written into the file; another number is another format, which is refused and not guessed at. */
const version = 1

const fileSchema = z.object({ version: z.literal(version), objects: z.record(z.string(), z.unknown()) })

/**
 * Statuses of objects on disk, for runs that come one after another (`--state FILE`): JSON
 * `{"version": 1, "objects": {"<group>/<kind>/<namespace>/<name>": <status>}}`, written whole and atomically.
 * Objects that a run does not know keep their statuses.
 */
export class StateFile {
  readonly #path: string
  readonly #objects: Map<string, unknown>
  /** Ends when all writes that have begun are over; never rejects. */
  #done: Promise<void> = Promise.resolve()
  /** The write that has not begun yet and will take along everything changed until then. */
  #waiting: Promise<void> | undefined

  constructor(path: string, objects: ReadonlyMap<string, unknown>) {
    this.#path = path
    this.#objects = new Map(objects)
  }

  /** The status that an earlier run left. `RESOURCE_STATE_INVALID` if it is not of the shape of that kind. */
  status(key: ObjectRef): object | undefined {
    const stored = this.#objects.get(keyText(key))
    if (stored === undefined || !isResourceKind(key.kind)) return undefined
    const parsed = statusSchemas[key.kind].safeParse(stored)
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    const what = `${keyText(key)}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`
    throw invalid(this.#path, quoteOutside(what))
  }

  /** Resolves when the status is on disk. Changes that come during a write share the next one. */
  save(key: ObjectRef, status: object): Promise<void> {
    this.#objects.set(keyText(key), status)
    if (this.#waiting !== undefined) return this.#waiting
    const write = this.#done.then(() => {
      this.#waiting = undefined
      return this.#write()
    })
    this.#waiting = write
    this.#done = write.catch(() => undefined)
    return write
  }

  /** A temporary file beside it, flushed, then renamed: a reader or a crash sees the old or the new whole. */
  async #write(): Promise<void> {
    const objects = Object.fromEntries([...this.#objects].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    const temporary = `${this.#path}.tmp`
    try {
      await rm(temporary, { force: true })
      const file = await open(temporary, 'wx', 0o600)
      try {
        await file.writeFile(`${JSON.stringify({ version, objects }, undefined, 1)}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(temporary, this.#path)
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined)
      throw invalid(this.#path, `cannot be written (${codeOf(error)})`)
    }
  }
}

/** Opens a state file; one that does not exist yet is empty. `RESOURCE_STATE_INVALID`. */
export async function openStateFile(path: string): Promise<StateFile> {
  const folder = await stat(dirname(path)).catch(() => undefined)
  if (folder?.isDirectory() !== true) throw invalid(path, 'its folder does not exist')
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw invalid(path, `cannot be read (${codeOf(error)})`)
  })
  if (text === undefined) return new StateFile(path, new Map())
  const parsed = fileSchema.safeParse(parseJson(path, text))
  if (!parsed.success) throw invalid(path, `is not a state file of version ${version}`)
  return new StateFile(path, new Map(Object.entries(parsed.data.objects)))
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalid(path, `is no JSON: ${quoteOutside(error instanceof Error ? error.message : '')}`)
  }
}

function isResourceKind(kind: string): kind is ResourceKind {
  return Object.hasOwn(specSchemas, kind)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}

function invalid(path: string, what: string): AppError {
  return new AppError('RESOURCE_STATE_INVALID', `state file ${path}: ${what}`)
}
