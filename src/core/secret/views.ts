import { fromUtf8 } from '../bytes.ts'

/** A text as some reader would decode it, and where each of its code units begins in the original. */
export interface View {
  readonly text: string
  /** One entry per code unit of `text` and a last one, the original's length; absent for the original itself. */
  readonly starts?: readonly number[]
}

/** Where code unit `index` of a view begins in the original text. */
export function originalIndex(view: View, index: number): number {
  return view.starts?.[index] ?? index
}

/** One character of UTF-8, each byte as `%XX`. */
const percentCharacter =
  '%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}|%[0-9a-f]{2}'
const percent = new RegExp(percentCharacter, 'gi')
const form = new RegExp(`\\+|${percentCharacter}`, 'gi')
const escapes = /\\(?:u\{(?:10|[0-9a-f])?[0-9a-f]{1,4}\}|u[0-9a-f]{4}|x[0-9a-f]{2}|[^ux])/gi
const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', a: '\u0007' }

/**
 * A text and its decoded forms: percent-decoding (with `+` as itself and as a blank) and the escapes of JSON, Go and
 * JavaScript strings, and each of these once more upon the others, since messages quote messages.
 * The original comes first; a decoding that finds nothing to decode gives no view.
 */
export function viewsOf(text: string): readonly View[] {
  const original: View = { text }
  const once = decodings(original)
  return [original, ...once, ...once.flatMap(decodings)]
}

function decodings(view: View): readonly View[] {
  const views: (View | undefined)[] = []
  if (view.text.includes('%')) views.push(decode(view, percent, percentText))
  if (view.text.includes('+')) views.push(decode(view, form, (match) => (match === '+' ? ' ' : percentText(match))))
  if (view.text.includes('\\')) views.push(decode(view, escapes, escapeText))
  return views.filter((decoded) => decoded !== undefined)
}

/** Replaces each match by its meaning, whose units all begin where the match began. */
function decode(view: View, pattern: RegExp, meaning: (match: string) => string): View | undefined {
  let text = ''
  let done = 0
  const starts: number[] = []
  const copyTo = (end: number): void => {
    for (let index = done; index < end; index++) starts.push(originalIndex(view, index))
    text += view.text.slice(done, end)
  }
  for (const match of view.text.matchAll(pattern)) {
    copyTo(match.index)
    const decoded = meaning(match[0])
    for (let unit = 0; unit < decoded.length; unit++) starts.push(originalIndex(view, match.index))
    text += decoded
    done = match.index + match[0].length
  }
  if (done === 0) return undefined
  copyTo(view.text.length)
  starts.push(originalIndex(view, view.text.length))
  return { text, starts }
}

function percentText(match: string): string {
  const bytes = match.slice(1).split('%')
  return fromUtf8(Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)))
}

function escapeText(match: string): string {
  const digits = /^\\[ux]\{?([0-9a-f]+)/i.exec(match)?.[1]
  if (digits === undefined) return letters[match.slice(1)] ?? match.slice(1)
  return String.fromCodePoint(Number.parseInt(digits, 16))
}
