import { toBase64, utf8, utf8Length } from '../bytes.ts'

/** One text by which a secret can be recognised. */
export interface Form {
  readonly text: string
  /** The value itself, or a part of its base64. */
  readonly kind: 'plain' | 'base64'
}

/** Below this many bytes a value is too common a text to be masked everywhere. */
const minBytes = 6
/** A line of a longer secret is masked by itself too from this length on. */
const minLine = 16

/**
 * What to look for so that a value is found: the value, without surrounding blanks, each long line of it (a message
 * may quote one line of a key), and its base64 at each of the three alignments, so that `user:value` is found as well.
 * Values below 6 bytes have no forms.
 */
export function formsOf(value: string): readonly Form[] {
  const texts = new Set([value, value.trim(), ...longLines(value)])
  return [...texts].filter((text) => utf8Length(text) >= minBytes).flatMap(formsOfText)
}

function longLines(value: string): readonly string[] {
  const lines = value.split(/[\r\n]+/)
  return lines.length === 1 ? [] : lines.map((line) => line.trim()).filter((line) => line.length >= minLine)
}

function formsOfText(text: string): readonly Form[] {
  const bytes = utf8(text)
  const encoded = [0, 1, 2].map((before) => stableBase64(bytes, before))
  return [{ text, kind: 'plain' }, ...encoded.map((form) => ({ text: form, kind: 'base64' }) as const)]
}

/** The characters of the base64 of `before` unknown bytes, `bytes` and anything, that depend on `bytes` alone. */
function stableBase64(bytes: Uint8Array, before: number): string {
  const shifted = new Uint8Array(before + bytes.length)
  shifted.set(bytes, before)
  const firstBit = before * 8
  const lastBit = firstBit + bytes.length * 8
  return toBase64(shifted).slice(Math.ceil(firstBit / 6), Math.floor(lastBit / 6))
}
