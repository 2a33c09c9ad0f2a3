import { fromUtf8 } from '../bytes.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The UTF-8 text behind base64 (RFC 4648 §4), padded; undefined for anything else. */
export function fromBase64(text: string): string | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  const digits = text.replace(/=+$/, '')
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4))
  let held = 0
  let heldBits = 0
  let end = 0
  for (const digit of digits) {
    held = ((held << 6) | alphabet.indexOf(digit)) & 0xffff
    heldBits += 6
    if (heldBits < 8) continue
    heldBits -= 8
    bytes[end++] = (held >> heldBits) & 0xff
  }
  return fromUtf8(bytes)
}
