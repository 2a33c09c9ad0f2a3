/** Significant digits without zeros at the ends, and where the point stands: 0.DIGITS × 10^point. */
interface Decimal {
  readonly digits: string
  readonly point: number
}

/** How Go's strconv.FormatFloat writes: exponent, fixed point, or whichever suits. */
export type FloatFormat = 'e' | 'f' | 'g'

/**
 * A float64 as Go's strconv.FormatFloat gives it, without a sign for positive numbers (`NaN`, `Inf`, `-Inf` included).
 * `precision` counts digits after the point (`e`, `f`) or all digits (`g`); undefined: as many as tell the number from
 * its neighbours. Halves are rounded to even, on the exact value.
 */
export function floatText(value: number, format: FloatFormat, precision?: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Inf' : '-Inf'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const decimal = precision === undefined ? shortest(Math.abs(value)) : exact(Math.abs(value))
  return sign + (format === 'g' ? general(decimal, precision) : written(decimal, format, precision))
}

function written(decimal: Decimal, format: 'e' | 'f', precision: number | undefined): string {
  const wanted =
    precision === undefined ? decimal.digits.length : format === 'e' ? precision + 1 : precision + decimal.point
  const rounded = precision === undefined ? decimal : round(decimal, wanted)
  if (format === 'e') return exponential(rounded, precision ?? Math.max(rounded.digits.length - 1, 0))
  return fixed(rounded, precision ?? Math.max(rounded.digits.length - rounded.point, 0))
}

/** `%e` where the exponent is below -4 or not below the precision (6 for a shortest form), as Go has it. */
function general(decimal: Decimal, precision: number | undefined): string {
  const wanted = precision === 0 ? 1 : precision
  const rounded = wanted === undefined ? decimal : round(decimal, wanted)
  const { length } = rounded.digits
  const most = wanted === undefined ? 6 : wanted > length && length >= rounded.point ? length : wanted
  const exponent = rounded.digits === '' ? 0 : rounded.point - 1
  if (exponent < -4 || exponent >= most) return exponential(rounded, Math.max(length - 1, 0))
  return fixed(rounded, Math.max(length - rounded.point, 0))
}

function exponential({ digits, point }: Decimal, decimals: number): string {
  const all = digits.padEnd(decimals + 1, '0')
  const exponent = digits === '' ? 0 : point - 1
  const power = String(Math.abs(exponent)).padStart(2, '0')
  return `${all.charAt(0)}${decimals > 0 ? `.${all.slice(1, decimals + 1)}` : ''}e${exponent < 0 ? '-' : '+'}${power}`
}

function fixed({ digits, point }: Decimal, decimals: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0'
  const fraction = point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits
  return decimals > 0 ? `${whole}.${fraction.padEnd(decimals, '0').slice(0, decimals)}` : whole
}

/** Rounds to so many digits (0 or fewer too), halves to even. */
function round({ digits, point }: Decimal, count: number): Decimal {
  if (count >= digits.length) return { digits, point }
  if (count < 0) return { digits: '', point: 0 }
  const kept = digits.slice(0, count)
  const rest = digits.slice(count)
  const isHalf = /^50*$/.test(rest)
  const odd = Number(kept.at(-1) ?? 0) % 2 === 1
  const up = isHalf ? odd : rest.charAt(0) >= '5'
  if (!up) return trimmed(kept, point)
  const raised = (BigInt(kept === '' ? '0' : kept) + 1n).toString().padStart(count, '0')
  return trimmed(raised, point + raised.length - count)
}

function trimmed(digits: string, point: number): Decimal {
  const kept = digits.replace(/0+$/, '')
  return { digits: kept, point: kept === '' ? 0 : point }
}

/** The fewest digits that read back as the same number: what JavaScript prints. */
function shortest(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 }
  const [mantissa = '', exponent = ''] = value.toExponential().split('e')
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 }
}

/** All digits of the number: mantissa × 2^exponent, in decimal. */
function exact(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 }
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0] ?? 0n
  const stored = Number(bits >> 52n)
  const mantissa = (bits & (2n ** 52n - 1n)) | (stored === 0 ? 0n : 2n ** 52n)
  const exponent = Math.max(stored, 1) - 1075
  const scaled = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent)
  const digits = scaled.toString()
  return trimmed(digits, digits.length + Math.min(exponent, 0))
}
