import type { Budget } from '../budget.ts'
import { FunctionFault } from '../fault.ts'
import { define, withMust } from '../function.ts'
import { Dict, Integer, List, Struct, typeOf, type Value } from '../value.ts'

/** sprig's functions of whole values. */
export const deep = {
  deepEqual: define(['interface {}', 'interface {}'], ([a, b], { budget }) => deepEqual(a, b, budget)),
  ...withMust({
    deepCopy: define(['interface {}'], ([value], { budget }) => {
      if (value === null) throw new FunctionFault('reflect: call of reflect.Value.Type on zero Value')
      return deepCopy(value, budget, 0)
    }),
  }),
}

/** Go's reflect.DeepEqual: equal types all the way down, and an empty slice is not a nil one. */
export function deepEqual(a: Value, b: Value, budget: Budget, depth = 0): boolean {
  budget.take(1)
  budget.depth(depth)
  const [left, right] = [a ?? null, b ?? null]
  if (typeOf(left) !== typeOf(right)) return false
  if (left instanceof List && right instanceof List) return equalLists(left, right, budget, depth)
  if (left instanceof Dict && right instanceof Dict) return equalDicts(left, right, budget, depth)
  if (left instanceof Struct && right instanceof Struct) {
    return [...left.fields].every(([name, value]) => deepEqual(value, right.fields.get(name), budget, depth + 1))
  }
  if (left instanceof Integer && right instanceof Integer) return left.value === right.value
  return left === right
}

function equalLists(a: List, b: List, budget: Budget, depth: number): boolean {
  if (a.isNil !== b.isNil || a.items.length !== b.items.length) return false
  return a.items.every((item, index) => deepEqual(item, b.items[index], budget, depth + 1))
}

function equalDicts(a: Dict, b: Dict, budget: Budget, depth: number): boolean {
  if (a.size !== b.size) return false
  return a.entries().every(([key, value]) => b.has(key) && deepEqual(value, b.get(key), budget, depth + 1))
}

function deepCopy(value: Value, budget: Budget, depth: number): Value {
  budget.take(1)
  budget.depth(depth)
  if (value instanceof List) {
    const items = value.items.map((item) => deepCopy(item, budget, depth + 1))
    return new List(items, value.element, value.isNil)
  }
  if (!(value instanceof Dict)) return value
  const copy = value.like()
  for (const [key, item] of value.entries()) copy.set(key, deepCopy(item, budget, depth + 1))
  return copy
}
