import { TextBuilder, type Budget } from './budget.ts'
import { formatScalar, type Spec } from './format-scalar.ts'
import { Dict, List, Struct, typeOf, type Value } from './value.ts'

/** `%v` without any flag. */
export const plainSpec: Spec = { verb: 'v', flags: '', width: undefined, precision: undefined }

/** Go's `%v`: lists `[a b]`, maps `map[k:v]` by key, structs `{a b}`, nil `<nil>`. */
export function printValue(value: Value, budget: Budget): string {
  return typeof value === 'string' ? value : formatValue(value, plainSpec, budget)
}

/** What an action writes: as `%v`, and `<no value>` for none. */
export function printAction(value: Value, budget: Budget): string {
  return value === undefined || value === null ? '<no value>' : printValue(value, budget)
}

/** Go's fmt.Sprint: `%v` of each, a blank between two that are both no strings. */
export function printAll(values: readonly Value[], budget: Budget): string {
  const builder = new TextBuilder(budget)
  for (const [index, value] of values.entries()) {
    const blank = index > 0 && typeof value !== 'string' && typeof values[index - 1] !== 'string'
    builder.add((blank ? ' ' : '') + printValue(value, budget))
  }
  return builder.build()
}

/** A value by one verb of Go's fmt, with its flags; lists, maps and structs apply it to what they hold. */
export function formatValue(value: Value, spec: Spec, budget: Budget): string {
  const builder = new TextBuilder(budget)
  new Formatter(spec, budget, builder).add(value, 0)
  return builder.build()
}

class Formatter {
  readonly #spec: Spec
  readonly #budget: Budget
  readonly #builder: TextBuilder
  /** `%#v`: Go syntax. */
  readonly #isSyntax: boolean

  constructor(spec: Spec, budget: Budget, builder: TextBuilder) {
    this.#spec = spec
    this.#budget = budget
    this.#builder = builder
    this.#isSyntax = spec.verb === 'v' && spec.flags.includes('#')
  }

  add(value: Value, depth: number): void {
    this.#budget.take(1)
    this.#budget.depth(depth)
    if (this.#spec.verb === 'T' && depth === 0)
      return this.#builder.add(formatScalar(typeOf(value), { ...this.#spec, verb: 's' }, this.#budget))
    if (value instanceof List) return this.#addList(value, depth)
    if (value instanceof Dict) return this.#addDict(value, depth)
    if (value instanceof Struct) return this.#addStruct(value, depth)
    if (value === undefined || value === null) return this.#addNil(depth)
    this.#builder.add(formatScalar(value, this.#spec, this.#budget))
  }

  #addNil(depth: number): void {
    if (this.#isSyntax && depth > 0) return this.#builder.add('interface {}(nil)')
    const bad = depth === 0 && this.#spec.verb !== 'v'
    this.#builder.add(
      bad
        ? `%!${this.#spec.verb}(<nil>)`
        : formatScalar('<nil>', { ...this.#spec, verb: 's', flags: this.#spec.flags.replace('#', '') }, this.#budget),
    )
  }

  #addList(list: List, depth: number): void {
    if (this.#isSyntax && list.isNil) return this.#builder.add(`${list.type}(nil)`)
    this.#builder.add(this.#isSyntax ? `${list.type}{` : '[')
    for (const [index, item] of list.items.entries()) {
      if (index > 0) this.#builder.add(this.#isSyntax ? ', ' : ' ')
      this.add(item, depth + 1)
    }
    this.#builder.add(this.#isSyntax ? '}' : ']')
  }

  #addDict(dict: Dict, depth: number): void {
    this.#builder.add(this.#isSyntax ? `${dict.type}{` : 'map[')
    for (const [index, [key, value]] of dict.entries().entries()) {
      if (index > 0) this.#builder.add(this.#isSyntax ? ', ' : ' ')
      this.add(key, depth + 1)
      this.#builder.add(':')
      this.add(value, depth + 1)
    }
    this.#builder.add(this.#isSyntax ? '}' : ']')
  }

  #addStruct(struct: Struct, depth: number): void {
    if (struct.text !== undefined && !this.#isSyntax && /[vsqxX]/.test(this.#spec.verb)) {
      return this.#builder.add(formatScalar(struct.text, this.#spec, this.#budget))
    }
    const named = this.#isSyntax || this.#spec.flags.includes('+')
    this.#builder.add(this.#isSyntax ? `${struct.type}{` : '{')
    for (const [index, [name, value]] of [...struct.fields].entries()) {
      if (index > 0) this.#builder.add(this.#isSyntax ? ', ' : ' ')
      if (named && this.#spec.verb === 'v') this.#builder.add(`${name}:`)
      this.add(value, depth + 1)
    }
    this.#builder.add('}')
  }
}
