import { positionOf } from '#core/yaml-position.ts'
import type { YamlNode, YamlToken } from '#core/yaml-node.ts'
import { isBlank } from './latin1.ts'
import type { SkipCode } from './change-set.ts'
import type { Slot, Slots } from './parsed-file.ts'

/** What a comment is bound to, or why it is bound to nothing. */
export type Binding = Slot | Unbound

/** A marker at a place where none binds. */
export interface Unbound {
  readonly code: SkipCode
  readonly reason: string
}

/** A parsed text as the binding looks at it. */
export interface Sheet {
  readonly text: string
  readonly tokens: readonly YamlToken[]
  readonly lineStarts: readonly number[]
  readonly slots: Slots
}

/**
 * Finds the scalar that the comment `sheet.tokens[index]` belongs to, by the rules of the YAML library that Flux uses
 * (measured): the scalar that ends before it on its line, the block whose header it stands on, the value that follows
 * it after `key:`, an anchor, a tag or a lone dash, or the single item directly below it. Everything else is unbound.
 */
export function bindComment(sheet: Sheet, index: number): Binding {
  return isOnOwnLine(sheet, index) ? bindOwnLine(sheet, index) : bindTrailing(sheet, index)
}

export function isUnbound(binding: Binding): binding is Unbound {
  return 'code' in binding
}

const reasons = {
  'above-key': 'a comment above a key or document belongs to no value: put the marker behind the value',
  'after-key': 'behind the key, with the value below: put the marker behind the value',
  'empty-value': 'there is no value to replace: write one, e.g. ""',
  'on-collection': 'belongs to a mapping or list: put the marker behind the single value, on a line of its own',
  'on-key': 'belongs to a key, which is never written',
  'on-alias': 'belongs to an alias: put the marker behind the value with the anchor',
  'comment-block':
    'a comment on a line of its own binds only if it is the single one directly above an item, or between a key and its value',
} as const

function unbound(code: keyof typeof reasons): Unbound {
  return { code, reason: reasons[code] }
}

const blanks: ReadonlySet<string> = new Set(['space'])
const itemEnds: ReadonlySet<string> = new Set(['space', 'comma'])
const breaks: ReadonlySet<string> = new Set(['space', 'newline'])
const gaps: ReadonlySet<string> = new Set(['space', 'newline', 'comment'])
const scalarTypes: ReadonlySet<string> = new Set([
  'scalar',
  'single-quoted-scalar',
  'double-quoted-scalar',
  'block-scalar-header',
])
const properties: ReadonlySet<string> = new Set(['anchor', 'tag'])
const openers: ReadonlySet<string> = new Set([...properties, 'map-value-ind', 'seq-item-ind', 'doc-start'])
const propertiesAndGaps: ReadonlySet<string> = new Set([...gaps, ...properties])

/** Index of the nearest token in a direction that is of none of the given types; out of range if there is none. */
function skip(sheet: Sheet, from: number, step: 1 | -1, types: ReadonlySet<string>): number {
  let index = from + step
  while (types.has(typeAt(sheet, index))) index += step
  return index
}

function typeAt(sheet: Sheet, index: number): string {
  return sheet.tokens[index]?.type ?? ''
}

function startAt(sheet: Sheet, index: number): number {
  return sheet.tokens[index]?.start ?? sheet.text.length
}

function lineAt(sheet: Sheet, offset: number): number {
  return positionOf(sheet.lineStarts, offset).line
}

function columnAt(sheet: Sheet, index: number): number {
  return positionOf(sheet.lineStarts, startAt(sheet, index)).column
}

function isOnOwnLine(sheet: Sheet, index: number): boolean {
  const start = startAt(sheet, index)
  return isBlank(sheet.text.slice(start - columnAt(sheet, index) + 1, start))
}

/** A comment behind something: what stands before it on its line decides. */
function bindTrailing(sheet: Sheet, index: number): Binding {
  const before = skip(sheet, index, -1, blanks)
  const type = typeAt(sheet, before)
  if (scalarTypes.has(type) || type === 'alias' || type.startsWith('flow-')) return bindToken(sheet, before)
  if (type === 'comma') return bindToken(sheet, skip(sheet, before, -1, breaks))
  if (!openers.has(type)) return unbound(type === 'explicit-key-ind' ? 'on-key' : 'comment-block')
  const binding = bindBelow(sheet, index, before)
  return isUnbound(binding) || !hasOwnComment(sheet, index + 1, binding) ? binding : unbound('comment-block')
}

/** The comment stands right behind the token, or behind the comma that follows it. */
function bindToken(sheet: Sheet, index: number): Binding {
  const type = typeAt(sheet, index)
  if (type === 'alias') return unbound('on-alias')
  const slot = sheet.slots.scalars.get(startAt(sheet, index))
  if (!scalarTypes.has(type) || slot === undefined) return unbound('on-collection')
  if (slot.role === 'key') return unbound('on-key')
  return hasContent(slot) ? slot : unbound('empty-value')
}

/** Behind `key:`, a dash, an anchor, a tag or `---`, the value being below. */
function bindBelow(sheet: Sheet, index: number, opener: number): Binding {
  const type = typeAt(sheet, opener)
  if (type === 'map-value-ind') return bindBelowColon(sheet, index, opener)
  const next = skip(sheet, index, 1, breaks)
  if (typeAt(sheet, next) === 'comment' && !properties.has(type)) return unbound('comment-block')
  const owner = properties.has(type) ? skip(sheet, index, -1, propertiesAndGaps) : opener
  if (typeAt(sheet, owner) === 'seq-item-ind') return bindItem(sheet, owner, next)
  const value = sheet.slots.values.get(startAt(sheet, owner))
  if (typeAt(sheet, owner) === 'map-value-ind' && isEmpty(value)) return unbound('empty-value')
  return valueAt(sheet, next) ?? unbound(type === 'doc-start' ? 'above-key' : 'on-collection')
}

/** `key: # marker` with the value below: only inside `{…}` does the value get it. */
function bindBelowColon(sheet: Sheet, index: number, colon: number): Binding {
  if (isEmpty(sheet.slots.values.get(startAt(sheet, colon)))) return unbound('empty-value')
  const slot = valueAt(sheet, skip(sheet, index, 1, breaks))
  return slot?.flow === true ? slot : unbound('after-key')
}

/** The item of a dash, `from` being where it is looked for. */
function bindItem(sheet: Sheet, dash: number, from: number): Binding {
  const content = skip(sheet, from - 1, 1, propertiesAndGaps)
  if (columnAt(sheet, content) <= columnAt(sheet, dash) || typeAt(sheet, content) === '') return unbound('empty-value')
  if (typeAt(sheet, content) === 'alias') return unbound('on-alias')
  return valueAt(sheet, content) ?? unbound('on-collection')
}

/** The scalar that begins at a token, properties before it passed over; undefined for a key and all else. */
function valueAt(sheet: Sheet, index: number): Slot | undefined {
  const slot = sheet.slots.scalars.get(startAt(sheet, skip(sheet, index - 1, 1, propertiesAndGaps)))
  return slot === undefined || slot.role === 'key' || !hasContent(slot) ? undefined : slot
}

/** A comment on a line of its own. */
function bindOwnLine(sheet: Sheet, index: number): Binding {
  // Also keeps a block of many markers from being walked through for each of them.
  if (typeAt(sheet, skip(sheet, index, 1, breaks)) === 'comment') return unbound('comment-block')
  const owner = skip(sheet, index, -1, propertiesAndGaps)
  const next = skip(sheet, index, 1, gaps)
  const colon = typeAt(sheet, owner) === 'map-value-ind' ? owner : undefined
  const binding = (colon === undefined ? undefined : bindBetween(sheet, index, colon)) ?? bindNext(sheet, index, next)
  return isUnbound(binding) || !hasOwnComment(sheet, next, binding) ? binding : unbound('comment-block')
}

/** Between `key:` and its value, where blank lines do not matter. Undefined: it stands elsewhere. */
function bindBetween(sheet: Sheet, index: number, colon: number): Binding | undefined {
  const value = sheet.slots.values.get(startAt(sheet, colon))
  if (value === undefined || isEmpty(value) || value.start < startAt(sheet, index)) return undefined
  if (value.kind === 'alias') return unbound('on-alias')
  if (value.kind !== 'scalar') return value.flow ? unbound('on-collection') : undefined
  const slot = sheet.slots.scalars.get(value.start)
  if (slot === undefined || !hasContent(slot)) return unbound('empty-value')
  return isOnlyComment(sheet, colon, value.start) ? slot : unbound('comment-block')
}

/** Is there one comment from `key:` to its value? One right behind the colon does not count. */
function isOnlyComment(sheet: Sheet, colon: number, end: number): boolean {
  const first = skip(sheet, colon, 1, blanks)
  let count = 0
  for (let index = first; startAt(sheet, index) < end; index += 1) {
    if (typeAt(sheet, index) === 'comment' && (index > first || isOnOwnLine(sheet, index))) count += 1
  }
  return count === 1
}

/** Above an item, a key or a document's only value. */
function bindNext(sheet: Sheet, index: number, next: number): Binding {
  const isDash = typeAt(sheet, next) === 'seq-item-ind'
  const binding = isDash ? bindItem(sheet, next, next + 1) : bindAbove(sheet, next)
  return isUnbound(binding) || isOnlyLineAbove(sheet, index, next) ? binding : unbound('comment-block')
}

function bindAbove(sheet: Sheet, next: number): Binding {
  const content = skip(sheet, next - 1, 1, propertiesAndGaps)
  const type = typeAt(sheet, content)
  const slot = sheet.slots.scalars.get(startAt(sheet, content))
  if (slot?.role === 'key' || type === 'explicit-key-ind' || type === 'doc-start') return unbound('above-key')
  if (type === 'alias') return unbound('on-alias')
  if (type === 'flow-map-start' || type === 'flow-seq-start') return unbound('on-collection')
  return valueAt(sheet, next) ?? unbound('comment-block')
}

/** Is the comment the only one before the token, on the line directly above it? */
function isOnlyLineAbove(sheet: Sheet, index: number, next: number): boolean {
  const line = lineAt(sheet, startAt(sheet, index))
  if (lineAt(sheet, startAt(sheet, next)) !== line + 1) return false
  const above = skip(sheet, index, -1, breaks)
  if (typeAt(sheet, above) !== 'comment') return true
  if (isOnOwnLine(sheet, above)) return lineAt(sheet, startAt(sheet, above)) < line - 1
  const before = typeAt(sheet, skip(sheet, above, -1, blanks))
  return before === 'map-value-ind' || !openers.has(before)
}

/** Is there a comment between the first token of a value and the end of the line where its scalar ends? */
function hasOwnComment(sheet: Sheet, first: number, { scalar }: Slot): boolean {
  let index = first
  for (; startAt(sheet, index) < scalar.end; index += 1) if (typeAt(sheet, index) === 'comment') return true
  return scalar.style !== 'block' && typeAt(sheet, skip(sheet, index - 1, 1, itemEnds)) === 'comment'
}

/** A block scalar without a line of content has no place where a value could be written. */
function hasContent({ scalar }: Slot): boolean {
  return scalar.block === undefined || /[^ \t\n]/.test(scalar.text)
}

function isEmpty(value: YamlNode | undefined): boolean {
  return value === undefined || (value.kind === 'scalar' && value.style === 'empty')
}
