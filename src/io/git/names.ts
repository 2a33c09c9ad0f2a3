import { isUtf8 } from 'node:buffer'

/**
 * The name of a tree's entry as text. Names that are not UTF-8 keep each byte above 0x7f as U+DC80…U+DCFF (as Python
 * does), so that different names stay different and no name is mistaken for another.
 */
export function decodeName(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  return bytes
    .toString('latin1')
    .replace(/[\u0080-\u00ff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)))
}
