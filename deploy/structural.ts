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

/**
 * The structural schema of a zod schema, as input: fields with a default are not required. Throws where Kubernetes
 * would refuse it (unions, references).
 */
export function structural(schema: z.ZodType): Structural {
  return convert(z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' }), '')
}

function convert(schema: Json, at: string): Structural {
  const strange = Object.keys(schema).find(
    (key) => ![...copied, ...handled, ...dropped].includes(key) && !key.startsWith('x-'),
  )
  if (strange !== undefined || typeof schema['type'] !== 'string') {
    throw new Error(`${at}: ${strange ?? 'no type'}: not a structural schema`)
  }
  const { items, properties, additionalProperties, required } = schema
  const keys = [...copied, ...Object.keys(schema).filter((key) => key.startsWith('x-'))].filter((key) => key in schema)
  return {
    type: schema['type'],
    ...Object.fromEntries(keys.map((key) => [key, schema[key]])),
    ...(schema['type'] === 'integer' ? { format: 'int64', ...bounds(schema) } : {}),
    ...(isObject(items) ? { items: convert(items, `${at}[]`) } : {}),
    ...(isObject(properties) ? { properties: convertAll(properties, at) } : {}),
    ...(isObject(additionalProperties) ? { additionalProperties: convert(additionalProperties, `${at}.*`) } : {}),
    ...(Array.isArray(required) && required.length > 0 ? { required: required.map(String) } : {}),
  }
}

function convertAll(properties: Json, at: string): Readonly<Record<string, Structural>> {
  const entries = Object.entries(properties).map(([name, inner]) => [name, convert(inner as Json, `${at}.${name}`)])
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
