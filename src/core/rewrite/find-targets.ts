import { quoteOutside } from '#core/error.ts'
import { positionOf } from '#core/yaml-position.ts'
import { decodeLatin1 } from './latin1.ts'
import { parseFile, type ParsedFile } from './parsed-file.ts'
import { screenText, splitMark } from './screen.ts'
import { strategies, type Request } from './strategies/index.ts'
import type { FileIndex, Miss, Target } from './target.ts'

/**
 * Finds every scalar of a file that a policy may write, each once, and what binds to nothing. `bytes` is the content
 * as latin1. A scalar that both a marker and a field target name belongs to the marker. Never throws.
 */
export function findTargets(bytes: string, request: Request): FileIndex {
  const refusal = screenText(bytes)
  if (refusal !== undefined) return { targets: [], misses: [{ offset: 0, ...refusal }] }
  const file = parseFile(splitMark(bytes).body)
  const isRead = file.stream.problem === undefined
  const findings = isRead ? Object.values(strategies).map((find) => find(file, request)) : []
  const byScalar = new Map<number, Target>()
  for (const target of findings.flatMap(({ targets }) => targets)) {
    if (!byScalar.has(target.token.start)) byScalar.set(target.token.start, target)
  }
  const targets = [...byScalar.values()].toSorted((a, b) => a.token.start - b.token.start)
  const misses = [...findings.flatMap((finding) => finding.misses), ...findProblems(file, targets)]
  return {
    targets: targets.map((target) => ({ ...target, ...placeOf(file, target.token.start) })),
    misses: misses
      .toSorted((a, b) => a.offset - b.offset)
      .map((miss) => ({ ...miss, line: placeOf(file, miss.offset).line })),
  }
}

/** `findTargets` for the markers of a file as a task for `Compute`. */
export const findMarkersTask = {
  name: 'find-markers',
  run: (bytes: string): FileIndex => findTargets(bytes, { markers: true, fields: [] }),
} as const

function placeOf({ text, stream }: ParsedFile, offset: number): { readonly line: number; readonly column: number } {
  const { line, column } = positionOf(stream.lineStarts, offset)
  return { line, column: decodeLatin1(text.slice(offset - column + 1, offset)).length + 1 }
}

/** What the parser refused: the whole file where a limit was met, else single documents. */
function findProblems({ stream }: ParsedFile, targets: readonly Target[]): readonly Miss[] {
  const limit = stream.problem === undefined ? [] : [{ problem: stream.problem, outcome: 'the file is left alone' }]
  const broken = stream.documents.flatMap(({ problem, start, end }) => {
    if (problem === undefined) return []
    const bound = targets.filter(({ token }) => token.start >= start && token.start < end).length
    return [{ problem, outcome: `markers of this document that were still bound by their lines: ${String(bound)}` }]
  })
  return [...limit, ...broken].map(({ problem: { line, column, message }, outcome }) => ({
    offset: (stream.lineStarts[line - 1] ?? 0) + column - 1,
    code: 'parse-error',
    reason: `${quoteOutside(message)} (line ${String(line)}, column ${String(column)}); ${outcome}`,
  }))
}
