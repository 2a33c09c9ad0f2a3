import { quoteOutside } from '../error.ts'
import { z } from '../schema.ts'
import { fieldNames, printPath, type Path } from './fields.ts'
import { didYouMean } from './nearest.ts'

/** Something wrong with one field; `message` is one line, without the path. */
export interface FieldProblem {
  readonly path: Path
  readonly message: string
}

/** A field problem with everything that tells a person where it is. */
export interface Problem extends FieldProblem {
  readonly file?: string
  /** 1-based. */
  readonly line?: number
  /** As `ImagePolicy apps/web`; absent where a document is no object. */
  readonly object?: string
}

/** A longer line is cut: no name or value of a resource needs more. */
const maxLine = 2000

/**
 * `apps.yaml:7: ImagePolicy apps/web: spec.interval: is required`, without the parts that are not known. Always one
 * line: names of files and keys may hold anything.
 */
export function printProblem({ file, line, object, path, message }: Problem): string {
  const place = file === undefined ? undefined : `${file}${line === undefined ? '' : `:${line}`}`
  const name = printPath(path)
  // Flux's texts about several fields begin with the field themselves.
  const field = name === '' || message.startsWith(`${name} `) ? undefined : name
  const parts = [place, object, field, message].filter((part) => part !== undefined)
  return quoteOutside(parts.join(': '), maxLine)
}

/**
 * zod's issues about `value` in the words of these files; `at` is the path of the value in its document.
 * Of several about one value the first is told: what has the wrong type need not have the right length.
 */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  { schema, at }: { readonly schema: z.ZodType; readonly at: Path },
): readonly FieldProblem[] {
  const seen = new Set<string>()
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      const known = fieldNames(schema, issue.path)
      return issue.keys.map((key) => unknownField([...at, ...issue.path, key], known))
    }
    const place = printPath(issue.path)
    if (seen.has(place)) return []
    seen.add(place)
    return [{ path: [...at, ...issue.path], message: describe(issue, valueAt(value, issue.path)) }]
  })
}

/** The problem of a field that does not exist there, with the name that was probably meant. */
export function unknownField(path: Path, known: readonly string[]): FieldProblem {
  return { path, message: `unknown field${didYouMean(String(path.at(-1) ?? ''), known)}` }
}

/** Is this a field that does not exist there, and nothing worse? */
export function isUnknownField({ message }: FieldProblem): boolean {
  return message.startsWith('unknown field')
}

function describe(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return 'is required'
  const got = `, got ${quoteValue(value)}`
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${typeNames[issue.expected] ?? issue.expected}${got}${quoteHint(issue.expected, value)}`
    case 'invalid_value': {
      const values = issue.values.map(String).filter((one) => one !== '')
      const meant = typeof value === 'string' ? didYouMean(value, values) : ''
      return `expected ${values.length === 1 ? '' : 'one of '}${values.join(', ')}${got}${meant}`
    }
    case 'invalid_format':
      return `${issue.message}${got}`
    case 'too_small':
      return issue.minimum === 1 && value === ''
        ? 'must not be empty'
        : `expected at least ${issue.minimum} ${unit(value)}`
    case 'too_big':
      return `expected at most ${issue.maximum} ${unit(value)}, got ${(value as { length: number }).length}`
    default:
      return `${issue.message}${got}`
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
}

/** YAML reads 1.10 and true as what they look like, so a text that looks like them needs quotes. */
function quoteHint(expected: string, value: unknown): string {
  const isPlain = typeof value === 'number' || typeof value === 'boolean'
  return expected === 'string' && isPlain ? '; put it in quotes' : ''
}

function unit(value: unknown): string {
  return typeof value === 'string' ? 'characters' : 'items'
}

function quoteValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'a mapping'
  return typeof value === 'string' ? JSON.stringify(quoteOutside(value, 60)) : String(value)
}

/** The value at a path, own properties only. */
function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    return (at as Readonly<Record<PropertyKey, unknown>>)[step]
  }, value)
}
