const booleans = 'y Y yes Yes YES n N no No NO true True TRUE false False FALSE on On ON off Off OFF'
const otherWords = new Set([...booleans.split(' '), '~', 'null', 'Null', 'NULL', '=', '<<'])

/** What YAML 1.1 or 1.2 readers take for a number or a time, with `_` removed. */
const otherForms = [
  /^[-+]?0[bB]-?[01]+$/,
  /^[-+]?0[oO][0-7]+$/,
  /^[-+]?0[xX][0-9a-fA-F]+$/,
  /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/,
  /^[-+]?\.(?:inf|Inf|INF)$/,
  /^\.(?:nan|NaN|NAN)$/,
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$/,
  /^[-+]?[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9]*)?$/,
]

/** Where a plain text of these characters would be read as punctuation: `@`, a lone `-`, `...`, a `:` at its end. */
const punctuation = /^[@:]|:$|^-+$|^\.\.\.$/

/**
 * Must this text be quoted to be a string for every reader? Numbers (`1.10`, `0755`, `1e5`, `1_0`), booleans (`yes`),
 * nulls, dates and sexagesimals (`12:30:45`) of YAML 1.1 and 1.2, the empty text, and what would be punctuation.
 * For texts of `[A-Za-z0-9._:/@+-]` in block context; source: go-yaml v3, the YAML 1.1 types, measured on tags.
 */
export function needsQuotes(text: string): boolean {
  if (text === '' || otherWords.has(text) || punctuation.test(text)) return true
  if (!/^[-+.0-9]/.test(text)) return false
  const digits = text.replaceAll('_', '')
  return otherForms.some((form) => form.test(digits))
}
