import { fromUtf8, utf8 } from '../bytes.ts'
import { TemplateFault } from './fault.ts'
import { quote } from './quote.ts'

const simple: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 }

/**
 * The text of a Go string literal with its quotes, `"…"` or `` `…` ``; undefined if it is none.
 * `\xNN` and `\NNN` are bytes: those that form no UTF-8 become U+FFFD.
 */
export function unquote(literal: string): string | undefined {
  const inner = literal.slice(1, -1)
  return literal.startsWith('`') ? inner.replaceAll('\r', '') : unescape(inner, '"')
}

/** The code point of a Go character literal, `'x'`; `TemplateFault` with Go's text if it is none. */
export function characterOf(literal: string): number {
  const inner = literal.slice(1, -1)
  const byte = /^\\(?:x([0-9a-fA-F]{2})|([0-7]{3}))$/.exec(inner)
  const text = unescape(inner, "'")
  const point = byte === null ? text?.codePointAt(0) : parseByte(byte)
  if (text === undefined || point === undefined) throw new TemplateFault('invalid syntax')
  if (Array.from(text).length > 1) throw new TemplateFault(`malformed character constant: ${literal}`)
  return point
}

function unescape(inner: string, mark: string): string | undefined {
  const bytes: number[] = []
  const part = /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([abfnrtv\\'"]))|[^\\]/gsuy
  let done = 0
  for (const match of inner.matchAll(part)) {
    const [text, hex, octal, short, long, letter] = match
    done += text.length
    const decoded = letter === undefined ? undefined : letter === mark ? mark.charCodeAt(0) : simple[letter]
    if (letter !== undefined) bytes.push(decoded ?? -1)
    else if (hex ?? octal) bytes.push(parseByte(['', hex, octal]) ?? -1)
    else if (short ?? long) bytes.push(...parsePoint(short ?? long ?? ''))
    else bytes.push(...utf8(text))
  }
  return done < inner.length || bytes.includes(-1) ? undefined : fromUtf8(Uint8Array.from(bytes))
}

function parseByte([, hex, octal]: readonly (string | undefined)[]): number | undefined {
  const byte = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16)
  return byte > 255 ? undefined : byte
}

function parsePoint(hex: string): Iterable<number> {
  const point = Number.parseInt(hex, 16)
  const valid = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)
  return valid ? utf8(String.fromCodePoint(point)) : [-1]
}

/** A number literal of Go: the whole number and the float it is, where it is one. */
export interface NumberLiteral {
  readonly int: bigint | undefined
  readonly float: number | undefined
  /** Without a wanted type, is it a float64? */
  readonly isFloat: boolean
}

/** Bounds of int64. */
const minInt = -(2n ** 63n)
const maxInt = 2n ** 63n - 1n

/** Reads a number literal as text/template does; `TemplateFault` with Go's text if it is none. */
export function numberOf(text: string): NumberLiteral {
  const whole = wholeOf(text)
  if (whole !== undefined && whole >= minInt && whole <= maxInt) {
    return { int: whole, float: Number(whole), isFloat: looksFloat(text) }
  }
  if (whole !== undefined && whole > 0n && whole < 2n ** 64n) throw new TemplateFault(`${text} overflows int`)
  const float = floatOf(text)
  if (float === undefined) throw new TemplateFault(`illegal number syntax: ${quote(text)}`)
  if (!/[.eEpP]/.test(text)) throw new TemplateFault(`integer overflow: ${quote(text)}`)
  const int = Number.isSafeInteger(float) ? BigInt(float) : undefined
  return { int, float, isFloat: looksFloat(text) }
}

/** Hexadecimal digits look like exponents, but are none. */
function looksFloat(text: string): boolean {
  const hexInt = /^0[xX]/.test(text) && !/[pP]/.test(text)
  return !hexInt && /[.eEpP]/.test(text)
}

/** A Go integer literal with a sign: decimal, or by prefix (`0x`, `0o`, `0`, `0b`), `_` between digits; undefined if it is none. */
export function wholeOf(text: string): bigint | undefined {
  const [, sign = '', prefix = '', digits = ''] =
    /^([+-]?)(0[xX](?=_?[0-9a-fA-F])|0[bB](?=_?[01])|0[oO](?=_?[0-7])|0(?=_?[0-7])|)(_?[0-9a-fA-F](?:_?[0-9a-fA-F])*)$/.exec(
      text,
    ) ?? []
  const base = { '0x': '0x', '0b': '0b', '0o': '0o', '0': '0o', '': '' }[prefix.toLowerCase()] ?? ''
  const allowed = { '0x': /^[0-9a-fA-F]+$/, '0b': /^[01]+$/, '0o': /^[0-7]+$/, '': /^[0-9]+$/ }[base] ?? /^$/
  const plain = digits.replaceAll('_', '')
  // Decimal numbers begin with no 0: that would be octal.
  if (!allowed.test(plain) || (prefix === '' && !/^(?:0$|[1-9])/.test(digits))) return undefined
  const value = BigInt(base + plain)
  return sign === '-' ? -value : value
}

/** A Go float literal with a sign; undefined if it is none. */
export function floatOf(text: string): number | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)0[xX]([0-9a-fA-F_]*)\.?([0-9a-fA-F_]*)[pP]([+-]?[0-9]{1,5})$/.exec(text) ?? []
  if (sign !== undefined && whole + fraction !== '') {
    const digits = (whole + fraction).replaceAll('_', '')
    const scale = Number(exponent) - 4 * fraction.replaceAll('_', '').length
    return (sign === '-' ? -1 : 1) * Number(`0x${digits}`) * 2 ** scale
  }
  if (!/^[+-]?(?:[0-9](?:_?[0-9])*\.?(?:[0-9](?:_?[0-9])*)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9]+)?$/.test(text))
    return undefined
  const value = Number(text.replaceAll('_', ''))
  return Number.isFinite(value) ? value : undefined
}
