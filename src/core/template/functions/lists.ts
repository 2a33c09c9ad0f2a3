import type { Budget } from '../budget.ts'
import { FunctionFault } from '../fault.ts'
import { define, defineVariadic, withMust } from '../function.ts'
import { textList, textOf, textsOf } from '../text.ts'
import { compareText, int, kindOf, List, type Integer, type Value } from '../value.ts'
import { toInt64 } from './cast.ts'
import { deepEqual } from './deep.ts'
import { isEmpty } from './defaults.ts'

/** sprig's functions of lists; they take lists of any type and leave them as they are. */
export const lists = {
  list: defineVariadic([], 'interface {}', (_, { rest }) => new List(rest)),
  tuple: defineVariadic([], 'interface {}', (_, { rest }) => new List(rest)),
  concat: defineVariadic([], 'interface {}', (_, { rest, budget }) => concatenated(rest, budget)),
  sortAlpha: define(['interface {}'], ([value], { budget }) => {
    if (!(value instanceof List)) return textList([textOf(value, budget)])
    budget.take(value.items.length * Math.ceil(Math.log2(value.items.length + 1)))
    return textList(textsOf(value, budget).toSorted(compareText))
  }),
  until: define(['int'], ([count], { budget }) =>
    intList({ start: 0n, stop: count.value, step: count.value < 0n ? -1n : 1n }, budget),
  ),
  untilStep: define(['int', 'int', 'int'], ([start, stop, step], { budget }) =>
    intList({ start: start.value, stop: stop.value, step: step.value }, budget),
  ),
  seq: defineVariadic([], 'int', (_, { rest, budget }) => {
    const range = sequence(rest.map((value) => (value as Integer).value))
    return range === undefined ? '' : intsOf(range, budget).join(' ')
  }),
  ...withMust({
    first: define(['interface {}'], ([value]) => itemsOf(value, 'find first on').at(0) ?? null),
    last: define(['interface {}'], ([value]) => itemsOf(value, 'find last on').at(-1) ?? null),
    rest: define(['interface {}'], ([value], call) => sublist(itemsOf(value, 'find rest on'), [1], call.budget)),
    initial: define(['interface {}'], ([value], call) =>
      sublist(itemsOf(value, 'find initial on'), [0, -1], call.budget),
    ),
    reverse: define(['interface {}'], ([value], { budget }) =>
      newList(itemsOf(value, 'find reverse on').toReversed(), budget),
    ),
    append: define(['interface {}', 'interface {}'], ([value, item], { budget }) =>
      newList([...itemsOf(value, 'push on'), item], budget),
    ),
    push: define(['interface {}', 'interface {}'], ([value, item], { budget }) =>
      newList([...itemsOf(value, 'push on'), item], budget),
    ),
    prepend: define(['interface {}', 'interface {}'], ([value, item], { budget }) =>
      newList([item, ...itemsOf(value, 'prepend on')], budget),
    ),
    compact: define(['interface {}'], ([value], { budget }) =>
      newList(
        itemsOf(value, 'compact on').filter((item) => !isEmpty(item)),
        budget,
      ),
    ),
    uniq: define(['interface {}'], ([value], { budget }) =>
      newList(distinct(itemsOf(value, 'find uniq on'), budget), budget),
    ),
    without: defineVariadic(['interface {}'], 'interface {}', ([value], { rest, budget }) => {
      const kept = itemsOf(value, 'find without on').filter((item) => !isIn(item, rest, budget))
      return newList(kept, budget)
    }),
    has: define(['interface {}', 'interface {}'], ([item, value], { budget }) =>
      value === null ? false : isIn(item, itemsOf(value, 'find has on'), budget),
    ),
    slice: defineVariadic(['interface {}'], 'interface {}', ([value], { rest }) => sliced(value, rest)),
    chunk: define(['int', 'interface {}'], ([size, value], { budget }) =>
      chunked(itemsOf(value, 'chunk'), size, budget),
    ),
  }),
}

/** The entries of a list; anything else is refused in sprig's words. */
function itemsOf(value: Value, what: string): readonly Value[] {
  if (value instanceof List) return value.items
  throw new FunctionFault(isNil(value) ? nilPointer : `Cannot ${what} type ${kindOf(value)}`)
}

/** What Go says where sprig does not look whether there is a value at all. */
const nilPointer = 'runtime error: invalid memory address or nil pointer dereference'

function isNil(value: Value): boolean {
  return value === null || value === undefined
}

function newList(items: readonly Value[], budget: Budget): List {
  budget.take(items.length)
  return new List(items)
}

/** Of an empty list there is nothing left, which is a nil slice in Go. */
function sublist(items: readonly Value[], [from, to]: readonly number[], budget: Budget): List {
  return items.length === 0 ? new List([], undefined, true) : newList(items.slice(from, to), budget)
}

function distinct(items: readonly Value[], budget: Budget): readonly Value[] {
  const found: Value[] = []
  for (const item of items) if (!isIn(item, found, budget)) found.push(item)
  return found
}

function isIn(item: Value, items: readonly Value[], budget: Budget): boolean {
  return items.some((other) => deepEqual(item, other, budget))
}

function concatenated(values: readonly Value[], budget: Budget): List {
  const items: Value[] = []
  for (const value of values) {
    if (isNil(value)) throw new FunctionFault(nilPointer)
    if (!(value instanceof List)) throw new FunctionFault(`Cannot concat type ${kindOf(value)} as list`)
    budget.take(value.items.length)
    for (const item of value.items) items.push(item)
  }
  return new List(items, undefined, items.length === 0)
}

function sliced(value: Value, indices: readonly Value[]): Value {
  if (isNil(value)) throw new FunctionFault(nilPointer)
  if (!(value instanceof List)) throw new FunctionFault(`list should be type of slice or array but ${kindOf(value)}`)
  const { items } = value
  if (items.length === 0) return null
  const start = indices.length > 0 ? Number(toInt64(indices[0])) : 0
  const end = indices.length > 1 ? Number(toInt64(indices[1])) : items.length
  if (start < 0 || start > end || end > items.length) {
    throw new FunctionFault('reflect.Value.Slice: slice index out of bounds')
  }
  return new List(items.slice(start, end), value.element)
}

function chunked(items: readonly Value[], size: Integer, budget: Budget): List {
  const length = Number(size.value)
  const count = Math.floor((items.length - 1) / length) + 1
  // What sprig's arithmetic makes of other sizes: sometimes nothing, else a panic.
  if (length <= 0 && count !== 0) throw new FunctionFault('runtime error: makeslice: len out of range')
  budget.take(items.length)
  const chunks = Array.from({ length: count }, (_, index) => {
    return new List(items.slice(index * length, (index + 1) * length))
  })
  return new List(chunks, '[]interface {}')
}

interface IntRange {
  readonly start: bigint
  /** Not included. */
  readonly stop: bigint
  readonly step: bigint
}

function intList(range: IntRange, budget: Budget): List {
  return new List(intsOf(range, budget).map(int), 'int')
}

/** From `start` on in steps that lead to `stop`; none if they lead away from it. */
function intsOf({ start, stop, step }: IntRange, budget: Budget): readonly bigint[] {
  const down = stop < start
  if (down ? step >= 0n : step <= 0n) return []
  const distance = down ? start - stop : stop - start
  const size = down ? -step : step
  const length = Number((distance + size - 1n) / size)
  budget.take(length)
  return Array.from({ length }, (_, index) => start + BigInt(index) * step)
}

/** `seq` as in the shell: last, first and last, or first, step and last; both ends are included. */
function sequence(params: readonly bigint[]): IntRange | undefined {
  const [first = 0n, second = 0n, third = 0n] = params
  if (params.length === 0 || params.length > 3) return undefined
  const [start, end] = params.length === 1 ? [1n, first] : params.length === 2 ? [first, second] : [first, third]
  const unit = end < start ? -1n : 1n
  const step = params.length === 3 ? second : unit
  return unit < 0n && step > 0n ? undefined : { start, stop: end + unit, step }
}
