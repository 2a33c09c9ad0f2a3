import { define } from '../function.ts'
import { fromByteText, goSpace, overBytes, toByteText } from '../text.ts'
import type { Budget } from '../budget.ts'

const isSpace = new RegExp(`[${goSpace}]`)

/** sprig's functions of letters, words and lines. */
export const words = {
  upper: define(['string'], ([text]) => mapped(text, toUpper)),
  lower: define(['string'], ([text]) => mapped(text, toLower)),
  title: define(['string'], ([text]) => title(text)),
  untitle: define(['string'], ([text]) => untitle(text)),
  swapcase: define(['string'], ([text]) => swapCase(text)),
  initials: define(['string'], ([text]) => initials(text)),
  nospace: define(['string'], ([text]) => withoutSpace(text)),
  abbrev: define(['int', 'string'], ([width, text]) =>
    overBytes(text, (bytes) => abbreviated(bytes, 0, Number(width.value))),
  ),
  abbrevboth: define(['int', 'int', 'string'], ([left, right, text]) =>
    overBytes(text, (bytes) => abbreviatedBoth(bytes, Number(left.value), Number(right.value))),
  ),
  wrap: define(['int', 'string'], ([width, text], { budget }) =>
    overBytes(text, (bytes) => wrapped(bytes, { width: Number(width.value), lineEnd: '\n', splits: false, budget })),
  ),
  wrapWith: define(['int', 'string', 'string'], ([width, lineEnd, text], { budget }) => {
    const options = { width: Number(width.value), lineEnd: toByteText(lineEnd) || '\n', splits: true, budget }
    return fromByteText(wrapped(toByteText(text), options))
  }),
}

/** Simple case mappings, one character for one: `ß` has no upper case. */
export function toUpper(character: string): string {
  const upper = character.toUpperCase()
  return isOne(upper) ? upper : character
}

/** Of `İ`, which JavaScript makes two characters, Go takes the first. */
export function toLower(character: string): string {
  return Array.from(character.toLowerCase())[0] ?? character
}

function isOne(text: string): boolean {
  return text.length === 1 || Array.from(text).length === 1
}

function mapped(text: string, change: (character: string) => string): string {
  return Array.from(text, change).join('')
}

/** Go's strings.Title: the first letter after anything but letters, digits and `_`; beyond ASCII only blanks separate. */
function title(text: string): string {
  let previous = ' '
  return mapped(text, (character) => {
    const starts = previous < '\u0080' ? !/[A-Za-z0-9_]/.test(previous) : isSpace.test(previous)
    previous = character
    return starts ? toUpper(character) : character
  })
}

function untitle(text: string): string {
  let starts = true
  return mapped(text, (character) => {
    const changed = starts && !isSpace.test(character) ? toLower(character) : character
    starts = isSpace.test(character)
    return changed
  })
}

function swapCase(text: string): string {
  return mapped(text, (character) => {
    if (/\p{Ll}/u.test(character)) return toUpper(character)
    return /[\p{Lu}\p{Lt}]/u.test(character) ? toLower(character) : character
  })
}

/** Reads bytes as characters, as goutils does: beyond ASCII the result is not what one expects. */
function initials(text: string): string {
  return toByteText(text)
    .split(isSpace)
    .map((word) => word.charAt(0))
    .join('')
}

/** As `initials`, but a text without blanks stays as it is. */
function withoutSpace(text: string): string {
  const bytes = toByteText(text)
  return isSpace.test(bytes) ? bytes.split(isSpace).join('') : text
}

const mark = '...'

function abbreviatedBoth(bytes: string, left: number, right: number): string {
  return right < 4 || (left > 0 && right < 7) ? bytes : abbreviated(bytes, left, right)
}

function abbreviated(bytes: string, left: number, width: number): string {
  if (width < 4 || bytes.length <= width) return bytes
  const room = width - mark.length
  const offset = Math.min(left, bytes.length, bytes.length - room)
  if (offset <= 4) return bytes.slice(0, room) + mark
  if (width < 7) return ''
  if (offset + room < bytes.length) return mark + abbreviatedRest(bytes.slice(offset), room)
  return mark + bytes.slice(bytes.length - room)
}

/** Too narrow for a mark of its own, it comes out empty. */
function abbreviatedRest(bytes: string, width: number): string {
  return width < 4 ? '' : abbreviated(bytes, 0, width)
}

interface Wrapping {
  readonly width: number
  readonly lineEnd: string
  /** Cut words that are longer than a line? */
  readonly splits: boolean
  readonly budget: Budget
}

/** Wraps one line at blanks; blanks at the beginning of a line go, others stay. */
function wrapped(bytes: string, { width: wanted, lineEnd, splits, budget }: Wrapping): string {
  const width = Math.max(wanted, 1)
  const lines: string[] = []
  let at = 0
  while (bytes.length - at > width) {
    budget.take(1)
    if (bytes[at] === ' ') {
      at++
      continue
    }
    const space = bytes.lastIndexOf(' ', at + width)
    const next = space >= at ? space : splits ? at + width : bytes.indexOf(' ', at + width)
    if (next < 0) break
    lines.push(bytes.slice(at, next))
    at = space >= at || !splits ? next + 1 : next
  }
  budget.room(bytes.length + lines.length * lineEnd.length)
  return [...lines, bytes.slice(at)].join(lineEnd)
}
