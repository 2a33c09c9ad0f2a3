/** Go's own escapes; `\'` is none within double quotes. */
const named: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\u000b': '\\v',
  '\\': '\\\\',
}

/** Go's `%q`: a double-quoted Go string; with `ascii`, `%+q`: everything beyond ASCII is escaped. */
export function quote(text: string, { ascii = false }: { readonly ascii?: boolean } = {}): string {
  return `"${quoteWithin(text, '"', ascii)}"`
}

/** Go's `%q` of a character: single-quoted. */
export function quoteCharacter(character: string, { ascii = false }: { readonly ascii?: boolean } = {}): string {
  return `'${quoteWithin(character, "'", ascii)}'`
}

/** Go's shortest quotes: back quotes, unless the text holds one or a control character. */
export function backquote(text: string, options: { readonly ascii?: boolean } = {}): string {
  return /[`\u0000-\u0008\u000a-\u001f\u007f\ufeff]/.test(text) ? quote(text, options) : `\`${text}\``
}

function quoteWithin(text: string, mark: string, ascii: boolean): string {
  let quoted = ''
  for (const character of text) {
    const printed = !ascii || character < '\u007f' ? isPrint(character) : false
    if (character === mark) quoted += `\\${mark}`
    else quoted += named[character] ?? (printed ? character : escape(character))
  }
  return quoted
}

/** Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII blank. */
export function isPrint(character: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character)
}

function escape(character: string): string {
  const point = character.codePointAt(0) ?? 0
  const hex = point.toString(16)
  if (point < 0x20 || point === 0x7f) return `\\x${hex.padStart(2, '0')}`
  // A lone surrogate is what Go reads as an invalid byte sequence.
  if (point >= 0xd800 && point < 0xe000) return '\ufffd'
  return point > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`
}
