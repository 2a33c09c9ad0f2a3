import { z } from '../schema.ts'

/** Names and positions from the top of a value: `['spec', 'update', 'targets', 0, 'path']`. */
export type Path = readonly PropertyKey[]

/** A path for people: `spec.update.targets[0].path`, `metadata.annotations["tagboat.dev/spec"]`. */
export function printPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    const name = String(step)
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) return `${text}[${JSON.stringify(name)}]`
    return text === '' ? name : `${text}.${name}`
  }, '')
}

/** Names of the fields that a schema has at a path, in its order; empty where there are none or any would do. */
export function fieldNames(schema: z.ZodType, path: Path): readonly string[] {
  const found = path.reduce<z.ZodType | undefined>((at, step) => at && stepInto(bare(at), step), schema)
  const inner = found === undefined ? undefined : bare(found)
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
}

/**
 * Paths of the fields that Flux does not have (`own` in core/schema.ts), topmost only, e.g. `['policy', 'calver']`.
 * Fields of list items are not looked at: our own lists are our own as a whole.
 */
export function ownPaths(schema: z.ZodType): readonly (readonly string[])[] {
  const inner = bare(schema)
  if (!(inner instanceof z.ZodObject)) return []
  return Object.entries<z.ZodType>(inner.shape).flatMap(([name, field]) => {
    if (field.meta()?.['origin'] === 'tagboat') return [[name]]
    return ownPaths(field).map((rest) => [name, ...rest])
  })
}

function stepInto(schema: z.ZodType, step: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType
  if (schema instanceof z.ZodObject && Object.hasOwn(schema.shape, step)) return schema.shape[String(step)] as z.ZodType
  return undefined
}

/** The schema without what makes it optional. */
function bare(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return bare(schema.unwrap() as z.ZodType)
  return schema
}
