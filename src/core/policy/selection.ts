import type { Digest } from '../image/digest.ts'
import type { Tag } from '../image/reference.ts'
import type { VerdictCode } from './verdict.ts'

/** What a policy may have to know about a tag beyond its name. Times are epoch milliseconds. */
export interface TagFacts {
  readonly digest?: Digest
  readonly pushedAt?: number
  readonly createdAt?: number
  /** `os/arch[/variant]` of each image behind the tag. */
  readonly platforms?: readonly string[]
  /** Set when the manifest is no container image. */
  readonly artifact?: boolean
  /** The error code with which the registry failed to answer. */
  readonly missing?: string
}

/** A fact that a kind or gate can demand; `evidence` fetches it. */
export type Fact = 'pushed' | 'created' | 'platforms'

/** One tag as judged. `key` is the text compared (the extract, or the tag). */
export interface Candidate {
  readonly tag: string
  readonly key: string
  readonly verdict: VerdictCode
  readonly reason: string
}

/**
 * What a policy decides about a list of tags: a value, never an exception.
 * `candidates` holds every input tag once, the elected one first, then by descending preference, then the rejected ones.
 */
export interface Selection {
  readonly latest: { readonly tag: Tag; readonly key: string } | null
  /** One sentence: why this tag, or why none. */
  readonly reason: string
  readonly counts: {
    readonly input: number
    readonly excluded: number
    readonly filtered: number
    readonly candidates: number
  }
  readonly candidates: readonly Candidate[]
  /** Set when equals competed: `EqualValues` or `EqualExtracts`, and the sentence for the condition. */
  readonly ambiguous?: { readonly reason: string; readonly message: string }
  /** Facts that are needed before this selection is final; empty when it is. */
  readonly wants: readonly { readonly tag: Tag; readonly facts: readonly Fact[] }[]
}
