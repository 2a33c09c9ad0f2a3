import { fromUtf8, utf8 } from '../../bytes.ts'
import { quote } from '../quote.ts'

/** Characters that stand for themselves in each part of a URL, beside letters, digits and `-_.~` (Go's net/url). */
const plain = {
  path: /[$&+,/:;=@]/,
  userinfo: /[$&+,;=]/,
  fragment: /[$&+,/:;=?@!()*]/,
  host: /[!$&'()*+,;=:[\]<>"]/,
} as const

/** Percent-encodes the bytes of a part that may not stand in it. */
export function escapeUrl(text: string, part: keyof typeof plain): string {
  return Array.from(text, (character) => {
    const stands = /[A-Za-z0-9_.~-]/.test(character) || plain[part].test(character)
    return stands ? character : percentEncode(character)
  }).join('')
}

/** Each byte as `%XX`. */
export function percentEncode(text: string): string {
  return Array.from(utf8(text), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

/** Decodes `%XX`; `fail` is told of a `%` without two hex digits in Go's words. */
export function unescapeUrl(text: string, fail: (why: string) => never): string {
  const bad = /%(?![0-9A-Fa-f]{2}).{0,2}/s.exec(text)?.[0]
  if (bad !== undefined) fail(`invalid URL escape ${quote(bad)}`)
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    const bytes = run.slice(1).split('%')
    return fromUtf8(Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)))
  })
}
