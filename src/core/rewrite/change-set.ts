/** Which part of the reference a marker writes; `full` is `name:tag[@digest]`. */
export type Part = 'full' | 'tag' | 'name' | 'digest' | 'extract'

/** The Kubernetes object that an edited scalar belongs to; parts that the document lacks are empty. */
export interface EditedObject {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly namespace: string
}

/** One scalar to be replaced. */
export interface Edit {
  /** From the repository root, `/`-separated. */
  readonly path: string
  /** 1-based, of the first character of the scalar token. */
  readonly line: number
  readonly column: number
  /** The scalar's values (unquoted), before and after. */
  readonly from: string
  readonly to: string
  /** `namespace:policy` */
  readonly policy: string
  readonly part: Part
  readonly object?: EditedObject
  /** Position of this target among all targets of the file, from 0, whether edited or not. */
  readonly ordinal: number
}

/** Why a file, marker or target was not acted on (docs/rewriting.md has the list). */
export type SkipCode =
  | 'too-large'
  | 'unsupported-encoding'
  | 'symlink'
  | 'parse-error'
  | 'malformed-marker'
  | 'unknown-part'
  | 'unknown-policy'
  | 'policy-not-visible'
  | 'not-selected'
  | 'no-latest-ref'
  | 'no-digest'
  | 'invalid-ref'
  | 'above-key'
  | 'after-key'
  | 'empty-value'
  | 'on-collection'
  | 'on-key'
  | 'on-alias'
  | 'comment-block'
  | 'in-text'
  | 'held'
  | 'target-not-found'
  | 'target-ambiguous'
  | 'verify-failed'

/** A file or marker that is left alone, and why. */
export interface Skip {
  readonly path: string
  readonly line?: number
  readonly code: SkipCode
  readonly reason: string
}

/** What rewriting one file gives: its edits, what it left alone, every value found, and the new text if it differs. */
export interface FileChange {
  readonly path: string
  readonly edits: readonly Edit[]
  readonly skipped: readonly Skip[]
  /** Each bound target whether edited or not, in file order: the values that are in Git now. */
  readonly found: readonly FoundValue[]
  /** New content as latin1 text (one character a byte); absent when nothing changes. */
  readonly text?: string
  /** On a new tip: a value that is not what its policy wants was left to the next run. */
  readonly postponed?: boolean
}

/** A bound target and the value it has now. */
export interface FoundValue {
  readonly policy: string
  readonly part: Part
  readonly value: string
  readonly line: number
  readonly ordinal: number
}
