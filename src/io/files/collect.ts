import { findMissingReferences } from '#core/api/references.ts'
import { printObject } from '#core/api/group.ts'
import { specSchemas, type AnyResource } from '#core/api/kinds.ts'
import { keyOf, keyText } from '#core/api/object-ref.ts'
import { parseResource, type Origin } from '#core/api/parse.ts'
import { printProblem, type FieldProblem, type Problem } from '#core/api/problem.ts'
import { findSpecWarnings } from '#core/api/warnings.ts'
import { AppError } from '#core/error.ts'
import { Companions, type Fingerprint } from './companions.ts'
import { readDocuments, type FileObject } from './documents.ts'
import type { TextFile } from './find-files.ts'

/** Something about a file that a person may want to know and that stops nothing. */
export interface Note {
  readonly level: 'info' | 'warn'
  readonly message: string
}

/** Everything that a set of files holds. */
export interface Collection {
  /** Ordered by kind (as one feeds the next), namespace and name. */
  readonly resources: readonly AnyResource[]
  readonly companions: Companions
  readonly notes: readonly Note[]
  /**
   * `RESOURCE_REFERENCE_MISSING` when a resource refers to one that is not here; all of them, one a line. `provided`: a
   * kind of which the caller has every object.
   */
  checkReferences(provided?: AnyResource['kind']): void
}

interface Placed {
  readonly resource: AnyResource
  readonly origin: Origin
}

/**
 * Reads the objects of files. `RESOURCE_INVALID`: the problems of all files, one a line, each with file, line, object
 * and field. `check` adds problems that only later stages can find.
 */
export function collect(
  files: readonly TextFile[],
  { fingerprint, check }: { fingerprint: Fingerprint; check: (resource: AnyResource) => readonly FieldProblem[] },
): Collection {
  const companions = new Companions(fingerprint)
  const placed = new Map<string, Placed>()
  const problems: Problem[] = []
  const notes: Note[] = []
  for (const file of files) {
    const read = readDocuments(file)
    problems.push(...read.problems)
    for (const object of read.objects.filter((one) => !companions.add(one))) {
      const parsed = parseResource(object.value, object)
      if (parsed.is === 'invalid') problems.push(...parsed.problems)
      if (parsed.is === 'later') notes.push(laterNote(object, parsed.object))
      if (parsed.is === 'resource')
        problems.push(...place({ resource: parsed.resource, origin: object }, placed, check))
    }
  }
  if (problems.length > 0) throw new AppError('RESOURCE_INVALID', problems.map(printProblem).join('\n'))
  const resources = [...placed.values()].map(({ resource }) => resource).toSorted(compareResources)
  notes.push(...companions.encrypted().map(encryptedNote), ...resources.flatMap(warningNotes))
  return { resources, companions, notes, checkReferences: (provided) => refuseMissing({ resources, provided }, placed) }
}

/** Adds a resource to those read, and says what is wrong with that. */
function place(
  added: Placed,
  placed: Map<string, Placed>,
  check: (resource: AnyResource) => readonly FieldProblem[],
): readonly Problem[] {
  const { resource, origin } = added
  const object = printObject(keyOf(resource))
  const at = (path: FieldProblem['path']) => ({ file: origin.file, line: origin.lineAt(path), object })
  const key = keyText(keyOf(resource))
  const former = placed.get(key)?.origin
  if (former !== undefined) {
    return [{ ...at([]), path: [], message: `is given twice, first at ${former.file}:${former.lineAt([])}` }]
  }
  placed.set(key, added)
  return check(resource).map((problem) => ({ ...problem, ...at(problem.path) }))
}

function refuseMissing(
  {
    resources,
    provided,
  }: { readonly resources: readonly AnyResource[]; readonly provided: AnyResource['kind'] | undefined },
  placed: ReadonlyMap<string, Placed>,
): void {
  const absent = findMissingReferences(resources).filter(({ kind }) => kind !== provided)
  const missing = absent.map(({ from, path, message }) => {
    const key = keyOf(from)
    const origin = placed.get(keyText(key))?.origin
    const where = origin === undefined ? {} : { file: origin.file, line: origin.lineAt(path) }
    return printProblem({ ...where, object: printObject(key), path, message })
  })
  if (missing.length > 0) throw new AppError('RESOURCE_REFERENCE_MISSING', missing.join('\n'), { retry: 'never' })
}

const kindOrder = Object.keys(specSchemas)

function compareResources(a: AnyResource, b: AnyResource): number {
  const byKind = kindOrder.indexOf(a.kind) - kindOrder.indexOf(b.kind)
  const [left, right] = [a, b].map(({ metadata, group }) => [metadata.namespace, metadata.name, group].join('\n'))
  return byKind === 0 ? compareTexts(left ?? '', right ?? '') : byKind
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function laterNote({ file, lineAt }: FileObject, object: string): Note {
  return {
    level: 'info',
    message: `${file}:${lineAt([])}: ${object}: the synchronizer is not supported yet; passed over`,
  }
}

function encryptedNote({ file, lineAt, value }: FileObject): Note {
  const { namespace, name } = (value['metadata'] ?? {}) as Readonly<Record<string, unknown>>
  const label = `Secret ${typeof namespace === 'string' ? namespace : 'default'}/${String(name)}`
  return {
    level: 'info',
    message: `${file}:${lineAt([])}: ${label}: encrypted by SOPS, which is not supported yet; taken as missing`,
  }
}

function warningNotes(resource: AnyResource): readonly Note[] {
  const { file = '', line = 0 } = resource.origin ?? {}
  const object = printObject(keyOf(resource))
  return findSpecWarnings(resource).map(({ message }) => ({
    level: 'warn',
    message: `${file}:${line}: ${object}: ${message}`,
  }))
}
