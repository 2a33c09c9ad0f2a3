import { floatOf, wholeOf } from '../literal.ts'
import { Integer, type Value } from '../value.ts'

const minInt = -(2n ** 63n)
const maxInt = 2n ** 63n - 1n

/**
 * Anything as an int64, as github.com/spf13/cast does: floats are cut, texts read with Go's prefixes (`0x1F`, `010` is
 * 8) and without a fraction of zeros, truth is 1; everything else is 0.
 */
export function toInt64(value: Value): bigint {
  if (value instanceof Integer) return BigInt.asIntN(64, value.value)
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'number') return floatToInt(value)
  if (typeof value !== 'string') return 0n
  const whole = wholeOf(value.replace(/\.0+$/, ''))
  return whole === undefined || whole < minInt || whole > maxInt ? 0n : whole
}

/** What amd64 makes of a float that is no int64: the smallest one. */
function floatToInt(value: number): bigint {
  return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : minInt
}

/** Anything as a float64; texts by Go's ParseFloat, truth is 1, everything else 0. */
export function toFloat64(value: Value): number {
  if (value instanceof Integer) return Number(value.value)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number') return value
  return typeof value === 'string' ? (parseFloat64(value) ?? 0) : 0
}

function parseFloat64(text: string): number | undefined {
  const [, sign, word] = /^([+-]?)(inf|infinity|nan)$/i.exec(text) ?? []
  if (word !== undefined) return word.toLowerCase() === 'nan' ? Number.NaN : sign === '-' ? -Infinity : Infinity
  return floatOf(text)
}
