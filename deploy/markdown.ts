/** Plain text, with code in backticks, as it may stand in a cell of a table. */
export function escape(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => part.replaceAll(part.startsWith('`') ? /\|/g : /[|*<\\]/g, String.raw`\$&`))
    .join('')
}

/** A table; cells are Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
