import { FunctionFault } from '../fault.ts'
import { define, defineVariadic } from '../function.ts'
import { isTrue, Struct, type Value } from '../value.ts'

/** sprig's choices between values, by whether they are empty. */
export const defaults = {
  default: defineVariadic(['interface {}'], 'interface {}', ([fallback], { rest }) =>
    rest.length === 0 || isEmpty(rest[0]) ? fallback : rest[0],
  ),
  empty: define(['interface {}'], ([value]) => isEmpty(value)),
  coalesce: defineVariadic([], 'interface {}', (_, { rest }) => rest.find((value) => !isEmpty(value)) ?? null),
  all: defineVariadic([], 'interface {}', (_, { rest }) => rest.every((value) => !isEmpty(value))),
  any: defineVariadic([], 'interface {}', (_, { rest }) => rest.some((value) => !isEmpty(value))),
  ternary: define(['interface {}', 'interface {}', 'bool'], ([yes, no, condition]) => (condition ? yes : no)),
  fail: define(['string'], ([message]) => {
    throw new FunctionFault(message)
  }),
}

/** sprig's emptiness: nil, false, 0, no characters or entries; never a struct. */
export function isEmpty(value: Value): boolean {
  return !(value instanceof Struct) && !isTrue(value)
}
