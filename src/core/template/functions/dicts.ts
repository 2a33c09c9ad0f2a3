import { FunctionFault } from '../fault.ts'
import { define, defineVariadic } from '../function.ts'
import { textList, textOf } from '../text.ts'
import { Dict, List, typeOf, type Call, type Value } from '../value.ts'
import { mergeInto } from './merge.ts'

const map = 'map[string]interface {}'

/** sprig's functions of maps; `set`, `unset` and the merges change the map they are given. */
export const dicts = {
  dict: defineVariadic([], 'interface {}', (_, call) => dictOf(call)),
  get: define([map, 'string'], ([dict, key]) => (dict.has(key) ? (dict.get(key) ?? null) : '')),
  set: define([map, 'string', 'interface {}'], ([dict, key, value]) => {
    dict.set(key, value)
    return dict
  }),
  unset: define([map, 'string'], ([dict, key]) => {
    dict.delete(key)
    return dict
  }),
  hasKey: define([map, 'string'], ([dict, key]) => dict.has(key)),
  pluck: defineVariadic(
    ['string'],
    map,
    ([key], { rest }) =>
      new List(
        dictsOf(rest)
          .filter((dict) => dict.has(key))
          .map((dict) => dict.get(key)),
      ),
  ),
  keys: defineVariadic([], map, (_, { rest, budget }) => {
    const keys = dictsOf(rest).flatMap((dict) => dict.keys())
    budget.take(keys.length)
    return textList(keys)
  }),
  values: define([map], ([dict], { budget }) => {
    budget.take(dict.size)
    return new List(dict.entries().map(([, value]) => value))
  }),
  pick: defineVariadic([map], 'string', ([dict], { rest }) => {
    const keys = rest.filter((key) => dict.has(key))
    return new Dict(keys.map((key) => [key, dict.get(key)]))
  }),
  omit: defineVariadic([map], 'string', ([dict], { rest, budget }) => {
    budget.take(dict.size)
    const omitted = new Set(rest)
    return new Dict(dict.entries().filter(([key]) => !omitted.has(key)))
  }),
  dig: defineVariadic([], 'interface {}', (_, { rest }) => dig(rest)),
  merge: merging(false),
  mustMerge: merging(false),
  mergeOverwrite: merging(true),
  mustMergeOverwrite: merging(true),
}

/** The check of the arguments has let only maps through. */
function dictsOf(values: readonly Value[]): readonly Dict[] {
  return values.filter((value) => value instanceof Dict)
}

/** A last key without a value gets an empty text. */
function dictOf({ rest, budget }: Call): Dict {
  budget.take(rest.length)
  const dict = new Dict()
  for (let at = 0; at < rest.length; at += 2)
    dict.set(textOf(rest[at], budget), at + 1 < rest.length ? rest[at + 1] : '')
  return dict
}

/** `dig "a" "b" fallback dict` */
function dig(values: readonly Value[]): Value {
  if (values.length < 3) throw new FunctionFault('dig needs at least three arguments')
  let found: Value = values.at(-1)
  for (const key of values.slice(0, -2)) {
    const dict = asserted(found, map, found instanceof Dict && typeOf(found) === map)
    asserted(key, 'string', typeof key === 'string')
    if (!(dict instanceof Dict) || !dict.has(key)) return values.at(-2)
    found = dict.get(key)
  }
  return found
}

/** Go's type assertion. */
function asserted(value: Value, type: string, holds: boolean): Value {
  if (holds) return value
  const given = value === null || value === undefined ? 'nil' : typeOf(value)
  throw new FunctionFault(`interface conversion: interface {} is ${given}, not ${type}`)
}

function merging(overwrite: boolean): ReturnType<typeof defineVariadic> {
  return defineVariadic([map], map, ([into], { rest, budget }) => {
    for (const from of dictsOf(rest)) mergeInto(into, from, { overwrite, budget, depth: 0 })
    return into
  })
}
