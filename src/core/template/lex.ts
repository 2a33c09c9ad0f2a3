import { quote } from './quote.ts'
import { keywords, unicodeName, type Token, type TokenKind } from './token.ts'

const space = /[ \t\r\n]/
const word = /[\p{L}\p{Nd}_]*/uy

/** Splits a template into tokens as Go's text/template does (1.26), trim markers applied and comments dropped. */
export function lex(input: string): readonly Token[] {
  return new Lexer(input).run()
}

/** Thrown within the lexer: an error ends the tokens. */
class LexError extends Error {}

class Lexer {
  readonly #input: string
  readonly #tokens: Token[] = []
  #start = 0
  #at = 0
  #line = 1
  #depth = 0

  constructor(input: string) {
    this.#input = input
  }

  run(): readonly Token[] {
    try {
      while (this.#text()) {
        if (this.#comment()) continue
        this.#leftDelimiter()
        while (this.#inside());
      }
      this.#emit('end of file')
    } catch (error) {
      if (!(error instanceof LexError)) throw error
      this.#tokens.push({ kind: 'error', text: error.message, at: this.#start, line: this.#line })
    }
    return this.#tokens
  }

  #emit(kind: TokenKind): void {
    const text = this.#input.slice(this.#start, this.#at)
    this.#tokens.push({ kind, text, at: this.#start, line: this.#line })
    this.#ignore()
  }

  /** Passes over what has been read. */
  #ignore(): void {
    for (let index = this.#start; index < this.#at; index++) if (this.#input[index] === '\n') this.#line++
    this.#start = this.#at
  }

  #has(text: string, at = this.#at): boolean {
    return this.#input.startsWith(text, at)
  }

  /** Is there `-` with a blank after it (or before it, at the end of an action)? */
  #hasTrim(pattern: RegExp, at = this.#at): boolean {
    return pattern.test(this.#input.slice(at, at + 2))
  }

  /** Text up to an action; false at the end of the input. */
  #text(): boolean {
    const found = this.#input.indexOf('{{', this.#at)
    const end = found < 0 ? this.#input.length : found
    const trims = found >= 0 && this.#hasTrim(/^-[ \t\r\n]/, end + 2)
    this.#at = trims ? this.#beforeSpaces(end) : end
    if (this.#at > this.#start) this.#emit('text')
    this.#at = end
    this.#ignore()
    return found >= 0
  }

  /** Length of the trim marker after an opening delimiter here. */
  #leftTrim(): number {
    return this.#hasTrim(/^-[ \t\r\n]/, this.#at + 2) ? 2 : 0
  }

  /** Where the blanks before `end` begin. */
  #beforeSpaces(end: number): number {
    let at = end
    while (at > this.#start && space.test(this.#input.charAt(at - 1))) at--
    return at
  }

  #skipSpaces(): void {
    while (space.test(this.#input.charAt(this.#at))) this.#at++
  }

  #leftDelimiter(): void {
    const marker = this.#leftTrim()
    this.#at += 2
    this.#emit('left delimiter')
    this.#at += marker
    this.#ignore()
    this.#depth = 0
  }

  /** Passes over a comment action, if one begins here. */
  #comment(): boolean {
    const open = 2 + this.#leftTrim()
    if (!this.#has('/*', this.#at + open)) return false
    this.#at += open
    this.#ignore()
    const end = this.#input.indexOf('*/', this.#at + 2)
    if (end < 0) throw new LexError('unclosed comment')
    this.#at = end + 2
    if (this.#rightDelimiter() === 0) throw new LexError('comment ends before closing delimiter')
    this.#skipRightDelimiter()
    return true
  }

  /** Length of the closing delimiter here, with its trim marker; 0 if there is none. */
  #rightDelimiter(): number {
    if (this.#hasTrim(/^[ \t\r\n]-/) && this.#has('}}', this.#at + 2)) return 4
    return this.#has('}}') ? 2 : 0
  }

  #skipRightDelimiter(): void {
    const length = this.#rightDelimiter()
    this.#at += length
    // Only a trim marker makes it so long.
    if (length === 4) this.#skipSpaces()
    this.#ignore()
  }

  /** One token within an action; false after its end. */
  #inside(): boolean {
    const closing = this.#rightDelimiter()
    if (closing > 0) {
      if (this.#depth > 0) throw new LexError('unclosed left paren')
      this.#tokens.push({ kind: 'right delimiter', text: '}}', at: this.#at + closing - 2, line: this.#line })
      this.#skipRightDelimiter()
      return false
    }
    const character = String.fromCodePoint(this.#input.codePointAt(this.#at) ?? 0)
    if (this.#at >= this.#input.length) throw new LexError('unclosed action')
    if (space.test(character)) return this.#spaces()
    if (/[.$]/.test(character)) return this.#dotOrVariable(character)
    if (/[+\-0-9]/.test(character)) return this.#number()
    if (/["`']/.test(character)) return this.#quoted(character)
    if (/[\p{L}\p{Nd}_]/u.test(character)) return this.#identifier()
    return this.#symbol(character)
  }

  #spaces(): boolean {
    while (space.test(this.#input.charAt(this.#at)) && this.#rightDelimiter() === 0) this.#at++
    this.#emit('space')
    return true
  }

  #symbol(character: string): boolean {
    this.#at += character.length
    if (character === ':' && !this.#has('=')) throw new LexError('expected :=')
    if (character === ':') this.#at++
    if (character === '(') this.#depth++
    if (character === ')' && --this.#depth < 0) throw new LexError('unexpected right paren')
    const kind = symbols[character]
    // An unknown character of ASCII that prints is left to the parser.
    if (kind === undefined && !/[!-~]/.test(character)) {
      throw new LexError(`unrecognized character in action: ${unicodeName(character)}`)
    }
    this.#emit(kind ?? 'character')
    return true
  }

  #dotOrVariable(character: string): boolean {
    // A dot may begin a number; at the very end of the input Go takes it for one.
    if (character === '.' && /^[0-9]?$/.test(this.#input.charAt(this.#at + 1))) return this.#number()
    this.#at++
    const named = !this.#atTerminator()
    if (named) this.#word()
    this.#emit(character === '$' ? 'variable' : named ? 'field' : 'dot')
    return true
  }

  #identifier(): boolean {
    this.#word()
    const text = this.#input.slice(this.#start, this.#at)
    const keyword = keywords.find((known) => known === text)
    this.#emit(keyword ?? (text === 'true' || text === 'false' ? 'bool' : 'identifier'))
    return true
  }

  #word(): void {
    word.lastIndex = this.#at
    this.#at += word.exec(this.#input)?.[0].length ?? 0
    if (!this.#atTerminator()) {
      throw new LexError(`bad character ${unicodeName(String.fromCodePoint(this.#input.codePointAt(this.#at) ?? 0))}`)
    }
  }

  /** May a name end here? */
  #atTerminator(): boolean {
    const next = this.#input.charAt(this.#at)
    return next === '' || /[ \t\r\n.,|:)(]/.test(next) || this.#has('}}')
  }

  /** Reads more than numbers are, as Go does; the parser refuses the rest. */
  #number(): boolean {
    const number =
      /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y
    number.lastIndex = this.#at
    this.#at += number.exec(this.#input)?.[0].length ?? 0
    const next = String.fromCodePoint(this.#input.codePointAt(this.#at) ?? 0)
    if (/[\p{L}\p{Nd}_]/u.test(next)) this.#badNumber(next)
    if (/[+-]/.test(next)) {
      // Go would read a complex number, of which there are none here.
      number.lastIndex = this.#at
      const second = number.exec(this.#input)?.[0] ?? ''
      const after = /^[\p{L}\p{Nd}_]?/u.exec(this.#input.slice(this.#at + second.length))?.[0] ?? ''
      this.#badNumber(second + after)
    }
    this.#emit('number')
    return true
  }

  #badNumber(more: string): never {
    throw new LexError(`bad number syntax: ${quote(this.#input.slice(this.#start, this.#at) + more)}`)
  }

  #quoted(mark: string): boolean {
    const escapes = mark !== '`'
    const name = mark === "'" ? 'character constant' : mark === '"' ? 'quoted string' : 'raw quoted string'
    for (;;) {
      this.#at++
      const next = this.#input.charAt(this.#at)
      if (next === mark) break
      if (escapes && next === '\\') this.#at++
      const last = this.#input.charAt(this.#at)
      if (last === '' || (escapes && last === '\n')) throw new LexError(`unterminated ${name}`)
    }
    this.#at++
    this.#emit(mark === "'" ? 'character constant' : 'string')
    return true
  }
}

const symbols: Readonly<Record<string, TokenKind>> = {
  '=': 'assign',
  ':': 'declare',
  '|': 'pipe',
  '(': 'left parenthesis',
  ')': 'right parenthesis',
}
