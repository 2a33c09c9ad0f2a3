import { TextBuilder, type Budget } from '../budget.ts'
import { FunctionFault } from '../fault.ts'
import { define } from '../function.ts'
import { Dict, Integer, List, Struct, type Value } from '../value.ts'

/** sprig's JSON, as Go's encoding/json reads and writes it. The forms without `must` swallow errors. */
export const json = {
  toJson: define(['interface {}'], ([value], { budget }) =>
    orEmpty(() => toJson(value, { budget, escapesHtml: true })),
  ),
  mustToJson: define(['interface {}'], ([value], { budget }) => toJson(value, { budget, escapesHtml: true })),
  toPrettyJson: define(['interface {}'], ([value], { budget }) =>
    orEmpty(() => toJson(value, { budget, escapesHtml: true, indent: '  ' })),
  ),
  mustToPrettyJson: define(['interface {}'], ([value], { budget }) =>
    toJson(value, { budget, escapesHtml: true, indent: '  ' }),
  ),
  toRawJson: define(['interface {}'], ([value], { budget }) => toJson(value, { budget, escapesHtml: false })),
  mustToRawJson: define(['interface {}'], ([value], { budget }) => toJson(value, { budget, escapesHtml: false })),
  fromJson: define(['string'], ([text], { budget }) => {
    try {
      return fromJson(text, budget)
    } catch (error) {
      if (error instanceof FunctionFault) return null
      throw error
    }
  }),
  mustFromJson: define(['string'], ([text], { budget }) => fromJson(text, budget)),
}

function orEmpty(write: () => string): string {
  try {
    return write()
  } catch (error) {
    if (error instanceof FunctionFault) return ''
    throw error
  }
}

interface Writing {
  readonly budget: Budget
  /** `<`, `>` and `&` as `\u003c`, `\u003e` and `\u0026`. */
  readonly escapesHtml: boolean
  readonly indent?: string
}

function toJson(value: Value, writing: Writing): string {
  const builder = new TextBuilder(writing.budget)
  new JsonWriter(writing, builder).add(value, 0)
  return builder.build()
}

class JsonWriter {
  readonly #writing: Writing
  readonly #builder: TextBuilder

  constructor(writing: Writing, builder: TextBuilder) {
    this.#writing = writing
    this.#builder = builder
  }

  add(value: Value, depth: number): void {
    const { budget, escapesHtml } = this.#writing
    budget.take(1)
    budget.depth(depth)
    if (value instanceof List) return this.#addList(value, depth)
    if (value instanceof Dict) return this.#addDict(value, depth)
    if (value instanceof Struct && value.json !== undefined) return this.add(value.json, depth)
    if (value instanceof Struct) return this.#addMembers([...value.fields], depth)
    this.#builder.add(typeof value === 'string' ? jsonText(value, escapesHtml) : scalar(value))
  }

  #addList(list: List, depth: number): void {
    if (list.isNil) return this.#builder.add('null')
    this.#addAll('[]', list.items, depth, (item) => this.add(item, depth + 1))
  }

  #addDict(dict: Dict, depth: number): void {
    if (dict.key !== 'string') throw new FunctionFault(`json: unsupported type: ${dict.type}`)
    this.#addMembers(
      dict.keys().map((key) => [key, dict.get(key)] as const),
      depth,
    )
  }

  #addMembers(members: readonly (readonly [string, Value])[], depth: number): void {
    this.#addAll('{}', members, depth, ([name, value]) => {
      const colon = this.#writing.indent === undefined ? ':' : ': '
      this.#builder.add(jsonText(name, this.#writing.escapesHtml) + colon)
      this.add(value, depth + 1)
    })
  }

  #addAll<T>(brackets: string, items: readonly T[], depth: number, add: (item: T) => void): void {
    const { indent } = this.#writing
    const lineEnd = (level: number): string => (indent === undefined ? '' : `\n${indent.repeat(level)}`)
    this.#builder.add(brackets.charAt(0))
    for (const [index, item] of items.entries()) {
      this.#builder.add((index > 0 ? ',' : '') + lineEnd(depth + 1))
      add(item)
    }
    this.#builder.add((items.length > 0 ? lineEnd(depth) : '') + brackets.charAt(1))
  }
}

function scalar(value: Exclude<Value, string | List | Dict | Struct>): string {
  if (value instanceof Integer) return String(value.value)
  if (typeof value !== 'number') return String(value ?? null)
  if (!Number.isFinite(value)) {
    throw new FunctionFault(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`)
  }
  return Object.is(value, -0) ? '-0' : String(value)
}

function jsonText(text: string, escapesHtml: boolean): string {
  // Lone surrogates stand for bytes that are no UTF-8.
  const written = JSON.stringify(text.toWellFormed()).replace(/[\u2028\u2029]/g, hexEscape)
  return escapesHtml ? written.replace(/[<>&]/g, hexEscape) : written
}

function hexEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function fromJson(text: string, budget: Budget): Value {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new FunctionFault(text.trim() === '' ? 'unexpected end of JSON input' : 'invalid JSON')
  }
  return valueOf(parsed, budget, 0)
}

function valueOf(parsed: unknown, budget: Budget, depth: number): Value {
  budget.take(1)
  budget.depth(depth)
  if (Array.isArray(parsed)) return new List(parsed.map((item) => valueOf(item, budget, depth + 1)))
  if (typeof parsed === 'object' && parsed !== null) {
    return new Dict(Object.entries(parsed).map(([key, value]) => [key, valueOf(value, budget, depth + 1)]))
  }
  if (typeof parsed === 'number' && !Number.isFinite(parsed)) {
    throw new FunctionFault('json: cannot unmarshal number into Go value of type float64')
  }
  return parsed as string | number | boolean | null
}
