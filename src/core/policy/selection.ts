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
 * `candidates` holds every input tag once (unless a limit was asked for): the elected one first, then the others by
 * descending preference, then the rejected ones by descending bytes.
 */
export interface Selection {
  readonly latest: { readonly tag: Tag; readonly key: string } | null
  /** One sentence: why this tag, or why none. */
  readonly reason: string
  /** Of the distinct input tags: how many exclusions dropped, how many filterTags dropped, how many may be elected. */
  readonly counts: {
    readonly input: number
    readonly excluded: number
    readonly filtered: number
    readonly candidates: number
  }
  readonly candidates: readonly Candidate[]
  /** How many tags got each verdict; a verdict that none got is absent. */
  readonly tally: Readonly<Partial<Record<VerdictCode, number>>>
  /** Set when equals competed: `EqualValues` or `EqualExtracts`, and the sentence for the condition. */
  readonly ambiguous?: { readonly reason: string; readonly message: string }
  /** Set when a tag that cannot be read fails the whole policy: reason and message of the condition. */
  readonly failure?: { readonly reason: string; readonly message: string }
  /**
   * Facts that are needed before this selection is final; empty when it is. While it is not, `latest` is null: fetch
   * them, add them to the facts already known, and select again.
   */
  readonly wants: readonly { readonly tag: Tag; readonly facts: readonly Fact[] }[]
}
