import { TemplateFault } from './fault.ts'
import { printToken, type Token, type TokenKind } from './token.ts'

/** Walks over the tokens of a template and says where it fails. */
export class TokenReader {
  readonly name: string
  readonly #tokens: readonly Token[]
  #index = 0
  /** The furthest token seen: its line is that of an error, as in Go. */
  #furthest = 0
  #actionLine = 0

  constructor(name: string, tokens: readonly Token[]) {
    this.name = name
    this.#tokens = tokens
  }

  /** Passes over the next token, which may be a blank. The last one is given for ever. */
  next(): Token {
    const token = this.peek()
    if (this.#index < this.#tokens.length) this.#index++
    return token
  }

  /** Passes over blanks and the token after them. */
  nextWord(): Token {
    this.peekWord()
    return this.next()
  }

  peek(): Token {
    const token = this.#tokens[Math.min(this.#index, this.#tokens.length - 1)]
    this.#furthest = Math.max(this.#furthest, this.#index)
    return token ?? { kind: 'end of file', text: '', at: 0, line: 1 }
  }

  /** The next token that is no blank; the blanks before it are passed over. */
  peekWord(): Token {
    while (this.peek().kind === 'space') this.#index++
    return this.peek()
  }

  /** Where it stands, for `backTo`. */
  mark(): number {
    return this.#index
  }

  /** Goes back, to read the same tokens again. */
  backTo(mark: number): void {
    this.#index = mark
  }

  /** The next token that is no blank, which has to be of this kind. */
  expect(kind: TokenKind, context: string): Token {
    const token = this.nextWord()
    return token.kind === kind ? token : this.unexpected(token, context)
  }

  /** Remembers the line of an action that may go over several; 0 outside of actions. */
  startAction(line: number): void {
    this.#actionLine = line
  }

  fail(message: string): never {
    const line = this.#tokens[Math.min(this.#furthest, this.#tokens.length - 1)]?.line ?? 1
    throw new TemplateFault(`template: ${this.name}:${line}: ${message}`)
  }

  unexpected(token: Token, context: string): never {
    if (token.kind !== 'error') return this.fail(`unexpected ${printToken(token)} in ${context}`)
    const elsewhere = this.#actionLine !== 0 && this.#actionLine !== token.line
    const started = `started at ${this.name}:${this.#actionLine}`
    const where = token.text.endsWith(' action') ? ` ${started}` : ` in action ${started}`
    return this.fail(token.text + (elsewhere ? where : ''))
  }
}
