import { fromUtf8, utf8 } from '../bytes.ts'
import type { Budget } from './budget.ts'
import { FunctionFault } from './fault.ts'
import { printValue } from './print.ts'
import { List, Struct, type Value } from './value.ts'

/** Go's `unicode.IsSpace`, as the inside of a character class. */
export const goSpace = '\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

/** How sprig makes a text of anything: what has a text of its own gives it, else `%v`. */
export function textOf(value: Value, budget: Budget): string {
  if (typeof value === 'string') return value
  return value instanceof Struct && value.text !== undefined ? value.text : printValue(value, budget)
}

/** How sprig makes a list of texts of anything: nil entries are left out, a single value is a list of one. */
export function textsOf(value: Value, budget: Budget): readonly string[] {
  const items = value instanceof List ? value.items : [value]
  return items.filter((item) => item !== null && item !== undefined).map((item) => textOf(item, budget))
}

/** A `[]string`. */
export function textList(texts: readonly string[], isNil = false): List {
  return new List(texts, 'string', isNil)
}

/**
 * Does something to the bytes of a text, as Go does where it counts in bytes: `change` is given one character a byte.
 * What is cut within a character becomes U+FFFD.
 */
export function overBytes(text: string, change: (bytes: string) => string): string {
  return isAscii(text) ? change(text) : fromByteText(change(toByteText(text)))
}

/** One character (U+0000 to U+00FF) for each byte of the text in UTF-8. */
export function toByteText(text: string): string {
  return isAscii(text) ? text : Array.from(utf8(text), (byte) => String.fromCharCode(byte)).join('')
}

/** The text of such bytes. */
export function fromByteText(bytes: string): string {
  return fromUtf8(Uint8Array.from(bytes, (character) => character.charCodeAt(0)))
}

function isAscii(text: string): boolean {
  return /^[\u0000-\u007f]*$/.test(text)
}

/** Go's `s[from:to]` on a text of one character a byte, with its complaints. */
export function sliceBytes(bytes: string, from: number, to?: number): string {
  const end = to ?? bytes.length
  const bad =
    end < 0
      ? `:${end}]`
      : end > bytes.length
        ? `:${end}] with length ${bytes.length}`
        : from < 0
          ? `${from}:]`
          : `${from}:${end}]`
  if (from >= 0 && from <= end && end <= bytes.length) return bytes.slice(from, end)
  throw new FunctionFault(`runtime error: slice bounds out of range [${bad}`)
}
