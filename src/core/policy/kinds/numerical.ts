import { quoteOutside } from '../../error.ts'
import type { CompiledKind, PolicyKind } from '../kind.ts'
import { compareBy } from '../order.ts'

/** A decimal exactly: `sign × 0.digits × 10^point`, digits without zeros at either end; zero has no digits. */
interface Decimal {
  readonly sign: -1 | 0 | 1
  readonly digits: string
  readonly point: number
}

const grammar = /^([+-]?)([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?$/

/** Bounds of what Flux's float64 takes for a number; without them exponents would be a way to waste memory. */
const maxExponent = 400
const maxPoint = 309

/** `numerical: {order, onInvalid}`: by the value of a decimal number; `asc` elects the highest, `desc` the lowest. */
export const numerical: PolicyKind<{ readonly order: 'asc' | 'desc'; readonly onInvalid: 'Fail' | 'Skip' }> = {
  compile({ order, onInvalid }): CompiledKind<Decimal> {
    return {
      text: `numerical ${order}`,
      needs: [],
      warnings: [],
      ...(onInvalid === 'Fail' && { unreadable: { reason: 'InvalidNumber', message: invalidNumber } }),
      read: parseDecimal,
      refuse: (number) => (number ? undefined : { verdict: 'not-a-number', reason: 'no decimal number' }),
      compare: order === 'asc' ? compareDecimals : (a, b) => compareDecimals(b, a),
      print: printDecimal,
    }
  },
}

function invalidNumber(key: string, others: number): string {
  const more = others === 0 ? '' : ` (and ${others} more; filterTags or onInvalid: Skip can leave them out)`
  return `failed to parse invalid numeric value '${quoteOutside(key)}'${more}`
}

function parseDecimal(key: string): Decimal | undefined {
  const [, sign, whole, fraction, exponent] = grammar.exec(key) ?? []
  if (whole === undefined || fraction === undefined || whole + fraction === '') return undefined
  const shift = Number(exponent ?? 0)
  if (Math.abs(shift) > maxExponent) return undefined
  const significant = (whole + fraction).replace(/^0+/, '')
  const digits = trimZeros(significant)
  if (digits === '') return { sign: 0, digits, point: 0 }
  const point = significant.length - fraction.length + shift
  return point > maxPoint ? undefined : { sign: sign === '-' ? -1 : 1, digits, point }
}

function trimZeros(digits: string): string {
  let end = digits.length
  while (digits[end - 1] === '0') end -= 1
  return digits.slice(0, end)
}

/** > 0 when `a` is greater, to the last digit: a double would take 9007199254740993 for …992. */
function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.sign !== b.sign) return a.sign - b.sign
  return a.sign * (a.point - b.point || compareBy(a.digits, b.digits))
}

/** `-12.5` for sign −1, digits 125, point 2. */
function printDecimal({ sign, digits, point }: Decimal): string {
  const whole = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0')
  const fraction = point < 0 ? '0'.repeat(-point) + digits : digits.slice(Math.max(0, point))
  return `${sign < 0 ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}
