import { quoteOutside } from '../error.ts'
import type { z } from '../schema.ts'
import { specAnnotation } from './annotations.ts'
import { fieldNames, ownPaths, printPath } from './fields.ts'
import { unknownField, type FieldProblem } from './problem.ts'

type Json = Readonly<Record<string, unknown>>

/** Where the annotation stands in its document. */
export const annotationPath = ['metadata', 'annotations', specAnnotation] as const

/** A spec with our fields in it, and what was wrong with the way they were given. */
export interface MergedSpec {
  readonly spec: Json
  /** Paths within the spec that came from the annotation. */
  readonly merged: readonly (readonly string[])[]
  readonly problems: readonly FieldProblem[]
}

/**
 * Our fields of an object of Flux's groups: taken from the annotation `tagboat.dev/spec`, a JSON object shaped like
 * the spec, and put into the spec. Only the fields that the schema marks as ours are taken, each as a whole; anything
 * else in the annotation, and a field of ours directly in the spec, is a problem.
 */
export function mergeSpecAnnotation(spec: Json, annotation: string | undefined, schema: z.ZodType): MergedSpec {
  const own = ownPaths(schema)
  const misplaced = own
    .filter((path) => read(spec, path) !== undefined)
    .map((path) => ({
      path: ['spec', ...path],
      message: `is a field of Tagboat; on an object of Flux write it into the annotation ${specAnnotation}`,
    }))
  if (annotation === undefined) return { spec, merged: [], problems: misplaced }
  const parsed = parseObject(annotation)
  if (typeof parsed === 'string') {
    return { spec, merged: [], problems: [...misplaced, { path: annotationPath, message: parsed }] }
  }
  const merged = own.filter((path) => read(parsed, path) !== undefined)
  return {
    spec: merged.reduce((into, path) => write(into, path, read(parsed, path)), spec),
    merged,
    problems: [...misplaced, ...strangers(parsed, [], { own, schema })],
  }
}

function parseObject(text: string): Json | string {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : 'expected a JSON object'
  } catch (error) {
    return `expected a JSON object: ${quoteOutside(error instanceof Error ? error.message : '')}`
  }
}

/** Keys of the annotation that lie on no path of ours. */
function strangers(
  value: Json,
  at: readonly string[],
  known: { readonly own: readonly (readonly string[])[]; readonly schema: z.ZodType },
): readonly FieldProblem[] {
  const next = known.own
    .filter((path) => at.every((name, index) => path[index] === name))
    .map((path) => path[at.length])
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = [...at, name]
    if (known.own.some((one) => printPath(one) === printPath(path))) return []
    if (next.includes(name) && isObject(inner)) return strangers(inner, path, known)
    if (next.includes(name)) return [{ path: [...annotationPath, ...path], message: 'expected a mapping' }]
    if (!fieldNames(known.schema, at).includes(name)) {
      const names = next.filter((one) => one !== undefined)
      return [unknownField([...annotationPath, ...path], names)]
    }
    return [{ path: [...annotationPath, ...path], message: 'is a field of Flux; write it into spec' }]
  })
}

function read(value: Json, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => (isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined), value)
}

/** A copy with a value at a path; what is in the way and is no object is kept, for the schema to complain of. */
function write(into: Json, path: readonly string[], value: unknown): Json {
  const [name = '', ...rest] = path
  if (rest.length === 0) return { ...into, [name]: value }
  const inner = Object.hasOwn(into, name) ? into[name] : {}
  return isObject(inner) ? { ...into, [name]: write(inner, rest, value) } : into
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
