import { utf8Length } from '../../bytes.ts'
import { FunctionFault } from '../fault.ts'
import { define, defineVariadic } from '../function.ts'
import { printAll, printValue } from '../print.ts'
import { printf } from '../printf.ts'
import { isPrint } from '../quote.ts'
import { toByteText } from '../text.ts'
import { Dict, int, Integer, isTrue, List, Struct, typeOf, type Call, type Value } from '../value.ts'
import { TextBuilder } from '../budget.ts'
import { percentEncode } from './url-escape.ts'

/** What every Go template has: logic (`and` and `or` are evaluated by the caller), lookups, printing and escaping. */
export const builtins = {
  and: defineVariadic(['reflect.Value'], 'reflect.Value', ([first]) => first),
  or: defineVariadic(['reflect.Value'], 'reflect.Value', ([first]) => first),
  not: define(['reflect.Value'], ([value]) => !isTrue(value)),
  len: define(['reflect.Value'], ([value]) => int(lengthOf(value))),
  index: defineVariadic(['reflect.Value'], 'reflect.Value', ([value], { rest }) =>
    rest.reduce(indexed, present(value)),
  ),
  print: defineVariadic([], 'interface {}', (_, { rest, budget }) => printAll(rest, budget)),
  println: defineVariadic([], 'interface {}', (_, { rest, budget }) => {
    const builder = new TextBuilder(budget)
    for (const [at, value] of rest.entries()) builder.add((at > 0 ? ' ' : '') + printValue(value, budget))
    return `${builder.build()}\n`
  }),
  printf: defineVariadic(['string'], 'interface {}', ([format], { rest, budget }) => printf(format, rest, budget)),
  html: escaper(/["'&<>\0]/g, (character) => htmlEscapes[character] ?? character),
  js: escaper(/[\\'"<>&=\u0000-\u001f\u0080-\u{10ffff}]/gu, escapeJs),
  urlquery: escaper(/[^A-Za-z0-9_.~-]/gu, (character) => (character === ' ' ? '+' : percentEncode(character))),
}

function lengthOf(value: Value): number {
  if (typeof value === 'string') return utf8Length(value)
  if (value instanceof List) return value.items.length
  if (value instanceof Dict) return value.size
  const isNil = value === null || value === undefined
  throw new FunctionFault(
    isNil ? 'reflect: call of reflect.Value.Type on zero Value' : `len of type ${pointedType(value)}`,
  )
}

/** Pointers are followed before Go looks. */
function pointedType(value: Value): string {
  return typeOf(value).replace(/^\*/, '')
}

function present(value: Value): Value {
  if (value === null || value === undefined) throw new FunctionFault('index of untyped nil')
  return value
}

function indexed(item: Value, key: Value): Value {
  if (item === null || item === undefined) throw new FunctionFault('index of nil pointer')
  if (item instanceof Dict) return dictEntry(item, key)
  if (typeof item === 'string') {
    const bytes = toByteText(item)
    return new Integer('uint8', bytes.charCodeAt(position(key, bytes.length, 'string')))
  }
  if (item instanceof List) return item.items[position(key, item.items.length, 'slice')]
  throw new FunctionFault(`can't index item of type ${pointedType(item)}`)
}

/** The entry, or the zero value of what the map holds. */
function dictEntry(dict: Dict, key: Value): Value {
  if (key === null || key === undefined) throw new FunctionFault(`value is nil; should be of type ${dict.key}`)
  const fits = dict.key === 'string' ? typeof key === 'string' : key instanceof Struct && key.type === dict.key
  if (!fits) throw new FunctionFault(`value has type ${typeOf(key)}; should be ${dict.key}`)
  return dict.has(key) ? dict.get(key) : dict.zero
}

function position(key: Value, length: number, kind: 'slice' | 'string'): number {
  if (key === null || key === undefined) throw new FunctionFault('cannot index slice/array with nil')
  if (!(key instanceof Integer)) throw new FunctionFault(`cannot index slice/array with type ${typeOf(key)}`)
  if (key.value < 0n || key.value > BigInt(length)) throw new FunctionFault(`index out of range: ${key.value}`)
  // Go lets the length itself pass here and fails a step later.
  if (key.value === BigInt(length)) throw new FunctionFault(`reflect: ${kind} index out of range`)
  return Number(key.value)
}

/** A function that prints its arguments and replaces characters. */
function escaper(pattern: RegExp, replacement: (character: string) => string): ReturnType<typeof defineVariadic> {
  return defineVariadic([], 'interface {}', (_, call) => {
    const text = printedOf(call)
    call.budget.room(text.length)
    return text.replace(pattern, replacement)
  })
}

/** A nil argument is `<no value>` here, as in an action. */
function printedOf({ rest, budget }: Call): string {
  return printAll(
    rest.map((value) => value ?? '<no value>'),
    budget,
  )
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\ufffd',
}

function escapeJs(character: string): string {
  if (/[\\'"]/.test(character)) return `\\${character}`
  if (character > '\u007f' && isPrint(character)) return character
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase()
  return `\\u${hex.padStart(4, '0')}`
}
