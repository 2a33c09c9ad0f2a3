import { FormIndex } from './form-index.ts'
import { formsOf, type Form } from './forms.ts'
import { maskPatterns } from './patterns.ts'
import { originalIndex, viewsOf, type View } from './views.ts'

/** How much a redactor remembers; the oldest values go first. */
export interface RedactorLimits {
  readonly values: number
  /** Sum of the lengths of the values. */
  readonly characters: number
}

/** A controller that runs for months sees ever new tokens, and the old ones have long expired. */
const defaultLimits: RedactorLimits = { values: 10_000, characters: 16 * 1024 * 1024 }

/** What `quoteOutside` leaves where it cuts a text, perhaps amid a secret. */
const cutMark = '…'
/** A shorter beginning of a secret tells too little, and would mask ordinary words. */
const minCut = 6
/** Texts are not cut later than this. */
const maxCut = 4096

/** From (inclusive) and to (exclusive), in code units of the original text. */
type Range = readonly [from: number, to: number]

/** Remembers the secrets of a run and takes them out of texts. */
export class Redactor {
  readonly #limits: RedactorLimits
  readonly #values = new Map<string, readonly Form[]>()
  readonly #indexes: Readonly<Record<Form['kind'], FormIndex>> = { plain: new FormIndex(), base64: new FormIndex() }
  #characters = 0

  constructor(limits: RedactorLimits = defaultLimits) {
    this.#limits = limits
  }

  /** From now on `value` is masked in every form. Values below 6 bytes are not: they would mask ordinary words. */
  register(value: string): void {
    const known = this.#values.get(value)
    const forms = known ?? formsOf(value)
    if (forms.length === 0) return
    // Deleted and set again, so that the map's order is that of the last use.
    this.#values.delete(value)
    this.#values.set(value, forms)
    if (known !== undefined) return
    for (const form of forms) this.#indexes[form.kind].add(form.text)
    this.#characters += value.length
    this.#forgetOldest()
  }

  /**
   * `text` with `***` for every registered value (plain, percent-encoded, escaped as in JSON, in base64 or base64url
   * also within `user:value`, cut off before `…`), and for what looks like a credential: userinfo of URLs, Authorization
   * headers, JSON web tokens, PEM blocks, values of query parameters such as `token`, `sig` or `X-Amz-…`.
   */
  redact(text: string): string {
    return maskPatterns(this.#values.size === 0 ? text : mask(text, this.#find(text)))
  }

  #forgetOldest(): void {
    for (const [value, forms] of this.#values) {
      if (this.#values.size <= this.#limits.values && this.#characters <= this.#limits.characters) return
      this.#values.delete(value)
      this.#characters -= value.length
      for (const form of forms) this.#indexes[form.kind].delete(form.text)
    }
  }

  #find(text: string): readonly Range[] {
    return viewsOf(text).flatMap((view) => {
      const standard = { ...view, text: view.text.replaceAll('-', '+').replaceAll('_', '/') }
      const encoded = findForms(standard, this.#indexes.base64).map((range) => wholeBase64(standard.text, range))
      return [...findForms(view, this.#indexes.plain), ...encoded].map((range) => originalRange(view, range))
    })
  }
}

function findForms(view: View, index: FormIndex): readonly Range[] {
  const { text } = view
  const found: Range[] = []
  let cut = text.indexOf(cutMark)
  for (let from = 0; from < text.length; from++) {
    if (cut >= 0 && from > cut) cut = text.indexOf(cutMark, from)
    const length = index.longestAt(text, from)
    if (length > 0) found.push([from, from + length])
    const left = cut - from
    if (left >= minCut && left > length && left <= maxCut && index.hasPrefix(text, from, cut)) found.push([from, cut])
  }
  return found
}

/** The characters beside a base64 form hold the rest of its first and last byte, and what else was encoded with it. */
function wholeBase64(text: string, [from, to]: Range): Range {
  let start = from
  while (start > 0 && /[A-Za-z0-9+/]/.test(text.charAt(start - 1))) start--
  let end = to
  while (end < text.length && /[A-Za-z0-9+/=]/.test(text.charAt(end))) end++
  return [start, end]
}

function originalRange(view: View, [from, to]: Range): Range {
  return [originalIndex(view, from), originalIndex(view, to)]
}

/** Replaces the ranges, joined where they touch or overlap. */
function mask(text: string, ranges: readonly Range[]): string {
  let masked = ''
  let done = 0
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (masked === '' || from > done) masked += `${text.slice(done, from)}***`
    done = Math.max(done, to)
  }
  return masked + text.slice(done)
}

/** One for the process: secrets are few, and exits are many. */
const ofProcess = new Redactor()

/** Remembers a secret's text for the rest of the process; called where a `Secret` is made. */
export function registerSecret(value: string): void {
  ofProcess.register(value)
}

/** Takes every secret of this process out of a text, in all its forms; see `Redactor.redact`. */
export function redact(text: string): string {
  return ofProcess.redact(text)
}
