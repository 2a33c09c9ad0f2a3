import type { YamlScalar } from './yaml-node.ts'

const tagPrefix = 'tag:yaml.org,2002:'

/**
 * The value of a scalar as kustomize reads it: the YAML 1.2 core schema plus octals of the form 0644. Quoted and block
 * scalars are strings. What JSON cannot hold (.inf, .nan) and tags beyond !!str, !!int, !!float, !!bool and !!null
 * are told to `fault` and read as text.
 */
export function resolveScalar(scalar: YamlScalar, fault: (offset: number, message: string) => void): unknown {
  const { tag, text } = scalar
  if (tag === undefined)
    return scalar.style === 'plain' || scalar.style === 'empty' ? resolvePlain(scalar, fault) : text
  if (tag === '!' || tag === `${tagPrefix}str`) return text
  const value = resolvePlain(scalar, fault)
  if (tag === `${tagPrefix}${typeNameOf(value)}`) return value
  if (tag === `${tagPrefix}float` && typeof value === 'number') return value
  fault(scalar.start, `tag ${tag} is not supported for "${text}"`)
  return text
}

function typeNameOf(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'bool'
  return typeof value === 'number' && Number.isInteger(value) ? 'int' : 'float'
}

const nulls = new Set(['', '~', 'null', 'Null', 'NULL'])
const booleans = new Map([
  ...['true', 'True', 'TRUE'].map(pairWith(true)),
  ...['false', 'False', 'FALSE'].map(pairWith(false)),
])

function pairWith(value: boolean): (text: string) => [string, boolean] {
  return (text) => [text, value]
}

function resolvePlain({ text, start }: YamlScalar, fault: (offset: number, message: string) => void): unknown {
  if (nulls.has(text)) return null
  const boolean = booleans.get(text)
  if (boolean !== undefined) return boolean
  const number = resolveNumber(text)
  if (number === undefined) return text
  if (Number.isFinite(number)) return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number
  fault(start, `"${text}" is a number that JSON cannot hold`)
  return text
}

function resolveNumber(text: string): number | undefined {
  if (/^[-+]?0[0-7]+$/.test(text))
    return text.startsWith('-') ? -Number.parseInt(text.slice(1), 8) : Number.parseInt(text, 8)
  if (/^(?:0o[0-7]+|0x[0-9a-fA-F]+)$/.test(text)) return Number(text)
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text)) return Number(text)
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return Number.POSITIVE_INFINITY
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? Number.NaN : undefined
}
