import type { YamlScalar } from '#core/yaml-node.ts'
import type { EditedObject, Part, SkipCode } from './change-set.ts'
import { decodeLatin1 } from './decode.ts'
import type { Marker } from './marker.ts'

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
