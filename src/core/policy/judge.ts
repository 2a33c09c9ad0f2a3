import { quoteOutside } from '../error.ts'
import { isTag, type Tag } from '../image/reference.ts'
import type { Regex } from '../regex.ts'
import type { CompiledPolicy, Entry } from './compile.ts'
import type { Known, Rejection } from './kind.ts'
import { compareNatural } from './order.ts'
import type { Candidate, Selection, TagFacts } from './selection.ts'
import { bestOf, compareTags, TopList } from './top-list.ts'
import type { VerdictCode } from './verdict.ts'

/** What a policy chooses from. */
export interface SelectInput {
  /** In any order, none twice; `screenTags` makes such a list of any texts. */
  readonly tags: readonly Tag[]
  /** Texts that were given as tags and are none. */
  readonly illegal?: readonly string[]
  /** Of the ImageRepository; a tag that one matches is dropped. */
  readonly exclusions?: readonly Regex[]
  /** What is known already; a tag without an entry has not been asked about. */
  readonly facts?: ReadonlyMap<string, TagFacts>
  /** Epoch ms, to tell times of the future; without it every time is believed. */
  readonly now?: number
  /** At most this many electable and this many rejected tags are listed in `candidates`; default: all. */
  readonly listed?: number
}

/** How many of the best to keep. */
interface Limits {
  readonly entries: number
  readonly rejected: number
}

/** Every tag sorted into those that may be elected and those that may not. */
export interface Judgement {
  /** Everything given, legal or not. */
  readonly input: number
  /** How many may be elected as far as kind and filter are concerned. */
  readonly electable: number
  /** The best of them by descending preference. */
  readonly entries: readonly Entry[]
  /** Descending by bytes. */
  readonly rejected: readonly Candidate[]
  readonly tally: Selection['tally']
  /** Tags about which something has to be found out before they can be judged, descending by bytes. */
  readonly unknown: readonly Keyed[]
  /** Keys that the kind could not read: how many, and the lowest by bytes. */
  readonly unreadable: { readonly count: number; readonly lowest: string }
  /** Text → the tags it was extracted from, where they are several; the preferred one was judged for all. */
  readonly extracts: ReadonlyMap<string, readonly Keyed[]>
}

/** A tag that passed exclusions and filterTags, with the text that is compared. */
export interface Keyed {
  readonly tag: string
  readonly key: string
}

/** Judges each tag by itself: exclusions, filterTags, duplicates of an extract, then what the kind makes of it. */
export function judge(policy: CompiledPolicy, input: SelectInput, limits: Limits): Judgement {
  const { tags, illegal = [] } = input
  const sorter = new Sorter(policy, input, limits)
  const sources = new Sources()
  for (const text of illegal) sorter.refuse(text, { verdict: 'illegal-tag', reason: 'no tag by the OCI grammar' })
  for (const tag of tags) {
    const key = sorter.screen(tag)
    if (key === undefined) continue
    if (policy.filter?.extracts === true) sources.add(tag, key)
    else sorter.weigh(tag, key)
  }
  for (const [key, tag] of sources.first) {
    const same = sources.several.get(key)
    if (same === undefined) sorter.weigh(tag, key)
    else sorter.weighPreferred(same)
  }
  return { input: tags.length + illegal.length, extracts: sources.several, ...sorter.result() }
}

/** Which tags a text was extracted from. Most come from one tag: only the others get a list. */
class Sources {
  readonly first = new Map<string, string>()
  readonly several = new Map<string, Keyed[]>()

  add(tag: string, key: string): void {
    const before = this.first.get(key)
    if (before === undefined) {
      this.first.set(key, tag)
      return
    }
    const same = this.several.get(key)
    if (same === undefined)
      this.several.set(key, [
        { tag: before, key },
        { tag, key },
      ])
    else same.push({ tag, key })
  }
}

/** Makes input of texts that a person or program gave as tags: each counts once, and what is no tag is told as such. */
export function screenTags(texts: readonly string[]): Required<Pick<SelectInput, 'tags' | 'illegal'>> {
  const distinct = [...new Set(texts)]
  return { tags: distinct.filter(isTag), illegal: distinct.filter((text) => !isTag(text)) }
}

const nothingKnown: Known = { facts: undefined, now: undefined }

/** Puts tags where they belong, one by one, and keeps no more of them than is asked for. */
class Sorter {
  readonly #policy: CompiledPolicy
  readonly #input: SelectInput
  readonly #exclusions: readonly { readonly expression: Regex; readonly rejection: Rejection }[]
  readonly #entries: TopList<Entry>
  readonly #rejected: TopList<Candidate>
  readonly #tally: Partial<Record<VerdictCode, number>> = {}
  readonly #unknown = new TopList<Keyed>(Infinity, compareTags)
  #electable = 0
  #unreadable = { count: 0, lowest: '' }

  constructor(policy: CompiledPolicy, input: SelectInput, limits: Limits) {
    this.#policy = policy
    this.#input = input
    this.#exclusions = (input.exclusions ?? []).map((expression) => ({
      expression,
      rejection: { verdict: 'excluded', reason: `${quoteOutside(expression.source)} excludes it` },
    }))
    this.#entries = new TopList(limits.entries, policy.prefer)
    this.#rejected = new TopList<Candidate>(limits.rejected, compareTags)
  }

  /** Notes why a tag is out. `key` is the text compared, where the tag came so far. */
  refuse(tag: string, { verdict, reason }: Rejection, key = tag): undefined {
    this.#tally[verdict] = (this.#tally[verdict] ?? 0) + 1
    this.#rejected.add({ tag, key, verdict, reason })
  }

  /** The text that is compared for a tag; undefined if the tag is out before the kind sees it. */
  screen(tag: string): string | undefined {
    for (const { expression, rejection } of this.#exclusions) {
      if (expression.test(tag)) return this.refuse(tag, rejection)
    }
    const { filter } = this.#policy
    if (filter === undefined) return tag
    const key = filter.key(tag)
    if (key !== undefined) return key
    return this.refuse(tag, filter.rejection)
  }

  /** Of several tags with one extract takes the highest in natural order (Flux the lowest by bytes). */
  weighPreferred(same: readonly Keyed[]): void {
    const preferred = bestOf(same, (a, b) => compareNatural(a.tag, b.tag))
    if (preferred === undefined) return
    const reason = `${preferred.tag} has the same text and is preferred`
    for (const { tag, key } of same) {
      if (tag === preferred.tag) this.weigh(tag, key)
      else this.refuse(tag, { verdict: 'duplicate-extract', reason }, key)
    }
  }

  /** What the kind makes of a tag. */
  weigh(tag: string, key: string): void {
    const { kind } = this.#policy
    const known = kind.needs.length === 0 ? nothingKnown : this.#knownOf(tag)
    if (known === undefined) {
      this.#unknown.add({ tag, key })
      return
    }
    const value = kind.read(key, known)
    const rejection = kind.refuse(value, known)
    if (value === undefined) this.#countUnreadable(key)
    if (rejection === undefined) {
      this.#electable += 1
      this.#entries.add({ tag, key, value })
    } else this.refuse(tag, rejection, key)
  }

  result(): Omit<Judgement, 'input' | 'extracts'> {
    return {
      electable: this.#electable,
      entries: this.#entries.items(),
      rejected: this.#rejected.items(),
      tally: this.#tally,
      unknown: this.#unknown.items(),
      unreadable: this.#unreadable,
    }
  }

  #knownOf(tag: string): Known | undefined {
    const facts = this.#input.facts?.get(tag)
    return facts && { facts, now: this.#input.now }
  }

  #countUnreadable(key: string): void {
    const { count, lowest } = this.#unreadable
    this.#unreadable = { count: count + 1, lowest: count === 0 || key < lowest ? key : lowest }
  }
}
