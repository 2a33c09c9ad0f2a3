import { FunctionFault } from '../fault.ts'
import { define, defineVariadic } from '../function.ts'
import { formatValue, plainSpec, printValue } from '../print.ts'
import { compareText, Dict, identity, Integer, List, Struct, typeOf, type Call, type Value } from '../value.ts'

/** Go's comparisons: values of one kind, whole numbers of any type. */
export const comparisons = {
  eq: defineVariadic(['reflect.Value'], 'reflect.Value', ([first], call) => {
    if (call.rest.length === 0) throw new FunctionFault('missing argument for comparison')
    return call.rest.some((other) => equal(first, other, call))
  }),
  ne: define(['reflect.Value', 'reflect.Value'], ([a, b], call) => !equal(a, b, call)),
  lt: define(['reflect.Value', 'reflect.Value'], ([a, b]) => less(a, b)),
  le: define(['reflect.Value', 'reflect.Value'], ([a, b], call) => less(a, b) || equal(a, b, call)),
  gt: define(['reflect.Value', 'reflect.Value'], ([a, b], call) => !less(a, b) && !equal(a, b, call)),
  ge: define(['reflect.Value', 'reflect.Value'], ([a, b]) => !less(a, b)),
}

/** Basic kinds that Go compares; signed and unsigned numbers compare with each other. */
function basicKind(value: Value): 'bool' | 'number' | 'int' | 'string' | 'other' {
  if (value instanceof Integer) return 'int'
  const kind = typeof value
  return kind === 'boolean' ? 'bool' : kind === 'number' || kind === 'string' ? kind : 'other'
}

function equal(a: Value, b: Value, call: Call): boolean {
  const [left, right] = [basicKind(a), basicKind(b)]
  if (left !== right) {
    if (isNothing(a) || isNothing(b)) return false
    throw incompatible(a, b)
  }
  if (a instanceof Integer && b instanceof Integer) return a.value === b.value
  if (left !== 'other') return a === b
  return equalOthers(a, b, call)
}

function equalOthers(a: Value, b: Value, { budget }: Call): boolean {
  const isAbsent = isNothing(a) || isNothing(b)
  if (!isAbsent && kindClass(a) !== kindClass(b)) {
    const [left, right] = [formatValue(a, asText, budget), printValue(b, budget)]
    throw new FunctionFault(`non-comparable types ${left}: ${typeOf(a)}, ${typeOf(b)}: ${right}`)
  }
  if (isNil(a) || isNil(b)) return isNil(a) && isNil(b)
  const isComparable = b instanceof Struct && [...b.fields.values()].every((field) => typeof field !== 'object')
  if (!isComparable && !(b instanceof Struct && b.type === 'update.ObjectIdentifier')) {
    throw new FunctionFault(`non-comparable type ${formatValue(b, asText, budget)}: ${typeOf(b)}`)
  }
  return typeOf(a) === typeOf(b) && identity(a) === identity(b)
}

/** Go's messages have one operand by `%s`. */
const asText = { ...plainSpec, verb: 's' }

function kindClass(value: Value): 'list' | 'dict' | 'struct' {
  return value instanceof List ? 'list' : value instanceof Dict ? 'dict' : 'struct'
}

function isNothing(value: Value): boolean {
  return value === undefined || value === null
}

/** No value, nil, or a nil slice. */
function isNil(value: Value): boolean {
  return isNothing(value) || (value instanceof List && value.isNil)
}

function less(a: Value, b: Value): boolean {
  const [left, right] = [basicKind(a), basicKind(b)]
  if (left === 'other' || right === 'other') throw new FunctionFault('invalid type for comparison')
  if (left !== right) throw incompatible(a, b)
  if (a instanceof Integer && b instanceof Integer) return a.value < b.value
  if (typeof a === 'number' && typeof b === 'number') return a < b
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b) < 0
  throw new FunctionFault('invalid type for comparison')
}

function incompatible(a: Value, b: Value): FunctionFault {
  return new FunctionFault(`incompatible types for comparison: ${typeOf(a)} and ${typeOf(b)}`)
}
