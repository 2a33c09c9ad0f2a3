import { fromUtf8 } from '#core/bytes.ts'

/** The text that bytes in latin1 form (one character a byte) are in UTF-8; bytes of no character become U+FFFD. */
export function decodeLatin1(bytes: string): string {
  if (!/[\u0080-\u00ff]/.test(bytes)) return bytes
  return fromUtf8(Uint8Array.from(bytes, (character) => character.charCodeAt(0)))
}

/**
 * YAML's blanks are the space and the tab. `String.trim` would also take the byte A0, which ends UTF-8 characters
 * such as "à" in a text decoded as latin1.
 */
export function isBlank(text: string): boolean {
  return /^[ \t]*$/.test(text)
}

/** The offset behind the last character that is none of `characters`. */
export function endBefore(text: string, characters: string): number {
  let end = text.length
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1
  return end
}
