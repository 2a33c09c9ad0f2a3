import { z } from '#core/schema.ts'

type Json = Readonly<Record<string, unknown>>

/** One field of a schema, as the reference shows it. */
export interface FieldRow {
  /** `policy.semver.range`, `update.targets[].path`, `observedPolicies.*.tag` */
  readonly path: string
  /** Words for people: `text`, `duration`, `list of texts`, or the values that are possible. */
  readonly type: string
  /** Empty where there is none, or where it is nothing. */
  readonly default: string
  readonly meaning: string
  readonly isRequired: boolean
  /** Ours, or part of something that is. */
  readonly isOwn: boolean
}

/** Every field of a schema in its order, each followed by the fields within it. References are one row. */
export function fieldRows(schema: z.ZodType): readonly FieldRow[] {
  return rowsBelow(z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' }), '', false)
}

function rowsBelow(schema: Json, prefix: string, isOwn: boolean): readonly FieldRow[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return Object.entries(asObject(schema['properties'])).flatMap(([name, inner]) => {
    const field = asObject(inner)
    const path = `${prefix}${name}`
    const own = isOwn || field['origin'] === 'tagboat'
    const row: FieldRow = {
      path,
      type: typeOf(field),
      default: defaultOf(field['default']),
      meaning: typeof field['description'] === 'string' ? field['description'] : '',
      isRequired: required.includes(name),
      isOwn: own,
    }
    if (row.type === reference) return [row]
    const below = [
      ...rowsBelow(field, `${path}.`, own),
      ...rowsBelow(asObject(field['items']), `${path}[].`, own),
      ...rowsBelow(asObject(field['additionalProperties']), `${path}.*.`, own),
    ]
    return [row, ...below]
  })
}

const reference = '`{name}`'

const plural: Readonly<Record<string, string>> = { string: 'texts', object: 'objects', integer: 'numbers' }
const singular: Readonly<Record<string, string>> = { string: 'text', boolean: 'true or false', integer: 'number' }

function typeOf(schema: Json): string {
  const type = String(schema['type'])
  if (Array.isArray(schema['enum'])) {
    return schema['enum'].map((one) => `\`${one === '' ? '""' : String(one)}\``).join(', ')
  }
  if (type === 'array') return `list of ${pluralOf(schema['items'])}`
  if (type !== 'object') return String(schema['pattern']).includes('ms|s|m') ? 'duration' : (singular[type] ?? type)
  const names = Object.keys(asObject(schema['properties']))
  if (names.length === 0) return `map of ${pluralOf(schema['additionalProperties'])}`
  return names.length === 1 && names[0] === 'name' ? reference : 'object'
}

function pluralOf(schema: unknown): string {
  return plural[String(asObject(schema)['type'])] ?? ''
}

function defaultOf(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '' : `\`${value}\``
  return Array.isArray(value) && value.length > 0 ? `\`${JSON.stringify(value)}\`` : ''
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}
