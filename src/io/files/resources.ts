import { createHmac, randomBytes } from 'node:crypto'
import type { Condition, ObjectEvent } from '#core/api/condition.ts'
import { printObject, writtenKind } from '#core/api/group.ts'
import type { AnyResource } from '#core/api/kinds.ts'
import { keyOf, keyText, type ObjectRef } from '#core/api/object-ref.ts'
import type { FieldProblem } from '#core/api/problem.ts'
import { AppError } from '#core/error.ts'
import type { SecretObject } from '#core/secret/secret-object.ts'
import { printTime } from '#core/time.ts'
import type { Clock, Log, Resource, ResourceReader, ResourceWriter } from '#flow/ports.ts'
import { collect, type Collection, type Note } from './collect.ts'
import { findFiles, type TextFile } from './find-files.ts'
import { openStateFile, type StateFile } from './state-file.ts'

/** How files are read and what is done with what comes of them. */
export interface FilesOptions {
  readonly log: Log
  readonly clock: Pick<Clock, 'now'>
  /** What `-` among the paths stands for. */
  readonly stdin?: string
  /** Where statuses are kept between runs (`--state FILE`); absent: in memory alone. */
  readonly stateFile?: string
  /** false: statuses are read from the state file and not written to it, for commands that only look. Default: true. */
  readonly keepsState?: boolean
  /** Problems that only later stages can find (ranges, templates). */
  readonly check?: (resource: AnyResource) => readonly FieldProblem[]
}

/**
 * Reads resources from folders and files of YAML. Objects of other groups are passed over. Fails once, with the
 * problems of all files: `RESOURCE_UNREADABLE`, `RESOURCE_INVALID`, `RESOURCE_STATE_INVALID`.
 */
export async function openFiles(paths: readonly string[], options: FilesOptions): Promise<FileResources> {
  const state = options.stateFile === undefined ? undefined : await openStateFile(options.stateFile)
  const { files, unread } = await findFiles(paths.filter((path) => path !== '-'))
  const key = randomBytes(32)
  const collection = collect([...stdinFile(paths, options), ...files], {
    fingerprint: (content) => createHmac('sha256', key).update(content).digest('hex'),
    check: options.check ?? (() => []),
  })
  const skipped = unread.map(({ path, reason }): Note => ({
    level: 'info',
    message: `${path}: passed over: ${reason}`,
  }))
  return new FileResources({ collection, notes: [...skipped, ...collection.notes], state, options })
}

function stdinFile(paths: readonly string[], { stdin }: FilesOptions): readonly TextFile[] {
  if (!paths.includes('-')) return []
  if (stdin === undefined) throw new AppError('RESOURCE_UNREADABLE', 'standard input: nothing was given')
  return [{ path: 'standard input', text: stdin }]
}

interface Parts {
  readonly collection: Collection
  readonly notes: readonly Note[]
  readonly state: StateFile | undefined
  readonly options: FilesOptions
}

/** Resources of files, with their statuses in memory. Secrets, accounts and namespaces are those of the same files. */
export class FileResources implements ResourceReader, ResourceWriter {
  /** What was passed over and why, and what is doubtful in the resources; already in the log. */
  readonly notes: readonly Note[]
  readonly #collection: Collection
  readonly #resources: ReadonlyMap<string, AnyResource>
  readonly #statuses = new Map<string, object>()
  readonly #state: StateFile | undefined
  readonly #options: FilesOptions

  constructor({ collection, notes, state, options }: Parts) {
    this.notes = notes
    this.#collection = collection
    this.#state = state
    this.#options = options
    this.#resources = new Map(collection.resources.map((resource) => [keyText(keyOf(resource)), resource]))
    for (const [text, resource] of this.#resources) {
      const status = state?.status(keyOf(resource))
      if (status !== undefined) this.#statuses.set(text, status)
    }
    for (const { level, message } of notes) options.log[level](message)
  }

  /** `RESOURCE_REFERENCE_MISSING` when a resource refers to one that is not in the files; names all, one a line. */
  checkReferences(provided?: AnyResource['kind']): void {
    this.#collection.checkReferences(provided)
  }

  async get(key: ObjectRef): Promise<Resource | undefined> {
    const resource = this.#resources.get(keyText(key))
    return resource === undefined ? undefined : this.#withStatus(resource)
  }

  async list(): Promise<readonly Resource[]> {
    return this.#collection.resources.map((resource) => this.#withStatus(resource))
  }

  async secret(namespace: string, name: string): Promise<SecretObject | undefined> {
    return this.#collection.companions.secret(namespace, name)
  }

  async pullSecrets(namespace: string, account: string): Promise<readonly string[] | undefined> {
    return this.#collection.companions.pullSecrets(namespace, account)
  }

  async namespaceLabels(namespace: string): Promise<Readonly<Record<string, string>>> {
    return this.#collection.companions.namespaceLabels(namespace)
  }

  async putStatus(key: ObjectRef, status: object): Promise<void> {
    const text = keyText(key)
    if (!this.#resources.has(text)) throw new AppError('INTERNAL', `${printObject(key)} is not among the files`)
    const former = this.#statuses.get(text)
    if (former === status) return
    const dated = withTimes(status, former, printTime(this.#options.clock.now()))
    this.#statuses.set(text, dated)
    if (this.#options.keepsState !== false) await this.#state?.save(key, dated)
  }

  async putEvents(key: ObjectRef, events: readonly ObjectEvent[]): Promise<void> {
    const { namespace, name } = key
    // The command itself tells what came out; as warnings the same would stand there twice.
    for (const { type, reason, message, metadata } of events) {
      this.#options.log.info(message, { ...metadata, kind: writtenKind(key), namespace, name, type, reason })
    }
  }

  #withStatus(resource: AnyResource): Resource {
    const status = this.#statuses.get(keyText(keyOf(resource)))
    return { ...resource, status }
  }
}

interface Dated {
  readonly conditions?: readonly (Condition & { readonly lastTransitionTime?: string })[]
}

/** Conditions with the time at which their status last changed, as the API server's clients keep it. */
function withTimes(status: Dated, former: Dated | undefined, now: string): object {
  const dated = status.conditions?.map((condition) => {
    const same = former?.conditions?.find((one) => one.type === condition.type && one.status === condition.status)
    return { ...condition, lastTransitionTime: same?.lastTransitionTime ?? now }
  })
  return dated === undefined ? status : { ...status, conditions: dated }
}
