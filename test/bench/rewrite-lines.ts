import { readdirSync, readFileSync } from 'node:fs'
import { isScalar, parseAllDocuments, visit, type Document } from 'yaml'
import { unifiedDiff } from '#core/diff.ts'
import { decodeLatin1 } from '#core/rewrite/latin1.ts'
import { planFile } from '#core/rewrite/plan-file.ts'
import type { Figure, Measurement } from './figure.ts'

const folder = new URL('../fixtures/rewrite/hand-written/', import.meta.url)
const from = 'ghcr.io/acme/web:1.9.0'
const to = 'ghcr.io/acme/web:1.10.0'
const policies = new Map([
  ['shop:web', { latestRef: { name: 'ghcr.io/acme/web', tag: '1.10.0' }, selected: true, visible: true }],
])

/** The text after the one value was changed, by our edit. */
function rewrite(path: string, text: string): string {
  const context = { policies, ownNamespace: 'shop', targets: [], holds: new Map<string, string>() }
  return planFile({ path, text, markers: true, ...context }).text ?? text
}

/** The same change as most tools make it: parse, set the value, print the document again. */
function reprint(text: string): string {
  const documents = parseAllDocuments(decodeLatin1(text)) as readonly Document[]
  for (const document of documents) {
    visit(document, {
      Scalar: (_key, node) => {
        if (isScalar(node) && node.value === from) node.value = to
      },
    })
  }
  return documents.map(String).join('')
}

/** Lines added and deleted by a change to all files. */
function count(
  files: ReadonlyMap<string, string>,
  change: (path: string, text: string) => string,
): readonly [number, number] {
  const lines = [...files].flatMap(([path, text]) => {
    const after = change(path, text)
    return unifiedDiff({ path, before: decodeLatin1(text), after: decodeLatin1(after) })
      .split('\n')
      .slice(2)
  })
  const starting = (sign: string) => lines.filter((line) => line.startsWith(sign)).length
  return [starting('+'), starting('-')]
}

async function measureLines(): Promise<Measurement> {
  const names = readdirSync(folder)
  const files = new Map(names.map((name) => [name, readFileSync(new URL(name, folder), 'latin1')]))
  const [added, deleted] = count(files, rewrite)
  const [printed, unprinted] = count(files, (_path, text) => Buffer.from(reprint(text)).toString('latin1'))
  const against = { name: 'the same values set by parsing and printing again', value: printed + unprinted }
  return { value: added + deleted, ok: files.size === 9 && added === 9 && deleted === 9, against }
}

export const figures: readonly Figure[] = [
  {
    name: 'nine hand-written files, nine lines to change',
    unit: 'lines added and deleted',
    reach: 'exactly 18 (nine lines differ; Flux 1.2: 61 added, 84 deleted)',
    repeats: 1,
    run: measureLines,
  },
]
