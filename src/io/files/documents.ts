import type { Path } from '#core/api/fields.ts'
import type { Problem } from '#core/api/problem.ts'
import { parseYamlValues } from '#core/yaml.ts'
import type { TextFile } from './find-files.ts'

/** One object of a file as a plain value; an item of a `List` is an object of its own. */
export interface FileObject {
  readonly value: Readonly<Record<string, unknown>>
  readonly file: string
  /** 1-based line of a place in the value, or of the nearest one around it that exists. */
  readonly lineAt: (path: Path) => number
}

/** Names of groups that are read, or nearly so, and kinds that are read whatever their group. */
const ours =
  /\bapiVersion["']?\s*:\s*["']?[\w.]*(?:tagb|toolkit\.fluxcd)|\bkind["']?\s*:\s*["']?(?:Image(?:Rep|Pol|Upd)\w*|GitRep\w*|Sync)\b/

/** What stands beside resources. */
const beside = /\bkind["']?\s*:\s*["']?(?:Secret|ServiceAccount|Namespace|\w*List)\b/

/**
 * The objects of a file that may matter here. Documents that name neither a group nor a kind of interest are not
 * parsed at all: a folder of manifests may hold thousands, and Helm templates among them are no YAML.
 * A document of interest that cannot be parsed is a problem if it names a group of ours, else it is passed over.
 */
export function readDocuments({ path, text }: TextFile): {
  readonly objects: readonly FileObject[]
  readonly problems: readonly Problem[]
} {
  const objects: FileObject[] = []
  const problems: Problem[] = []
  for (const chunk of splitDocuments(text)) {
    const isOurs = ours.test(chunk.text)
    if (!isOurs && !beside.test(chunk.text)) continue
    const parsed = parseYamlValues(chunk.text)
    for (const { line, message } of isOurs ? parsed.problems : []) {
      problems.push({ file: path, line: chunk.line + line, path: [], message })
    }
    if (parsed.problems.length > 0) continue
    for (const document of parsed.documents) {
      const lineAt = (at: Path) => chunk.line + document.lineAt(at)
      objects.push(...expand({ value: document.value, file: path, lineAt }))
    }
  }
  return { objects, problems }
}

/** Cuts at the lines that begin with `---`, which within YAML can only be the beginning of a document. */
function splitDocuments(text: string): readonly { readonly text: string; readonly line: number }[] {
  const chunks: { text: string; line: number }[] = []
  let start = 0
  let line = 0
  for (const { index } of text.matchAll(/^---(?=\s|$)/gm)) {
    if (index === start) continue
    const chunk = text.slice(start, index)
    chunks.push({ text: chunk, line })
    line += chunk.split('\n').length - 1
    start = index
  }
  return [...chunks, { text: text.slice(start), line }]
}

function expand(object: Omit<FileObject, 'value'> & { readonly value: unknown }): readonly FileObject[] {
  const { value, file, lineAt } = object
  if (!isObject(value)) return []
  const { kind, items } = value
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return [{ value, file, lineAt }]
  return items.flatMap((item: unknown, index) =>
    expand({ value: item, file, lineAt: (path) => lineAt(['items', index, ...path]) }),
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
