import { endBefore, isBlank } from './latin1.ts'

/** What one line of YAML looks like to somebody who does not know what stands above it. Offsets are within the line. */
export interface Line {
  /** Column of the key, else of the last dash, else of the first character: what a block must be indented beyond. */
  readonly indent: number
  /** Is there a dash or a key? */
  readonly isEntry: boolean
  readonly value: LineValue
  /** Where the comment begins; -1 without one. */
  readonly comment: number
}

/** `scalar` is complete on the line; `open` is a quote that is not closed; `other` is anything that is never written. */
type LineValue =
  | { readonly kind: 'none' | 'block' | 'other' }
  | { readonly kind: 'open'; readonly quote: '"' | "'" }
  | {
      readonly kind: 'scalar'
      readonly style: 'plain' | 'single' | 'double'
      readonly start: number
      readonly end: number
    }

/** Reads `INDENT ("- ")* [KEY ":"] [&anchor] VALUE [COMMENT]`. */
export function readLine(text: string): Line {
  let at = skipBlanks(text, 0)
  let indent = at
  let isEntry = false
  while (text[at] === '-' && isBlankAt(text, at + 1)) {
    indent = at
    isEntry = true
    at = skipBlanks(text, at + 1)
  }
  const afterKey = findKeyEnd(text, at)
  if (afterKey !== -1) {
    indent = at
    isEntry = true
    at = skipBlanks(text, afterKey)
  }
  if (text[at] === '&') at = skipBlanks(text, skipWord(text, at))
  const value = readValue(text, at)
  const comment = findComment(text, value.kind === 'scalar' ? value.end : at)
  const isClean = value.kind !== 'scalar' || isBlank(text.slice(value.end, comment === -1 ? text.length : comment))
  return { indent, isEntry, value: isClean ? value : { kind: 'other' }, comment }
}

function isBlankAt(text: string, at: number): boolean {
  return at >= text.length || text[at] === ' ' || text[at] === '\t'
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && isBlankAt(text, at)) at += 1
  return at
}

function skipWord(text: string, from: number): number {
  let at = from
  while (!isBlankAt(text, at)) at += 1
  return at
}

/** The offset behind `key:`, or -1: the `:` is followed by a blank, and the key holds nothing of a flow collection. */
function findKeyEnd(text: string, from: number): number {
  const closed = text[from] === '"' || text[from] === "'" ? skipQuoted(text, from) : from
  if (closed === -1) return -1
  for (let at = closed; at < text.length; at += 1) {
    if (text[at] === ':' && isBlankAt(text, at + 1)) return at + 1
    if (closed > from ? !isBlankAt(text, at) : isFlow(text[at]) || isCommentAt(text, at)) return -1
  }
  return -1
}

function isFlow(character: string | undefined): boolean {
  return character !== undefined && '{}[],'.includes(character)
}

function isCommentAt(text: string, at: number): boolean {
  return text[at] === '#' && (at === 0 || isBlankAt(text, at - 1))
}

/** The offset behind the closing quote, or -1. */
function skipQuoted(text: string, from: number): number {
  const quote = text[from]
  for (let at = from + 1; at < text.length; at += 1) {
    if (quote === '"' && text[at] === '\\') at += 1
    else if (quote === "'" && text[at] === quote && text[at + 1] === quote) at += 1
    else if (text[at] === quote) return at + 1
  }
  return -1
}

function findComment(text: string, from: number): number {
  for (let at = text.indexOf('#', from); at !== -1; at = text.indexOf('#', at + 1)) if (isCommentAt(text, at)) return at
  return -1
}

function readValue(text: string, start: number): LineValue {
  const first = text[start]
  if (first === undefined || isCommentAt(text, start)) return { kind: 'none' }
  if (first === '"' || first === "'") {
    const end = skipQuoted(text, start)
    return end === -1
      ? { kind: 'open', quote: first }
      : { kind: 'scalar', style: first === '"' ? 'double' : 'single', start, end }
  }
  if (/^[|>][-+0-9]*(?:[ \t]|$)/.test(text.slice(start, start + 8))) return { kind: 'block' }
  const comment = findComment(text, start)
  const end = endBefore(text.slice(0, comment === -1 ? text.length : comment), ' \t')
  return isPlain(text.slice(start, end)) ? { kind: 'scalar', style: 'plain', start, end } : { kind: 'other' }
}

/** Plain and on one line, and so certainly one scalar that neither a template nor a flow collection can be inside. */
function isPlain(text: string): boolean {
  return !/^[\]#&*!|>'"%@`[{}]|^[-?:](?:[ \t]|$)|[{}[\],]|:(?:[ \t]|$)/.test(text)
}
