/** A piece of JSON: a mark of the structure, a string, or a number or word. */
export type JsonToken = '{' | '}' | '[' | ']' | ':' | ',' | 'string' | 'scalar'

/** Text that is no JSON. */
export class JsonError extends Error {}

const scalarGrammar = /^(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)$/
const scalarEnd = /[^A-Za-z0-9+.-]/g
const maxScalar = 400

/**
 * Cuts JSON that comes in pieces into tokens, holding no more than the token at hand (RFC 8259).
 * `onToken` gets the text of a scalar; that of a string only if `wantsText()` says so when the string ends.
 * Bytes are taken for characters (latin1): what is not ASCII comes out as several wrong ones.
 */
export class JsonTokens {
  readonly #onToken: (token: JsonToken, text: string) => void
  readonly #wantsText: () => boolean
  /** The start of a string or scalar, from earlier pieces. */
  #kept = ''
  #state: 'between' | 'string' | 'scalar' = 'between'
  #escaped = false
  #hasEscapes = false

  constructor(onToken: (token: JsonToken, text: string) => void, wantsText: () => boolean) {
    this.#onToken = onToken
    this.#wantsText = wantsText
  }

  /** Reads the next piece; `JsonError` for a character that cannot stand there. */
  push(piece: Uint8Array): void {
    const text = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1')
    let at = 0
    while (at < text.length) {
      if (this.#state === 'string') at = this.#readString(text, at)
      else if (this.#state === 'scalar') at = this.#readScalar(text, at)
      else at = this.#readBetween(text, at)
    }
  }

  /** The text is over; `JsonError` if that is inside a string. */
  end(): void {
    if (this.#state === 'string') throw new JsonError('the text ends inside a string')
    if (this.#state === 'scalar') this.#endScalar('')
  }

  #readBetween(text: string, at: number): number {
    const character = text[at] ?? ''
    if (character === '"') {
      this.#state = 'string'
      this.#hasEscapes = false
    } else if (isMark(character)) this.#onToken(character, '')
    else if (character === '<') throw new JsonError('there is a "<", as in an HTML page')
    else if (!isBlank(character)) {
      this.#state = 'scalar'
      return at
    }
    return at + 1
  }

  #readString(text: string, start: number): number {
    const quote = text.indexOf('"', start)
    const piece = text.slice(start, quote < 0 ? text.length : quote)
    if (this.#hasEscapes || piece.includes('\\')) return this.#readEscaped(text, start)
    if (quote < 0) return this.#keepString(piece, text.length)
    this.#endString(piece)
    return quote + 1
  }

  #readEscaped(text: string, start: number): number {
    for (let at = start; at < text.length; at += 1) {
      const character = text[at]
      if (this.#escaped) this.#escaped = false
      else if (character === '\\') this.#escaped = this.#hasEscapes = true
      else if (character === '"') {
        this.#endString(text.slice(start, at))
        return at + 1
      }
    }
    return this.#keepString(text.slice(start), text.length)
  }

  #keepString(piece: string, end: number): number {
    if (this.#wantsText()) this.#kept += piece
    return end
  }

  #endString(rest: string): void {
    this.#state = 'between'
    if (!this.#wantsText()) return this.#onToken('string', '')
    const text = this.#kept === '' ? rest : this.#kept + rest
    this.#kept = ''
    this.#onToken('string', this.#hasEscapes ? unescaped(text) : text)
  }

  #readScalar(text: string, start: number): number {
    scalarEnd.lastIndex = start
    const end = scalarEnd.exec(text)?.index ?? -1
    if (end >= 0) {
      this.#endScalar(text.slice(start, end))
      return end
    }
    this.#kept += text.slice(start)
    if (this.#kept.length > maxScalar) throw new JsonError('a number is too long')
    return text.length
  }

  #endScalar(rest: string): void {
    const text = this.#kept + rest
    if (text.length > maxScalar || !scalarGrammar.test(text)) throw new JsonError('neither a number nor a known word')
    this.#state = 'between'
    this.#kept = ''
    this.#onToken('scalar', text)
  }
}

function unescaped(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`))
  } catch {
    throw new JsonError('an escape in a string is not valid')
  }
}

function isMark(text: string): text is '{' | '}' | '[' | ']' | ':' | ',' {
  return text === ',' || text === '{' || text === '}' || text === '[' || text === ']' || text === ':'
}

function isBlank(text: string): boolean {
  return text === ' ' || text === '\n' || text === '\r' || text === '\t'
}
