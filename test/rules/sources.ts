import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { parseSync, Visitor, type Program, type Statement } from 'oxc-parser'

/** The repository, as an absolute path ending in a slash. */
export const root = new URL('../..', import.meta.url).pathname

/** One import, export-from, `import()` or type-level `import('…')` of a file. */
export interface Import {
  readonly specifier: string
  readonly line: number
  readonly kind: 'value' | 'type' | 'dynamic'
}

/** One function of any form, with the number of lines it spans. */
interface Span {
  readonly line: number
  readonly lines: number
}

/** What the rules look at in one file. Paths are relative to the repository, with `/`. */
export interface Source {
  readonly path: string
  readonly lines: number
  readonly imports: readonly Import[]
  readonly functions: readonly Span[]
  /** Every string literal that is a value, not a type. */
  readonly strings: ReadonlySet<string>
  /** Holds nothing that exists at run time. */
  readonly typesOnly: boolean
}

/** Paths below the repository that match the globs, sorted; fixtures are data and no sources. */
export function listFiles(...globs: readonly string[]): readonly string[] {
  const paths = globSync(globs, { cwd: root, exclude: ['**/node_modules/**', '**/fixtures/**'] })
  return paths.map((path) => path.replaceAll('\\', '/')).toSorted()
}

/** Reads a file of the repository. */
export function readText(path: string): string {
  return readFileSync(root + path, 'utf8')
}

/** Parses every TypeScript file below the folders. */
export function readSources(...folders: readonly string[]): readonly Source[] {
  return listFiles(...folders.map((folder) => `${folder}/**/*.ts`)).map((path) => parseSource(path, readText(path)))
}

/** Parses one file; `import type`, `import()` and `typeof import()` are all seen. */
export function parseSource(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text)
  const [problem] = errors
  if (problem !== undefined) throw new Error(`${path}: ${problem.message}`)
  const lineOf = lineFinder(text)
  return {
    path,
    lines: text.trimEnd().split('\n').length,
    imports: findImports(program, lineOf),
    functions: findFunctions(program, lineOf),
    strings: findStrings(program),
    typesOnly: program.body.every(isTypeOnly),
  }
}

/** The file of ours that an import means (`src/core/error.ts`), or undefined for a package or a module of Node. */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [...text.matchAll(/\n/g)].map((match) => match.index)
  return (offset) => starts.filter((start) => start < offset).length + 1
}

function findImports(program: Program, lineOf: (offset: number) => number): readonly Import[] {
  const imports: Import[] = []
  const add = (source: { type: string; value?: unknown; start: number } | null, kind: Import['kind']): void => {
    if (source?.type !== 'Literal' || typeof source.value !== 'string') return
    imports.push({ specifier: source.value, line: lineOf(source.start), kind })
  }
  new Visitor({
    ImportDeclaration: (node) => {
      add(node.source, node.importKind === 'type' ? 'type' : 'value')
    },
    ExportNamedDeclaration: (node) => {
      add(node.source, node.exportKind === 'type' ? 'type' : 'value')
    },
    ExportAllDeclaration: (node) => {
      add(node.source, node.exportKind === 'type' ? 'type' : 'value')
    },
    ImportExpression: (node) => {
      add(node.source, 'dynamic')
    },
    TSImportType: (node) => {
      add(node.source, 'type')
    },
  }).visit(program)
  return imports
}

function findFunctions(program: Program, lineOf: (offset: number) => number): readonly Span[] {
  const functions: Span[] = []
  const add = (node: { start: number; end: number }): void => {
    const line = lineOf(node.start)
    functions.push({ line, lines: lineOf(node.end) - line + 1 })
  }
  new Visitor({ FunctionDeclaration: add, FunctionExpression: add, ArrowFunctionExpression: add }).visit(program)
  return functions
}

function findStrings(program: Program): ReadonlySet<string> {
  const values = new Set<string>()
  let typeDepth = 0
  new Visitor({
    TSLiteralType: () => void (typeDepth += 1),
    'TSLiteralType:exit': () => void (typeDepth -= 1),
    Literal: (node) => {
      if (typeDepth === 0 && typeof node.value === 'string') values.add(node.value)
    },
  }).visit(program)
  return values
}

function isTypeOnly(statement: Statement): boolean {
  if (statement.type === 'ImportDeclaration' || isTypeDeclaration(statement)) return true
  if (statement.type !== 'ExportNamedDeclaration') return false
  return statement.exportKind === 'type' || (statement.declaration !== null && isTypeDeclaration(statement.declaration))
}

function isTypeDeclaration(node: { readonly type: string }): boolean {
  return node.type === 'TSInterfaceDeclaration' || node.type === 'TSTypeAliasDeclaration'
}
