import { encode, fromUtf8, toBase64, utf8, type BaseEncoding } from '../../bytes.ts'
import { define } from '../function.ts'

const base32: BaseEncoding = { alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', bits: 5, group: 8 }
const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** sprig's encodings and hashes, over the UTF-8 bytes of a text. */
export const encodings = {
  b64enc: define(['string'], ([text], { budget }) => {
    budget.room(Math.ceil(text.length / 3) * 4)
    return toBase64(utf8(text))
  }),
  b64dec: define(['string'], ([text]) => decoded(text, 'base64', readBase64)),
  b32enc: define(['string'], ([text], { budget }) => {
    budget.room(Math.ceil(text.length / 5) * 8)
    return encode(utf8(text), base32)
  }),
  b32dec: define(['string'], ([text]) => decoded(text.replace(/[\r\n]/g, ''), 'base32', readBase32)),
  sha1sum: define(['string'], ([text], { hashes }) => hashes.sha1(text)),
  sha256sum: define(['string'], ([text], { hashes }) => hashes.sha256(text)),
  sha512sum: define(['string'], ([text], { hashes }) => hashes.sha512(text)),
  adler32sum: define(['string'], ([text]) => adler32(text)),
}

/** Values of the digits of a text, or the place of the first that is wrong. */
type Read = { readonly digits: readonly number[] } | { readonly bad: number }

/** The text, or, as sprig gives it, the error: `illegal base64 data at input byte 4`. */
function decoded(text: string, name: string, read: (text: string) => Read): string {
  const result = read(text)
  if ('bad' in result) return `illegal ${name} data at input byte ${result.bad}`
  const bits = name === 'base64' ? 6 : 5
  const bytes: number[] = []
  let [held, count] = [0, 0]
  for (const digit of result.digits) {
    held = ((held << bits) | digit) & 0xfff
    count += bits
    if (count >= 8) bytes.push((held >> (count -= 8)) & 0xff)
  }
  return fromUtf8(Uint8Array.from(bytes))
}

/** Line ends may stand anywhere. The places of errors are those of Go's encoding/base64. */
function readBase64(text: string): Read {
  const digits: number[] = []
  let at = 0
  for (; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\n' || character === '\r') continue
    const digit = base64Alphabet.indexOf(character)
    if (digit < 0) break
    digits.push(digit)
  }
  const used = digits.length % 4
  if (at === text.length) return used === 0 ? { digits } : { bad: at - used }
  if (text.charAt(at) !== '=' || used < 2) return { bad: at }
  const second = used === 2 ? skipLineEnds(text, at + 1) : at
  if (second === text.length) return { bad: second }
  if (text.charAt(second) !== '=') return { bad: second - 1 }
  const end = skipLineEnds(text, second + 1)
  return end === text.length ? { digits } : { bad: end }
}

function skipLineEnds(text: string, from: number): number {
  let at = from
  while (/[\r\n]/.test(text.charAt(at))) at++
  return at
}

/** The places of errors are those of Go's encoding/base32. */
function readBase32(text: string): Read {
  const digits: number[] = []
  let at = 0
  for (; at < text.length; at++) {
    const digit = base32.alphabet.indexOf(text.charAt(at))
    if (digit < 0) break
    digits.push(digit)
  }
  const used = digits.length % 8
  if (at === text.length) return used === 0 ? { digits } : { bad: at - used }
  const left = text.length - at - 1
  if (text.charAt(at) !== '=' || used < 2 || left >= 8) return { bad: at }
  if (left + used < 7) return { bad: text.length }
  const other = Array.from({ length: 7 - used }, (_, index) => at + 1 + index).find(
    (place) => text.charAt(place) !== '=',
  )
  if (other !== undefined) return { bad: other - 1 }
  return used === 3 || used === 6 ? { bad: at } : { digits }
}

/** RFC 1950, as a decimal. */
function adler32(text: string): string {
  let [low, high] = [1, 0]
  for (const byte of utf8(text)) {
    low = (low + byte) % 65_521
    high = (high + low) % 65_521
  }
  return String(high * 65_536 + low)
}
