import type { Edit } from '../rewrite/change-set.ts'
import { setterOf } from './setter.ts'

/** One image that a commit changes. */
export interface ImageChange {
  /** `namespace:policy[:part]` */
  readonly setter: string
  /** The values before and after: a reference, or the part of it that is written. */
  readonly from: string
  readonly to: string
}

/** What a commit of ours says about itself, in trailers that programs read (git-interpret-trailers(1)). */
export interface Trailers {
  /** `namespace/name` */
  readonly automation: string
  /** `<uid>/<hash>`, see run-id.ts */
  readonly run: string
  readonly images: readonly ImageChange[]
}

/** What the trailers of a message say; of each key all values, in the message's order. */
export interface FoundTrailers {
  readonly automations: readonly string[]
  readonly runs: readonly string[]
  readonly images: readonly ImageChange[]
}

const automationKey = 'Tagboat-Automation'
const runKey = 'Tagboat-Run'
const imageKey = 'Tagboat-Image'

/** A commit of a thousand changes shall still be readable; the diff has them all. */
const maxImages = 50
const maxValue = 200

/** The images that edits change: distinct, in order of setter, old and new value, at most 50; values on one line. */
export function imageChanges(edits: readonly Edit[]): readonly ImageChange[] {
  const changes = edits.map((edit) => ({
    setter: trailerText(setterOf(edit)),
    from: trailerText(edit.from),
    to: trailerText(edit.to),
  }))
  const distinct = new Map(changes.map((change) => [JSON.stringify(change), change]))
  return [...distinct.values()].toSorted(compareChanges).slice(0, maxImages)
}

function compareChanges(a: ImageChange, b: ImageChange): number {
  return compare(a.setter, b.setter) || compare(a.from, b.from) || compare(a.to, b.to)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * A value as a trailer may hold it: without control characters, line separators and marks that turn the direction of
 * writing (they could show a reader another line than the one that is there), cut at 200 characters.
 */
export function trailerText(value: string): string {
  const visible = value.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
  return Array.from(visible).slice(0, maxValue).join('')
}

/** The lines of the trailers, without line ends: automation, run, then one line per image. */
export function printTrailers(trailers: Trailers): readonly string[] {
  return [
    `${automationKey}: ${trailers.automation}`,
    `${runKey}: ${trailers.run}`,
    ...trailers.images.map(({ setter, from, to }) => `${imageKey}: ${setter} ${from} -> ${to}`),
  ]
}

/**
 * Reads our trailers from a commit message. They are read wherever they begin a line, since squash merges put the
 * messages of several commits into one; a rendered message cannot hold such a line (`withTrailers` indents it).
 * Lines that are not of the form are passed over.
 */
export function parseTrailers(message: string): FoundTrailers {
  const found = { automations: [] as string[], runs: [] as string[], images: [] as ImageChange[] }
  for (const line of message.split(/\r?\n/)) {
    const [, key, value = ''] = /^(Tagboat-(?:Automation|Run|Image)): (.*)$/.exec(line) ?? []
    if (key === automationKey) found.automations.push(value.trimEnd())
    if (key === runKey) found.runs.push(value.trimEnd())
    // The new value holds no blank, so that the last arrow is the one between the values.
    const [, setter = '', from = '', to = ''] = (key === imageKey && /^(\S+) (.*) -> (\S*)$/.exec(value)) || []
    if (setter !== '') found.images.push({ setter, from, to })
  }
  return found
}

/**
 * A whole commit message: `body` with the trailers after a blank line, or, where its last paragraph is a block of
 * trailers already (`Change-Id:`, `Signed-off-by:`), as part of that block. Ends in one line end; control characters are
 * removed; a line of the body that begins with `Tagboat-` is indented, so that nothing but Tagboat speaks in our name.
 */
export function withTrailers(body: string, trailers: Trailers): string {
  const text = cleaned(body)
  const separator = text === '' ? '' : endsInTrailers(text) ? '\n' : '\n\n'
  return `${text}${separator}${printTrailers(trailers).join('\n')}\n`
}

function cleaned(body: string): string {
  return body
    .replaceAll('\r\n', '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .replace(/^(?=tagboat-)/gim, ' ')
    .trimEnd()
}

/** Does the last paragraph, which is not the only one, consist of trailers and their continuation lines? */
function endsInTrailers(text: string): boolean {
  const paragraphs = text.split(/\n[ \t]*\n/)
  const lines = paragraphs.at(-1)?.split('\n') ?? []
  const all = lines.every((line, index) => isTrailer(line) || (index > 0 && /^[ \t]/.test(line)))
  return paragraphs.length > 1 && all
}

function isTrailer(line: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9-]*[ \t]*:([ \t]|$)/.test(line) || line.startsWith('(cherry picked from commit ')
}
