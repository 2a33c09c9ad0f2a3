import { TextBuilder, type Budget } from '../budget.ts'
import { FunctionFault } from '../fault.ts'
import { define, defineVariadic } from '../function.ts'
import { printValue } from '../print.ts'
import { quote } from '../quote.ts'
import { goSpace, overBytes, sliceBytes, textList, textOf, textsOf } from '../text.ts'
import { Dict, List, type Integer, type Value } from '../value.ts'

const isSpace = new RegExp(`[${goSpace}]`)

/** sprig's functions of texts; the text they work on comes last. */
export const strings = {
  trim: define(['string'], ([text]) => trimWhere(text, (character) => isSpace.test(character))),
  trimAll: define(['string', 'string'], ([cutset, text]) => trimAll(cutset, text)),
  trimall: define(['string', 'string'], ([cutset, text]) => trimAll(cutset, text)),
  trimPrefix: define(['string', 'string'], ([prefix, text]) =>
    text.startsWith(prefix) ? text.slice(prefix.length) : text,
  ),
  trimSuffix: define(['string', 'string'], ([suffix, text]) =>
    text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text,
  ),
  contains: define(['string', 'string'], ([part, text]) => text.includes(part)),
  hasPrefix: define(['string', 'string'], ([prefix, text]) => text.startsWith(prefix)),
  hasSuffix: define(['string', 'string'], ([suffix, text]) => text.endsWith(suffix)),
  repeat: define(['int', 'string'], ([count, text], { budget }) => repeated(text, count, budget)),
  replace: define(['string', 'string', 'string'], ([from, to, text], { budget }) => replaced(text, from, to, budget)),
  substr: define(['int', 'int', 'string'], ([start, end, text]) =>
    overBytes(text, (bytes) => substr(bytes, Number(start.value), Number(end.value))),
  ),
  trunc: define(['int', 'string'], ([count, text]) =>
    overBytes(text, (bytes) => truncated(bytes, Number(count.value))),
  ),
  indent: define(['int', 'string'], ([spaces, text], { budget }) => indented(text, spaces, budget)),
  nindent: define(['int', 'string'], ([spaces, text], { budget }) => `\n${indented(text, spaces, budget)}`),
  plural: define(['string', 'string', 'int'], ([one, many, count]) => (count.value === 1n ? one : many)),
  quote: defineVariadic([], 'interface {}', (_, { rest, budget }) => joined(rest, budget, (text) => quote(text))),
  squote: defineVariadic([], 'interface {}', (_, { rest, budget }) => {
    const builder = new TextBuilder(budget)
    for (const [at, value] of rest.filter((item) => item !== null).entries()) {
      builder.add(`${at > 0 ? ' ' : ''}'${printValue(value, budget)}'`)
    }
    return builder.build()
  }),
  cat: defineVariadic([], 'interface {}', (_, { rest, budget }) => {
    const builder = new TextBuilder(budget)
    for (const [at, value] of rest.filter((item) => item !== null).entries()) {
      builder.add((at > 0 ? ' ' : '') + printValue(value, budget))
    }
    return builder.build()
  }),
  toString: define(['interface {}'], ([value], { budget }) => textOf(value, budget)),
  toStrings: define(['interface {}'], ([value], { budget }) => textList(textsOf(value, budget))),
  join: define(['string', 'interface {}'], ([separator, value], { budget }) => {
    const builder = new TextBuilder(budget)
    for (const [at, text] of textsOf(value, budget).entries()) builder.add((at > 0 ? separator : '') + text)
    return builder.build()
  }),
  split: define(['string', 'string'], ([separator, text], { budget }) => numbered(parts(text, separator, budget))),
  splitn: define(['string', 'int', 'string'], ([separator, count, text], { budget }) =>
    numbered(firstParts(parts(text, separator, budget), separator, Number(count.value))),
  ),
  splitList: define(['string', 'string'], ([separator, text], { budget }) => textList(parts(text, separator, budget))),
}

/** Texts of all that are not nil, changed, with blanks between. */
function joined(values: readonly Value[], budget: Budget, change: (text: string) => string): string {
  const builder = new TextBuilder(budget)
  for (const [at, text] of textsOf(new List(values), budget).entries()) builder.add((at > 0 ? ' ' : '') + change(text))
  return builder.build()
}

function trimAll(cutset: string, text: string): string {
  const cut = new Set(cutset)
  return trimWhere(text, (character) => cut.has(character))
}

function trimWhere(text: string, isCut: (character: string) => boolean): string {
  const characters = Array.from(text)
  const from = characters.findIndex((character) => !isCut(character))
  const to = characters.findLastIndex((character) => !isCut(character))
  return from < 0 ? '' : characters.slice(from, to + 1).join('')
}

function repeated(text: string, count: Integer, budget: Budget): string {
  if (count.value < 0n) throw new FunctionFault('strings: negative Repeat count')
  budget.room(Number(count.value) * text.length)
  return text.repeat(text === '' ? 0 : Number(count.value))
}

/** An empty text is found before every character and at the end. */
function replaced(text: string, from: string, to: string, budget: Budget): string {
  const pieces = from === '' ? ['', ...Array.from(text), ''] : text.split(from)
  budget.take(pieces.length)
  budget.room(text.length + (pieces.length - 1) * to.length)
  return pieces.join(to)
}

function substr(bytes: string, start: number, end: number): string {
  if (start < 0) return sliceBytes(bytes, 0, end)
  return sliceBytes(bytes, start, end < 0 || end > bytes.length ? undefined : end)
}

function truncated(bytes: string, count: number): string {
  if (count < 0) return bytes.length + count > 0 ? bytes.slice(count) : bytes
  return bytes.slice(0, count)
}

function indented(text: string, spaces: Integer, budget: Budget): string {
  const pad = repeated(' ', spaces, budget)
  return pad + replaced(text, '\n', `\n${pad}`, budget)
}

function parts(text: string, separator: string, budget: Budget): readonly string[] {
  const all = separator === '' ? Array.from(text) : text.split(separator)
  budget.take(all.length)
  return all
}

/** At most so many parts, the last with all the rest; none for 0, all below. */
function firstParts(all: readonly string[], separator: string, count: number): readonly string[] {
  if (count < 0 || all.length <= count) return all
  return count === 0 ? [] : [...all.slice(0, count - 1), all.slice(count - 1).join(separator)]
}

/** `{_0: …, _1: …}` */
function numbered(texts: readonly string[]): Dict {
  return new Dict(
    texts.map((text, index) => [`_${index}`, text]),
    { element: 'string', zero: '' },
  )
}
