import { isTag, type Tag } from '#core/image/reference.ts'
import { JsonError, JsonTokens, type JsonToken } from './json-tokens.ts'

/** What one page of a list holds. */
export interface TagPage {
  /** Legal tags in the order of the page, artefacts left out. */
  readonly tags: readonly Tag[]
  readonly dropped: { readonly invalid: number; readonly artefact: number }
  /** `"tags": null`, as some registries write an empty list. */
  readonly isNull: boolean
  readonly bytes: number
}

/** Tags under which signatures, attestations and SBOMs are kept beside an image (cosign, OCI referrers). */
const artefact = /^sha256-[a-f0-9]{64}(?:\.(?:sig|att|sbom))?$/

const maxDepth = 64

/**
 * Reads a page as it arrives: `{"name": …, "tags": [texts]}`, other members passed over.
 * `JsonError` for anything but one whole JSON object with `tags`; `onTag` is told the number of tags so far and may
 * throw to stop.
 */
export async function readTagPage(pieces: AsyncIterable<Uint8Array>, onTag: (count: number) => void): Promise<TagPage> {
  const parser = new TagPageParser(onTag)
  let bytes = 0
  for await (const piece of pieces) {
    bytes += piece.byteLength
    parser.push(piece)
  }
  return { ...parser.end(), bytes }
}

/** What may come next. */
type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end' | 'nothing'

class TagPageParser {
  readonly #tokens = new JsonTokens(
    (token, text) => this.#take(token, text),
    () => this.#isInTags || this.#isTopKey(),
  )
  readonly #onTag: (count: number) => void
  readonly #tags: Tag[] = []
  readonly #open: ('{' | '[')[] = []
  #expected: Expected = 'value'
  /** The member of the top object that is being read. */
  #key = ''
  /** Inside the list of tags itself, not deeper. */
  #isInTags = false
  #tagsAre: 'missing' | 'null' | 'list' = 'missing'
  #invalid = 0
  #artefacts = 0

  constructor(onTag: (count: number) => void) {
    this.#onTag = onTag
  }

  push(piece: Uint8Array): void {
    this.#tokens.push(piece)
  }

  end(): Omit<TagPage, 'bytes'> {
    this.#tokens.end()
    if (this.#expected !== 'nothing') throw new JsonError('the text ends too early')
    if (this.#tagsAre === 'missing') throw new JsonError('there is no list of tags')
    const dropped = { invalid: this.#invalid, artefact: this.#artefacts }
    return { tags: this.#tags, dropped, isNull: this.#tagsAre === 'null' }
  }

  #isTopKey(): boolean {
    return this.#open.length === 1 && this.#isKeyDue()
  }

  #isKeyDue(): boolean {
    return this.#expected === 'key' || this.#expected === 'key or }'
  }

  #isValueDue(): boolean {
    return this.#expected === 'value' || this.#expected === 'value or ]'
  }

  #take(token: JsonToken, text: string): void {
    if (token === 'string' && this.#isKeyDue()) return this.#takeKey(text)
    if (token === ':' && this.#expected === ':') return void (this.#expected = 'value')
    if (token === ',' && this.#expected === ', or end') return this.#takeComma()
    if (token === '}' || token === ']') return this.#takeEnd(token)
    if (token === ':' || token === ',' || !this.#isValueDue()) throw new JsonError(`a ${token} too many`)
    return this.#takeValue(token, text)
  }

  #takeKey(text: string): void {
    if (this.#open.length === 1) this.#key = text
    this.#expected = ':'
  }

  #takeComma(): void {
    this.#expected = this.#open.at(-1) === '{' ? 'key' : 'value'
  }

  #takeEnd(token: '}' | ']'): void {
    const isFitting = (this.#open.at(-1) === '{') === (token === '}') && this.#open.length > 0
    const isDue = this.#expected === ', or end' || this.#expected === (token === '}' ? 'key or }' : 'value or ]')
    if (!isFitting || !isDue) throw new JsonError(`a ${token} too many`)
    this.#open.pop()
    this.#noteDepth()
    this.#endValue()
  }

  #takeValue(token: '{' | '[' | 'string' | 'scalar', text: string): void {
    if (this.#open.length === 0 && token !== '{') throw new JsonError('the text is not an object')
    if (this.#open.length === 1 && this.#key === 'tags') this.#startTags(token, text)
    else if (this.#isInTags) this.#takeTag(token, text)
    if (token === 'string' || token === 'scalar') return this.#endValue()
    if (this.#open.length === maxDepth) throw new JsonError(`deeper than ${maxDepth}`)
    this.#open.push(token)
    this.#noteDepth()
    this.#expected = token === '{' ? 'key or }' : 'value or ]'
  }

  #noteDepth(): void {
    this.#isInTags = this.#open.length === 2 && this.#key === 'tags' && this.#open[1] === '['
  }

  #startTags(token: '{' | '[' | 'string' | 'scalar', text: string): void {
    if (token !== '[' && text !== 'null') throw new JsonError('tags is not a list')
    this.#tagsAre = token === '[' ? 'list' : 'null'
  }

  #takeTag(token: '{' | '[' | 'string' | 'scalar', text: string): void {
    if (token !== 'string' || !isTag(text)) this.#invalid += 1
    else if (artefact.test(text)) this.#artefacts += 1
    else this.#tags.push(text)
    this.#onTag(this.#tags.length)
  }

  #endValue(): void {
    this.#expected = this.#open.length === 0 ? 'nothing' : ', or end'
  }
}
