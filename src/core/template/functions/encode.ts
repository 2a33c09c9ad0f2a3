import { encode, fromUtf8, toBase64, utf8, type BaseEncoding } from '../../bytes.ts'
import { define } from '../function.ts'

const base32: BaseEncoding = { alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', bits: 5, group: 8 }
const base64: BaseEncoding = {
  alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  bits: 6,
  group: 4,
}

/** sprig's encodings and hashes, over the UTF-8 bytes of a text. */
export const encodings = {
  b64enc: define(['string'], ([text], { budget }) => {
    budget.room(Math.ceil(text.length / 3) * 4)
    return toBase64(utf8(text))
  }),
  b64dec: define(['string'], ([text]) => decoded(text, base64, 'base64')),
  b32enc: define(['string'], ([text], { budget }) => {
    budget.room(Math.ceil(text.length / 5) * 8)
    return encode(utf8(text), base32)
  }),
  b32dec: define(['string'], ([text]) => decoded(text, base32, 'base32')),
  sha1sum: define(['string'], ([text], { hashes }) => hashes.sha1(text)),
  sha256sum: define(['string'], ([text], { hashes }) => hashes.sha256(text)),
  sha512sum: define(['string'], ([text], { hashes }) => hashes.sha512(text)),
  adler32sum: define(['string'], ([text]) => adler32(text)),
}

/** The text, or, as sprig gives it, the error: `illegal base64 data at input byte 4`. Line ends are passed over. */
function decoded(text: string, encoding: BaseEncoding, name: string): string {
  const bytes: number[] = []
  let held = 0
  let bits = 0
  let digits = 0
  for (const [at, character] of text.split('').entries()) {
    if (character === '\n' || character === '\r') continue
    const value = encoding.alphabet.indexOf(character)
    if (value < 0)
      return endsWell(text.slice(at), digits, encoding) ? fromUtf8(Uint8Array.from(bytes)) : illegal(name, at)
    digits++
    held = ((held << encoding.bits) | value) & 0xfff
    bits += encoding.bits
    if (bits >= 8) bytes.push((held >> (bits -= 8)) & 0xff)
  }
  return digits % encoding.group === 0 ? fromUtf8(Uint8Array.from(bytes)) : illegal(name, text.length)
}

/** Is this just the padding that the digits before it want? */
function endsWell(rest: string, digits: number, { bits, group }: BaseEncoding): boolean {
  const used = digits % group
  const padding = rest.replace(/[\r\n]/g, '')
  // So many digits hold whole bytes: what they hold beyond is less than another digit.
  const isWhole = (used * bits) % 8 < bits && used * bits >= 8
  return isWhole && padding === '='.repeat(group - used)
}

function illegal(name: string, at: number): string {
  return `illegal ${name} data at input byte ${at}`
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
