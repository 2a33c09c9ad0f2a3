import { isBlank } from './latin1.ts'
import { readLine, type Line } from './line.ts'
import { markerText } from './marker.ts'
import type { ScalarToken } from './target.ts'

/** A line whose comment holds the text of a marker; `token` is absent where it has no scalar that may be written. */
export interface ScannedLine {
  /** Offset of the comment's `#`. */
  readonly offset: number
  readonly comment: string
  readonly token?: ScalarToken
}

/**
 * Finds markers behind single-line scalars without a parser, for documents that do not parse (Helm templates): only
 * `key: value # marker` and `- value # marker`, nothing inside a block or quoted text that spans lines.
 * `start` and `end` bound the document within `text`.
 */
export function scanLines(text: string, start: number, end: number): readonly ScannedLine[] {
  const found: ScannedLine[] = []
  let inside: Inside = beginning
  for (let at = start; at < end;) {
    const lineEnd = findLineEnd(text, at, end)
    const whole = text.slice(at, lineEnd)
    const isStart = /^(?:---|\.\.\.)(?:[ \t]|$)/.test(whole)
    if (isStart) inside = beginning
    const content = isStart ? `   ${whole.slice(3)}` : whole
    if (goesOn(inside, content)) {
      inside = insideAfterText(inside, content)
    } else {
      const line = readLine(content)
      if (line.comment !== -1 && content.includes(markerText, line.comment))
        found.push(scanned(line, { content, at, inside }))
      inside = insideAfter(line, inside)
    }
    at = lineEnd + (text.startsWith('\r\n', lineEnd) ? 2 : 1)
  }
  return found
}

/** What the next line may be the inside of. */
type Inside =
  | { readonly kind: 'nothing'; readonly expectsValue: boolean }
  | { readonly kind: 'block'; readonly indent: number }
  | { readonly kind: 'quotes'; readonly quote: '"' | "'" }

const beginning: Inside = { kind: 'nothing', expectsValue: true }

function findLineEnd(text: string, from: number, end: number): number {
  let at = from
  while (at < end && text[at] !== '\n' && text[at] !== '\r') at += 1
  return at
}

/** Does the line belong to a text that began above it? A line of template code does not end a block. */
function goesOn(inside: Inside, content: string): boolean {
  if (inside.kind === 'quotes') return true
  if (inside.kind === 'nothing') return false
  const indent = content.search(/[^ ]/)
  return isBlank(content) || indent > inside.indent || content.startsWith('{{', indent)
}

function insideAfterText(inside: Inside, content: string): Inside {
  if (inside.kind !== 'quotes') return inside
  const body = inside.quote === '"' ? content.replaceAll(/\\./g, '') : content.replaceAll("''", '')
  return body.includes(inside.quote) ? { kind: 'nothing', expectsValue: false } : inside
}

function insideAfter({ value, indent, isEntry }: Line, before: Inside): Inside {
  if (value.kind === 'block') return { kind: 'block', indent: isEntry ? indent : -1 }
  if (value.kind === 'open') return { kind: 'quotes', quote: value.quote }
  if (value.kind === 'none' && !isEntry)
    return before.kind === 'block' ? { kind: 'nothing', expectsValue: false } : before
  return { kind: 'nothing', expectsValue: value.kind === 'none' }
}

interface Place {
  readonly content: string
  readonly at: number
  readonly inside: Inside
}

function scanned({ value, comment, isEntry }: Line, { content, at, inside }: Place): ScannedLine {
  // Without key and dash it is the whole value only where one is awaited; else it may be the last line of a text.
  const mayStandAlone = inside.kind === 'nothing' && inside.expectsValue
  const found = { offset: at + comment, comment: content.slice(comment) }
  if (value.kind !== 'scalar' || !(isEntry || mayStandAlone)) return found
  const { style, start, end } = value
  const text = readText(content.slice(start, end), style)
  return { ...found, token: { style, text, start: at + start, end: at + end, flow: false } }
}

function readText(source: string, style: 'plain' | 'single' | 'double'): string {
  if (style === 'plain') return source
  const body = source.slice(1, -1)
  return style === 'single' ? body.replaceAll("''", "'") : body.replaceAll(/\\(["\\/])/g, '$1')
}
