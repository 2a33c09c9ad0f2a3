import type { Budget } from './budget.ts'
import type { TextHashes } from './hashes.ts'

/**
 * A value of a running template. Go's types that differ in what functions take and print are told apart:
 * `undefined` is no value at all (a missing key, printed `<no value>`), `null` a nil interface, a JS number a float64.
 */
export type Value = undefined | null | string | boolean | number | Integer | List | Dict | Struct

/** Go types that functions of ours take; a fixed list, so that each has its check and its TypeScript type. */
export type ParameterType =
  | 'string'
  | 'bool'
  | 'int'
  | 'float64'
  | 'map[string]interface {}'
  /** Anything; no value at all becomes nil. */
  | 'interface {}'
  /** Anything, no value at all included (what Go's own functions take). */
  | 'reflect.Value'
  | '*semver.Version'

/** What a function is given beside its fixed arguments. */
export interface Call {
  /** The variadic arguments. */
  readonly rest: readonly Value[]
  readonly budget: Budget
  readonly hashes: TextHashes
}

/** A function or method that templates can call; its arguments have been checked against its signature. */
export interface TemplateFunction {
  readonly parameters: readonly ParameterType[]
  readonly variadic?: ParameterType
  readonly run: (fixed: readonly Value[], call: Call) => Value
}

/** A whole number with its Go type. */
export class Integer {
  readonly type: 'int' | 'int64' | 'uint64' | 'uint8'
  readonly value: bigint

  /** `value` wraps around at 64 bits, as in Go. */
  constructor(type: Integer['type'], value: bigint | number) {
    this.type = type
    this.value = type.startsWith('u') ? BigInt.asUintN(64, BigInt(value)) : BigInt.asIntN(64, BigInt(value))
  }
}

/** The usual whole number of templates. */
export function int(value: bigint | number): Integer {
  return new Integer('int', value)
}

/** What arithmetic functions give. */
export function int64(value: bigint | number): Integer {
  return new Integer('int64', value)
}

/** A slice. Never changed once made. */
export class List {
  /** Go type of the entries, e.g. `interface {}`. */
  readonly element: string
  readonly items: readonly Value[]
  /** A nil slice: empty, but `null` in JSON. */
  readonly isNil: boolean

  constructor(items: readonly Value[], element = 'interface {}', isNil = false) {
    this.items = items
    this.element = element
    this.isNil = isNil
  }

  get type(): string {
    return `[]${this.element}`
  }
}

/** A map. Its functions change it in place, as sprig's do. */
export class Dict {
  readonly type: string
  /** Go type of the keys: `string`, or that of a struct. */
  readonly key: string
  readonly element: string
  /** What Go's `index` gives for a key that is not there. */
  readonly zero: Value
  readonly #entries: Map<string, readonly [key: Value, value: Value]>

  constructor(entries: Iterable<readonly [key: Value, value: Value]> = [], type: DictType = {}) {
    this.key = type.key ?? 'string'
    this.element = type.element ?? 'interface {}'
    this.zero = type.zero ?? null
    this.type = type.name ?? `map[${this.key}]${this.element}`
    this.#entries = new Map(Array.from(entries, (entry) => [identity(entry[0]), entry]))
  }

  get size(): number {
    return this.#entries.size
  }

  /** An empty map of the same type. */
  like(): Dict {
    return new Dict([], { name: this.type, key: this.key, element: this.element, zero: this.zero })
  }

  has(key: Value): boolean {
    return this.#entries.has(identity(key))
  }

  /** The value, undefined if there is none. */
  get(key: Value): Value {
    return this.#entries.get(identity(key))?.[1]
  }

  set(key: Value, value: Value): void {
    this.#entries.set(identity(key), [key, value])
  }

  delete(key: Value): void {
    this.#entries.delete(identity(key))
  }

  /** Those of its keys that are texts, in order. */
  keys(): readonly string[] {
    return this.entries().flatMap(([key]) => (typeof key === 'string' ? [key] : []))
  }

  /** By key: texts by their bytes, structs field by field. */
  entries(): readonly (readonly [key: Value, value: Value])[] {
    return [...this.#entries.values()].toSorted((a, b) => compareKeys(a[0], b[0]))
  }
}

interface DictType {
  readonly key?: string
  readonly element?: string
  /** A type with a name of its own, e.g. `update.ObjectChanges`. */
  readonly name?: string
  /** The zero value of the element type; nil if absent. */
  readonly zero?: Value
}

/** What a struct can do beside showing its fields. */
export interface StructOptions {
  /** Fields of embedded structs, which are reached as its own. */
  readonly promoted?: Readonly<Record<string, Value>>
  readonly methods?: Readonly<Record<string, TemplateFunction>>
  /** What Go's `String()` gives, for structs that have it. */
  readonly text?: string
  /** What is written in JSON in its place, where that is not an object of its fields. */
  readonly json?: Value
}

/** A struct: fields in order, and perhaps methods. Lookups see nothing else. */
export class Struct {
  readonly type: string
  readonly fields: ReadonlyMap<string, Value>
  readonly methods: ReadonlyMap<string, TemplateFunction>
  readonly text: string | undefined
  readonly json: Value
  readonly #promoted: ReadonlyMap<string, Value>

  constructor(type: string, fields: Readonly<Record<string, Value>>, options: StructOptions = {}) {
    this.type = type
    this.fields = new Map(Object.entries(fields))
    this.methods = new Map(Object.entries(options.methods ?? {}))
    this.text = options.text
    this.json = options.json
    this.#promoted = new Map(Object.entries(options.promoted ?? {}))
  }

  /** Has it a field of this name, its own or promoted? */
  has(name: string): boolean {
    return this.fields.has(name) || this.#promoted.has(name)
  }

  /** The field, undefined if there is none. */
  get(name: string): Value {
    return this.fields.has(name) ? this.fields.get(name) : this.#promoted.get(name)
  }
}

/** Go's name of a value's type, e.g. `[]string`; `<nil>` for nil. */
export function typeOf(value: Value): string {
  if (value === undefined || value === null) return '<nil>'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return 'float64'
  return value.type
}

/** Go's name of a value's kind, e.g. `slice`; `invalid` for nil. */
export function kindOf(value: Value): string {
  if (value === undefined || value === null) return 'invalid'
  if (value instanceof List) return 'slice'
  if (value instanceof Dict) return 'map'
  if (value instanceof Struct) return value.type.startsWith('*') ? 'ptr' : 'struct'
  return typeOf(value)
}

/** Go templates' truth: not the zero value of its type, not empty; structs are always true. */
export function isTrue(value: Value): boolean {
  if (value instanceof Integer) return value.value !== 0n
  if (value instanceof List) return value.items.length > 0
  if (value instanceof Dict) return value.size > 0
  // NaN is not zero.
  return typeof value === 'number' ? value !== 0 : Boolean(value)
}

/** Compares texts by code points, which is the order of their UTF-8 bytes. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)]
    if (left !== right) return weight(left) - weight(right)
  }
  return a.length - b.length
}

/** Surrogates stand for characters above all others. */
function weight(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}

function compareKeys(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (!(a instanceof Struct && b instanceof Struct)) return 0
  for (const [name, value] of a.fields) {
    const order = compareKeys(value, b.fields.get(name))
    if (order !== 0) return order
  }
  return 0
}

/** Equal for equal keys: texts and structs of texts. */
export function identity(key: Value): string {
  if (typeof key === 'string') return `"${key}`
  if (key instanceof Struct) return JSON.stringify([key.type, ...Array.from(key.fields.values(), identity)])
  return typeOf(key)
}
