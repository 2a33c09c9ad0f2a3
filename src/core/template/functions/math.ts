import { FunctionFault } from '../fault.ts'
import { define, defineVariadic } from '../function.ts'
import { printAll } from '../print.ts'
import { int, int64, type Call, type Integer, type Value } from '../value.ts'
import { toFloat64, toInt64 } from './cast.ts'
import { addDecimals, decimalOf, decimalToFloat, divideDecimals, multiplyDecimals, type Decimal } from './decimal.ts'

/** sprig's arithmetic: whole numbers are int64 and wrap around, `…f` works on decimals. */
export const math = {
  add: defineVariadic([], 'interface {}', (_, { rest }) =>
    int64(rest.reduce((sum: bigint, item) => sum + toInt64(item), 0n)),
  ),
  add1: define(['interface {}'], ([value]) => int64(toInt64(value) + 1n)),
  sub: define(['interface {}', 'interface {}'], ([a, b]) => int64(toInt64(a) - toInt64(b))),
  mul: defineVariadic(['interface {}'], 'interface {}', ([first], { rest }) =>
    int64(rest.reduce((product: bigint, item) => BigInt.asIntN(64, product * toInt64(item)), toInt64(first))),
  ),
  div: define(['interface {}', 'interface {}'], ([a, b]) => int64(toInt64(a) / divisor(b))),
  mod: define(['interface {}', 'interface {}'], ([a, b]) => int64(toInt64(a) % divisor(b))),
  max: defineVariadic(['interface {}'], 'interface {}', ([first], { rest }) =>
    int64(most(first, rest, (a, b) => a > b)),
  ),
  biggest: defineVariadic(['interface {}'], 'interface {}', ([first], { rest }) =>
    int64(most(first, rest, (a, b) => a > b)),
  ),
  min: defineVariadic(['interface {}'], 'interface {}', ([first], { rest }) =>
    int64(most(first, rest, (a, b) => a < b)),
  ),
  maxf: defineVariadic(['interface {}'], 'interface {}', ([first], { rest }) =>
    rest.reduce((result: number, item) => Math.max(result, toFloat64(item)), toFloat64(first)),
  ),
  minf: defineVariadic(['interface {}'], 'interface {}', ([first], { rest }) =>
    rest.reduce((result: number, item) => Math.min(result, toFloat64(item)), toFloat64(first)),
  ),
  addf: defineVariadic([], 'interface {}', (_, call) => decimals(0, call, addDecimals)),
  add1f: define(['interface {}'], ([value], call) => decimals(value, { ...call, rest: [1] }, addDecimals)),
  subf: defineVariadic(['interface {}'], 'interface {}', ([first], call) =>
    decimals(first, call, (a, b) => addDecimals(a, { ...b, value: -b.value })),
  ),
  mulf: defineVariadic(['interface {}'], 'interface {}', ([first], call) => decimals(first, call, multiplyDecimals)),
  divf: defineVariadic(['interface {}'], 'interface {}', ([first], call) => decimals(first, call, divideDecimals)),
  ceil: define(['interface {}'], ([value]) => Math.ceil(toFloat64(value))),
  floor: define(['interface {}'], ([value]) => Math.floor(toFloat64(value))),
  round: defineVariadic(['interface {}', 'int'], 'float64', ([value, places], { rest }) =>
    rounded(value, places, rest[0]),
  ),
  int: define(['interface {}'], ([value]) => int(toInt64(value))),
  int64: define(['interface {}'], ([value]) => int64(toInt64(value))),
  float64: define(['interface {}'], ([value]) => toFloat64(value)),
  atoi: define(['string'], ([text]) => int(atoi(text))),
  toDecimal: define(['interface {}'], ([value], { budget }) => int64(octal(printAll([value], budget)))),
}

function divisor(value: Value): bigint {
  const number = toInt64(value)
  if (number === 0n) throw new FunctionFault('runtime error: integer divide by zero')
  return number
}

function most(first: Value, rest: readonly Value[], isBetter: (a: bigint, b: bigint) => boolean): bigint {
  let best = toInt64(first)
  for (const value of rest) {
    const number = toInt64(value)
    if (isBetter(number, best)) best = number
  }
  return best
}

function decimals(first: Value, { rest, budget }: Call, combine: (a: Decimal, b: Decimal) => Decimal): number {
  let result = decimalOf(toFloat64(first))
  for (const value of rest) {
    // Products grow by the digits of each factor.
    budget.take(1 + Math.ceil(result.value.toString(16).length / 64))
    result = combine(result, decimalOf(toFloat64(value)))
  }
  return decimalToFloat(result)
}

/** Up where the fraction reaches `on`, else down; negative numbers have negative fractions and so go down. */
function rounded(value: Value, places: Integer, on: Value = 0.5): number {
  const power = 10 ** Number(places.value)
  const scaled = power * toFloat64(value)
  const up = scaled - Math.trunc(scaled) >= (typeof on === 'number' ? on : 0.5)
  return (up ? Math.ceil(scaled) : Math.floor(scaled)) / power
}

/** Go's strconv.Atoi without its error: 0 for what is no number, the nearest int for what is too large. */
function atoi(text: string): bigint {
  if (!/^[+-]?[0-9]+$/.test(text)) return 0n
  const value = BigInt(text.replace('+', ''))
  const [least, greatest] = [-(2n ** 63n), 2n ** 63n - 1n]
  return value < least ? least : value > greatest ? greatest : value
}

function octal(text: string): bigint {
  const [, sign, digits] = /^([+-]?)([0-7]+)$/.exec(text) ?? []
  const value = digits === undefined ? 0n : BigInt(`0o${digits}`) * (sign === '-' ? -1n : 1n)
  return value < -(2n ** 63n) || value > 2n ** 63n - 1n ? 0n : value
}
