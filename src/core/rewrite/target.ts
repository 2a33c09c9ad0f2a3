import { findIndexAt } from '#core/yaml-position.ts'
import type { YamlScalar, YamlToken } from '#core/yaml-node.ts'
import type { EditedObject, Part, SkipCode } from './change-set.ts'
import { decodeLatin1 } from './latin1.ts'
import type { Marker } from './marker.ts'
import type { ParsedFile, Slot } from './parsed-file.ts'

/** The part of a text that an edit replaces, and what decides how the new value is written there. */
export type ScalarToken = Pick<YamlScalar, 'style' | 'text' | 'start' | 'end' | 'block'> & {
  /** Directly inside `{…}` or `[…]`. */
  readonly flow: boolean
  /** An explicit tag before it that a string must not have (`!!int`). */
  readonly typeTag?: { readonly start: number; readonly end: number }
}

/** A scalar that a policy may write. Offsets and texts are of the latin1 text without byte order mark. */
export interface Target {
  readonly policy: string
  readonly part: Part
  readonly token: ScalarToken
  readonly object?: EditedObject
}

/** A marker or field target that binds to nothing. `marker`: whose it is, as far as it could be read. */
export interface Miss {
  readonly offset: number
  readonly code: SkipCode
  readonly reason: string
  readonly marker?: Marker
}

/** What a strategy finds in one file. */
export interface Finding {
  readonly targets: readonly Target[]
  readonly misses: readonly Miss[]
}

/**
 * Everything that a plan has to know of a file's content: plain JSON, and the same for the same bytes, so it can be
 * kept by blob id. In file order; `line` and `column` count from 1, columns in characters.
 */
export interface FileIndex {
  readonly targets: readonly (Target & { readonly line: number; readonly column: number })[]
  readonly misses: readonly (Miss & { readonly line?: number })[]
}

/** The value that a scalar has now; the line breaks at the end of a block belong to its form, not to its value. */
export function valueOf(token: ScalarToken): string {
  return decodeLatin1(token.style === 'block' ? token.text.replace(/\n+$/, '') : token.text)
}

/** Tags that say "not a string"; the package resolves `!!int` and its verbatim form to the same name. */
const typeTags: ReadonlySet<string> = new Set(
  ['int', 'float', 'bool', 'null', 'timestamp'].map((name) => `tag:yaml.org,2002:${name}`),
)

/** The target that a slot is for a policy. */
export function targetOf(file: ParsedFile, slot: Slot, marker: Pick<Target, 'policy' | 'part'>): Target {
  const { style, text, start, end, block, tag } = slot.scalar
  const typeTag = tag !== undefined && typeTags.has(tag) ? findTag(file.stream.tokens, start) : undefined
  return {
    policy: marker.policy,
    part: marker.part,
    token: {
      style,
      text,
      start,
      end,
      flow: slot.flow,
      ...(block === undefined ? {} : { block }),
      ...(typeTag === undefined ? {} : { typeTag }),
    },
    ...(slot.object === undefined ? {} : { object: slot.object }),
  }
}

/** The tag among the properties before a token. */
function findTag(tokens: readonly YamlToken[], offset: number): { start: number; end: number } | undefined {
  let index = findIndexAt(tokens.length, (at) => tokens[at]?.start ?? 0, offset) - 1
  while (between.has(tokens[index]?.type ?? '')) index -= 1
  const tag = tokens[index]
  return tag?.type === 'tag' ? { start: tag.start, end: tag.end } : undefined
}

const between: ReadonlySet<string> = new Set(['space', 'newline', 'comment', 'anchor'])
