import type { Structural } from '../../deploy/structural.ts'

/** A value that has every field of a schema; texts with a pattern are words, as types and reasons of conditions are. */
export function sampleOf(schema: Structural): unknown {
  const { type, properties, additionalProperties, items } = schema
  if (type === 'object') {
    const named = Object.entries(properties ?? {}).map(([name, inner]) => [name, sampleOf(inner)])
    return { ...Object.fromEntries(named), ...(additionalProperties && { some: sampleOf(additionalProperties) }) }
  }
  if (type === 'array') return items === undefined ? [] : [sampleOf(items)]
  if (type === 'integer') return 7
  if (type === 'boolean') return true
  if (schema.format === 'date-time') return '2026-01-02T03:04:05Z'
  return schema.enum?.[0] ?? 'Text'
}
