import { fromUtf8 } from '#core/bytes.ts'

/** The text that bytes in latin1 form (one character a byte) are in UTF-8; bytes of no character become U+FFFD. */
export function decodeLatin1(bytes: string): string {
  if (!/[\u0080-\u00ff]/.test(bytes)) return bytes
  return fromUtf8(Uint8Array.from(bytes, (character) => character.charCodeAt(0)))
}
