/** Standard alphabet of RFC 4648 §4. */
const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The UTF-8 bytes of a text. A lone surrogate becomes U+FFFD, as in every encoder. */
export function utf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3)
  let end = 0
  for (const character of text) {
    const given = character.codePointAt(0) ?? 0
    const point = given >= 0xd800 && given <= 0xdfff ? 0xfffd : given
    if (point < 0x80) {
      bytes[end++] = point
      continue
    }
    const more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3
    bytes[end++] = ((0xff00 >> (more + 1)) & 0xff) | (point >> (6 * more))
    for (let rest = more - 1; rest >= 0; rest--) bytes[end++] = 0x80 | ((point >> (6 * rest)) & 0x3f)
  }
  return bytes.slice(0, end)
}

/** How many bytes a text has in UTF-8. */
export function utf8Length(text: string): number {
  let length = text.length
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) continue
    const pair = unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00
    length += unit < 0x800 ? 1 : 2
    if (pair) index++
  }
  return length
}

/** The text of UTF-8 bytes; each byte that belongs to no character becomes U+FFFD (as Go ranges over a string). */
export function fromUtf8(bytes: Uint8Array): string {
  let text = ''
  for (let index = 0; index < bytes.length;) {
    const [point, size] = decodeAt(bytes, index)
    text += String.fromCodePoint(point)
    index += size
  }
  return text
}

/** Smallest code point of a sequence with so many further bytes; anything below is an overlong form. */
const smallest = [0, 0x80, 0x800, 0x10000] as const

function decodeAt(bytes: Uint8Array, at: number): readonly [point: number, size: number] {
  const first = bytes[at] ?? 0
  if (first < 0x80) return [first, 1]
  const more = first >= 0xc0 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 ? 3 : 0
  let point = first & (0x3f >> more)
  for (let step = 1; step <= more; step++) {
    const next = bytes[at + step] ?? 0
    if ((next & 0xc0) !== 0x80) return [0xfffd, 1]
    point = (point << 6) | (next & 0x3f)
  }
  const valid =
    more > 0 && first < 0xf8 && point >= (smallest[more] ?? 0) && point <= 0x10ffff && (point & ~0x7ff) !== 0xd800
  return valid ? [point, more + 1] : [0xfffd, 1]
}

/** Base64 with padding (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  return encode(bytes, { alphabet: base64Alphabet, bits: 6, group: 4 })
}

/** An alphabet of `2^bits` characters, padded with `=` to multiples of `group`. */
export interface BaseEncoding {
  readonly alphabet: string
  readonly bits: number
  readonly group: number
}

/** Writes bytes in groups of `bits` bits, most significant first, padded with `=`. */
export function encode(bytes: Uint8Array, encoding: BaseEncoding): string {
  const mask = (1 << encoding.bits) - 1
  let text = ''
  let held = 0
  let heldBits = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff
    heldBits += 8
    while (heldBits >= encoding.bits) {
      heldBits -= encoding.bits
      text += encoding.alphabet[(held >> heldBits) & mask]
    }
  }
  if (heldBits > 0) text += encoding.alphabet[(held << (encoding.bits - heldBits)) & mask]
  return text.padEnd(Math.ceil(text.length / encoding.group) * encoding.group, '=')
}
