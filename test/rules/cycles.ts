import { resolveImport, type Source } from './sources.ts'

/**
 * Circles of imports, each as `a.ts → b.ts → a.ts`, starting at the file that sorts first. Type-only and lazy imports
 * count. Where several circles run through the same edge, one of them is named; mending it shows the next.
 */
export function findCycles(sources: readonly Source[]): readonly string[] {
  const edges = new Map(sources.map((source) => [source.path, targetsOf(source)]))
  const done = new Set<string>()
  const cycles = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) cycles.add(printCycle(trail.slice(start)))
    if (start >= 0 || done.has(path)) return
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of edges.keys()) visit(path, [])
  return [...cycles].toSorted()
}

function targetsOf(source: Source): readonly string[] {
  const targets = source.imports.flatMap(({ specifier }) => resolveImport(source.path, specifier) ?? [])
  return [...new Set(targets)].toSorted()
}

function printCycle(trail: readonly string[]): string {
  const first = trail.toSorted()[0] ?? ''
  const start = trail.indexOf(first)
  return [...trail.slice(start), ...trail.slice(0, start), first].join(' → ')
}
