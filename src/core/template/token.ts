import { quote } from './quote.ts'

/** Words that are no functions. */
export const keywords = [
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
] as const

type Keyword = (typeof keywords)[number]

/** What a token is; `error` holds the message instead of text, and is the last. */
export type TokenKind =
  | Keyword
  | 'error'
  | 'end of file'
  | 'text'
  | 'left delimiter'
  | 'right delimiter'
  | 'left parenthesis'
  | 'right parenthesis'
  | 'space'
  | 'pipe'
  | 'declare'
  | 'assign'
  | 'character'
  | 'string'
  | 'character constant'
  | 'number'
  | 'bool'
  | 'identifier'
  | 'field'
  | 'variable'
  | 'dot'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  /** Where it begins, in UTF-16 units. */
  readonly at: number
  /** From 1. */
  readonly line: number
}

/** A token as Go's errors show it. */
export function printToken(token: Token): string {
  if (token.kind === 'end of file') return 'EOF'
  if (token.kind === 'error') return token.text
  if (token.kind === 'dot' || (keywords as readonly string[]).includes(token.kind)) return `<${token.text}>`
  const short = Array.from(token.text).slice(0, 10).join('')
  return token.text.length > 10 ? `${quote(short)}...` : quote(token.text)
}

/** A character as Go's `%#U` shows it: `U+20AC '€'`. */
export function unicodeName(character: string): string {
  const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return /\p{Cc}|\p{Cf}|\p{Cs}|\p{Co}|\p{Cn}|\p{Zl}|\p{Zp}/u.test(character)
    ? `U+${point}`
    : `U+${point} '${character}'`
}
