import { z } from '#core/schema.ts'

/** A schema as a CustomResourceDefinition takes it; keys in the order in which they are printed. */
export interface Structural {
  readonly type: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly string[]
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: Structural
  readonly additionalProperties?: Structural
  readonly properties?: Readonly<Record<string, Structural>>
  readonly required?: readonly string[]
  /** `x-kubernetes-…` */
  readonly [extension: `x-${string}`]: unknown
}

type Json = Readonly<Record<string, unknown>>

/** Keys that are copied as they are; anything else that is not handled below has no place in a structural schema. */
const copied = ['description', 'default', 'enum', 'format', 'pattern', 'minLength', 'maxLength', 'minItems', 'maxItems']
const handled = ['type', 'minimum', 'maximum', 'items', 'properties', 'additionalProperties', 'required']
/** Ours alone (`own` in core/schema.ts), and zod's note of its draft. */
const dropped = ['origin', '$schema']

interface StructuralOptions {
  /** Take the fields that Flux does not have, and defaults that only spare our own code a question. */
  readonly own: boolean
}

/**
 * The structural schema of a zod schema, as input: fields with a default are not required. Throws where Kubernetes
 * would refuse it (unions, references).
 */
export function structural(schema: z.ZodType, options: StructuralOptions): Structural {
  return convert(z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' }), '', options)
}

function convert(schema: Json, at: string, options: StructuralOptions): Structural {
  const strange = Object.keys(schema).find(
    (key) => ![...copied, ...handled, ...dropped].includes(key) && !key.startsWith('x-'),
  )
  if (strange !== undefined || typeof schema['type'] !== 'string') {
    throw new Error(`${at}: ${strange ?? 'no type'}: not a structural schema`)
  }
  const { items, additionalProperties, required } = schema
  const properties = isObject(schema['properties']) ? takenFields(schema['properties'], options) : undefined
  const taken = { ...schema, ...defaultOf(schema, properties, options) }
  const keys = [...copied, ...Object.keys(schema).filter((key) => key.startsWith('x-'))].filter(
    (key) => taken[key] !== undefined,
  )
  const needed = Array.isArray(required) ? required.map(String).filter((name) => properties?.[name] !== undefined) : []
  return {
    type: schema['type'],
    ...Object.fromEntries(keys.map((key) => [key, taken[key]])),
    ...(schema['type'] === 'integer' ? { format: 'int64', ...bounds(schema) } : {}),
    ...(isObject(items) ? { items: convert(items, `${at}[]`, options) } : {}),
    ...(properties === undefined ? {} : { properties: convertAll(properties, at, options) }),
    ...(isObject(additionalProperties)
      ? { additionalProperties: convert(additionalProperties, `${at}.*`, options) }
      : {}),
    ...(needed.length > 0 ? { required: needed } : {}),
  }
}

function takenFields(properties: Json, { own }: StructuralOptions): Json {
  const isTaken = (field: unknown): boolean => own || (isObject(field) && field['origin'] !== 'tagboat')
  return Object.fromEntries(Object.entries(properties).filter(([, field]) => isTaken(field)))
}

/** A default must not name fields that are not taken; empty ones stand for "not given", which Flux does not fill in. */
function defaultOf(schema: Json, properties: Json | undefined, { own }: StructuralOptions): Json {
  const given = schema['default']
  if (own || given === undefined) return {}
  if (!isObject(given)) return { default: isEmpty(given) ? undefined : given }
  const kept = Object.entries(given).filter(([name, value]) => properties?.[name] !== undefined && !isEmpty(value))
  return { default: kept.length === 0 ? undefined : Object.fromEntries(kept) }
}

function isEmpty(value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0)
}

function convertAll(properties: Json, at: string, options: StructuralOptions): Readonly<Record<string, Structural>> {
  const entries = Object.entries(properties).map(([name, inner]) => [
    name,
    convert(inner as Json, `${at}.${name}`, options),
  ])
  return Object.fromEntries(entries) as Readonly<Record<string, Structural>>
}

/** Bounds that say more than that the number is one of JavaScript's. */
function bounds(schema: Json): Json {
  const kept = ['minimum', 'maximum'].filter((key) => Math.abs(Number(schema[key])) < Number.MAX_SAFE_INTEGER)
  return Object.fromEntries(kept.map((key) => [key, schema[key]]))
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
