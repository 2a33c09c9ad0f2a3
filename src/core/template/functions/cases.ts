import { define } from '../function.ts'
import { goSpace } from '../text.ts'
import { toLower, toUpper } from './words.ts'

const connector = new RegExp(`[-_${goSpace}]`)

/** sprig's changes of how words are joined, by the rules of github.com/huandu/xstrings 1.5. */
export const cases = {
  camelcase: define(['string'], ([text]) => pascalCase(text)),
  snakecase: define(['string'], ([text]) => joinedBy(text, '_')),
  kebabcase: define(['string'], ([text]) => joinedBy(text, '-')),
}

function isUpper(character: string | undefined): boolean {
  return character !== undefined && /\p{Lu}/u.test(character)
}

/** `some_words` → `SomeWords`; connectors at the beginning stay, of several only the last goes. */
function pascalCase(text: string): string {
  const characters = Array.from(text)
  const start = characters.findIndex((character) => !connector.test(character))
  // Of nothing but connectors xstrings writes the last one twice.
  if (start < 0) return text + (characters.at(-1) ?? '')
  let result = characters.slice(0, start).join('')
  let previous = toUpper(characters[start] ?? '')
  let lowers = isUpper(characters[start])
  for (const character of characters.slice(start + 1)) {
    let current = character
    if (connector.test(current) && connector.test(previous)) {
      result += previous
      previous = current
      continue
    }
    if (connector.test(previous)) {
      lowers = isUpper(current)
      current = toUpper(current)
    } else {
      lowers = lowers && isUpper(current)
      if (lowers) current = toLower(current)
      result += previous
    }
    previous = current
  }
  return result + previous
}

type WordKind = 'none' | 'number' | 'upper' | 'letters' | 'connector' | 'punctuation' | 'other'

interface Word {
  readonly kind: WordKind
  readonly text: string
}

/** Letters but those of Chinese, Japanese and Korean, which know no case. */
const alphabet = '(?![\\p{Lu}\u3400-\u4d85\u4e00-\u9fcc\u{20000}-\u{2b81d}])\\p{L}'

/** Runs of one kind; a run of upper case gives its last letter to the word that follows (`HTTP` `Server`). */
const runs = new RegExp(
  [
    `(?<connector>[-_${goSpace}]+)`,
    '(?<punctuation>(?![-_])\\p{P}+)',
    `(?<upper>\\p{Lu}+(?=\\p{Lu}${alphabet})|\\p{Lu}{2,}|\\p{Lu}(?:${alphabet})*)`,
    `(?<letters>(?:${alphabet})+)`,
    '(?<number>\\p{N}+)',
    `(?<other>[^${goSpace}])`,
  ].join('|'),
  'gu',
)

function wordsOf(text: string): readonly Word[] {
  const words: Word[] = []
  for (const { 0: found, groups } of text.matchAll(runs)) {
    const kind = Object.entries(groups ?? {}).find(([, run]) => run !== undefined)?.[0] as WordKind
    const last = words.at(-1)
    // Single characters of no other kind are one run.
    if (kind === 'other' && last?.kind === 'other') words[words.length - 1] = { kind, text: last.text + found }
    else words.push({ kind, text: found })
  }
  return words
}

/** Words in lower case with `by` between; a number belongs to the word before it unless letters follow. */
function joinedBy(text: string, by: string): string {
  return new Joiner(wordsOf(text), by).run()
}

class Joiner {
  readonly #words: readonly Word[]
  readonly #by: string
  #at = 0
  #text = ''

  constructor(words: readonly Word[], by: string) {
    this.#words = words
    this.#by = by
  }

  run(): string {
    while (this.#at < this.#words.length - 1) {
      const { kind } = this.#put()
      if (kind === 'number') this.#afterNumber('punctuation')
      else if (kind !== 'connector' && kind !== 'punctuation') this.#afterWord()
    }
    this.#put()
    return this.#text
  }

  get #kind(): WordKind {
    return this.#words[this.#at]?.kind ?? 'none'
  }

  /** Writes the word that is due. */
  #put(): Word {
    const word = this.#words[this.#at++] ?? { kind: 'none', text: '' }
    if (word.kind === 'connector') this.#text += this.#by.repeat(Array.from(word.text).length)
    else this.#text += word.kind === 'upper' ? Array.from(word.text, toLower).join('') : word.text
    return word
  }

  #separate(...unless: readonly WordKind[]): void {
    if (!unless.includes(this.#kind)) this.#text += this.#by
  }

  /** Letters and numbers go on without a connector. */
  #afterNumber(...unless: readonly WordKind[]): void {
    while (this.#kind === 'letters' || this.#kind === 'number') this.#put()
    this.#separate('none', 'connector', ...unless)
  }

  #afterWord(): void {
    if (this.#kind !== 'number') return this.#separate('connector', 'punctuation')
    if (this.#at === this.#words.length - 1) return
    if (this.#words[this.#at + 1]?.kind !== 'letters') {
      this.#put()
      return this.#separate('connector', 'punctuation')
    }
    this.#text += this.#by
    this.#afterNumber('punctuation')
  }
}
