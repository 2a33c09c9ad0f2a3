import { FunctionFault } from '../fault.ts'

/** `value` × 10^`exponent` */
export interface Decimal {
  readonly value: bigint
  readonly exponent: number
}

/** Digits after the point that a quotient has, as in github.com/shopspring/decimal. */
const quotientDigits = 16

/** The shortest decimal that reads back as this float. */
export function decimalOf(float: number): Decimal {
  if (!Number.isFinite(float)) {
    throw new FunctionFault(`Cannot create a Decimal from ${Number.isNaN(float) ? 'NaN' : float > 0 ? '+Inf' : '-Inf'}`)
  }
  const [mantissa = '0', power = '0'] = float.toExponential().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return { value: BigInt(whole + fraction), exponent: Number(power) - fraction.length }
}

/** The nearest float. */
export function decimalToFloat({ value, exponent }: Decimal): number {
  return Number(`${value}e${exponent}`)
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent)
  return { value: scaled(a, exponent) + scaled(b, exponent), exponent }
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { value: a.value * b.value, exponent: a.exponent + b.exponent }
}

/** Rounded to 16 digits after the point, halves away from zero. */
export function divideDecimals(a: Decimal, b: Decimal): Decimal {
  if (b.value === 0n) throw new FunctionFault('decimal division by 0')
  const shift = a.exponent - b.exponent + quotientDigits
  const numerator = shift > 0 ? a.value * 10n ** BigInt(shift) : a.value
  const denominator = shift < 0 ? b.value * 10n ** BigInt(-shift) : b.value
  const quotient = numerator / denominator
  const remainder = numerator % denominator
  const up = 2n * magnitude(remainder) >= magnitude(denominator)
  const away = numerator < 0n === denominator < 0n ? 1n : -1n
  return { value: up ? quotient + away : quotient, exponent: -quotientDigits }
}

function scaled({ value, exponent }: Decimal, to: number): bigint {
  return value * 10n ** BigInt(exponent - to)
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value
}
