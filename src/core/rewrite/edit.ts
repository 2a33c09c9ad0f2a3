import { needsQuotes } from '#core/yaml-quote.ts'
import { endBefore } from './latin1.ts'
import type { ScalarToken } from './target.ts'
import type { Replacement } from './splice.ts'

/**
 * How a scalar gets a new value: its token alone is replaced. Quotes stay; a plain text stays plain unless some YAML
 * reader would not take it for a string; of a block the content becomes one line; a tag such as `!!int` goes.
 * `value` consists of `[A-Za-z0-9._:/@+-]` and is not empty.
 */
export function replaceScalar(text: string, token: ScalarToken, value: string): readonly Replacement[] {
  const { start, end, block } = token
  const tag = token.typeTag === undefined ? [] : [removeTag(text, token.typeTag)]
  if (block === undefined) return [...tag, { start, end, text: quoted(token, value) }]
  const content = text.slice(block.contentStart, end)
  const breaks = content.slice(endBefore(content, ' \t\r\n')).replaceAll(/[ \t]/g, '')
  return [...tag, { start: block.contentStart, end, text: `${' '.repeat(block.indent)}${value}${breaks}` }]
}

function quoted(token: ScalarToken, value: string): string {
  if (token.style === 'single') return `'${value}'`
  if (token.style === 'double') return `"${value}"`
  // Not every reader takes a colon in a flow collection for a part of the text.
  const gainsColon = token.flow && value.includes(':') && !token.text.includes(':')
  return gainsColon || needsQuotes(value) ? `"${value}"` : value
}

/** The tag with the blanks behind it. Where the line ends behind it, `!!str` keeps the marker bound to the value. */
function removeTag(text: string, tag: { readonly start: number; readonly end: number }): Replacement {
  const blanks = /^[ \t]*/.exec(text.slice(tag.end))?.[0] ?? ''
  const isLast = /^(?:[#\r\n]|$)/.test(text.slice(tag.end + blanks.length, tag.end + blanks.length + 1))
  return isLast ? { ...tag, text: '!!str' } : { start: tag.start, end: tag.end + blanks.length, text: '' }
}
