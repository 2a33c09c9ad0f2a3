import { utf8 } from '../bytes.ts'
import type { Budget } from './budget.ts'
import { floatText } from './float-text.ts'
import { backquote, isPrint, quote, quoteCharacter } from './quote.ts'
import { Integer, typeOf } from './value.ts'

/** One verb of a format: `%+-8.3f`. */
export interface Spec {
  readonly verb: string
  /** Of `+-# 0`. */
  readonly flags: string
  readonly width: number | undefined
  readonly precision: number | undefined
}

type Scalar = string | boolean | number | Integer

/** A text, truth value or number by one verb of Go's fmt; a verb that does not suit gives Go's `%!d(string=x)`. */
export function formatScalar(value: Scalar, spec: Spec, budget: Budget): string {
  const room = Math.max(spec.width ?? 0, spec.precision ?? 0)
  if (room > 0) budget.room(room)
  const text = scalarText(value, spec)
  return text ?? badVerb(value, spec, budget)
}

function badVerb(value: Scalar, { verb }: Spec, budget: Budget): string {
  const plain = formatScalar(value, { verb: 'v', flags: '', width: undefined, precision: undefined }, budget)
  return `%!${verb}(${typeOf(value)}=${plain})`
}

function scalarText(value: Scalar, spec: Spec): string | undefined {
  if (typeof value === 'string') return formatText(value, spec)
  if (typeof value === 'number') return formatFloat(value, spec)
  if (value instanceof Integer) return formatInteger(value.value, spec)
  return spec.verb === 'v' || spec.verb === 't' ? pad(String(value), spec) : undefined
}

function formatText(value: string, spec: Spec): string | undefined {
  const cut = spec.precision === undefined ? value : Array.from(value).slice(0, spec.precision).join('')
  switch (spec.verb) {
    case 'v':
      return pad(has(spec, '#') ? quote(cut) : cut, spec)
    case 's':
      return pad(cut, spec)
    case 'q':
      return pad(quoted(cut, spec), spec)
    case 'x':
    case 'X':
      return pad(hexBytes(value, spec), spec)
    default:
      return undefined
  }
}

function quoted(text: string, spec: Spec): string {
  const options = { ascii: has(spec, '+') }
  return has(spec, '#') ? backquote(text, options) : quote(text, options)
}

function hexBytes(text: string, spec: Spec): string {
  const bytes = Array.from(utf8(text)).slice(0, spec.precision)
  const digits = bytes.map((byte) => byte.toString(16).padStart(2, '0'))
  const prefix = has(spec, '#') ? '0x' : ''
  const joined = has(spec, ' ') ? digits.map((pair) => prefix + pair).join(' ') : prefix + digits.join('')
  const hex = bytes.length === 0 ? '' : joined
  return spec.verb === 'X' ? hex.toUpperCase() : hex
}

function formatInteger(value: bigint, spec: Spec): string | undefined {
  switch (spec.verb) {
    case 'v':
    case 'd':
      return digitsText(value, 10, spec)
    case 'b':
      return digitsText(value, 2, spec)
    case 'o':
    case 'O':
      return digitsText(value, 8, spec)
    case 'x':
    case 'X':
      return digitsText(value, 16, spec)
    case 'c':
      return pad(character(value), spec)
    case 'q':
      return pad(quoteCharacter(character(value), { ascii: has(spec, '+') }), spec)
    case 'U':
      return pad(unicode(value, spec), spec)
    default:
      return undefined
  }
}

const prefixes: Readonly<Record<string, string>> = { b: '0b', o: '0', x: '0x', X: '0X' }

function digitsText(value: bigint, base: number, spec: Spec): string {
  const magnitude = value < 0n ? -value : value
  const sign = signOf(value < 0n, spec)
  const prefix = spec.verb === 'O' ? '0o' : has(spec, '#') ? (prefixes[spec.verb] ?? '') : ''
  // A precision counts digits; without one, the flag 0 fills the width with them.
  const fill = has(spec, '0') && !has(spec, '-') ? (spec.width ?? 0) - sign.length : 0
  const least = spec.precision ?? Math.max(fill, 0)
  const digits = spec.precision === 0 && value === 0n ? '' : magnitude.toString(base).padStart(least, '0')
  const text = sign + (spec.verb === 'o' && digits.startsWith('0') ? '' : prefix) + digits
  return pad(spec.verb === 'X' ? text.toUpperCase() : text, { ...spec, flags: spec.flags.replace('0', '') })
}

function signOf(negative: boolean, spec: Spec): string {
  return negative ? '-' : has(spec, '+') ? '+' : has(spec, ' ') ? ' ' : ''
}

function character(value: bigint): string {
  const valid = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn)
  return valid ? String.fromCodePoint(Number(value)) : '\ufffd'
}

function unicode(value: bigint, spec: Spec): string {
  const hex = BigInt.asUintN(64, value)
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(spec.precision ?? 4, 4), '0')
  const shown = character(value)
  return `U+${hex}${has(spec, '#') && isPrint(shown) ? ` '${shown}'` : ''}`
}

function formatFloat(value: number, spec: Spec): string | undefined {
  const lower = spec.verb.toLowerCase()
  if (!/^[vefgEFG]$/.test(spec.verb)) return undefined
  const format = lower === 'e' || lower === 'f' ? lower : 'g'
  const precision = spec.precision ?? (format === 'g' ? undefined : 6)
  const text = floatText(value, format, precision)
  const cased = spec.verb === 'E' || spec.verb === 'G' ? text.toUpperCase() : text
  const negative = text.startsWith('-')
  const magnitude = negative ? cased.slice(1) : cased
  // Infinity always shows its sign, and neither it nor NaN is filled with zeros.
  const isNumber = Number.isFinite(value)
  const sign = text === 'Inf' ? (has(spec, ' ') && !has(spec, '+') ? ' ' : '+') : signOf(negative, spec)
  const fills = has(spec, '0') && !has(spec, '-') && isNumber
  const filled = fills ? magnitude.padStart((spec.width ?? 0) - sign.length, '0') : magnitude
  return pad(sign + filled, { ...spec, flags: spec.flags.replace('0', '') })
}

/** Fills up to the width, counted in characters. */
function pad(text: string, spec: Spec): string {
  const missing = (spec.width ?? 0) - Array.from(text).length
  if (missing <= 0) return text
  if (has(spec, '-')) return text + ' '.repeat(missing)
  return (has(spec, '0') ? '0' : ' ').repeat(missing) + text
}

function has({ flags }: Spec, flag: string): boolean {
  return flags.includes(flag)
}
